// A test that has a server of its own, whose answers it says, and which passes the built element on.

import { test as base } from '@playwright/test';
import { FaultServer } from './fault-server.js';

export const test = base.extend<{ server: FaultServer }>({
  server: async ({ baseURL }, use) => {
    const server = await FaultServer.start(baseURL!);
    await use(server);
    await server.close();
  },
});
