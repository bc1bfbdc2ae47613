/** The demo as a server of its own: the middleware in front, the files behind it, on this machine only. */

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDemo, type DemoOptions } from './middleware.js';
import { serveFile } from './static-files.js';

export interface DemoServer {
  /** `http://localhost:8080/` */
  url: string;
  /** Ends running replies, too. */
  close(): Promise<void>;
}

export interface ServerOptions extends DemoOptions {
  /** 0: any free one. Without it: the first free one from 8080. */
  port?: number;
}

const FIRST_PORT = 8080;
const LAST_PORT = 8179;

export async function startServer({ port, ...options }: ServerOptions): Promise<DemoServer> {
  const demo = await createDemo(options);
  const server = createServer((request, response) => {
    demo(request, response, () => {
      serveFile(request, response, options.root).catch((error: unknown) => {
        console.error(error);
        response.destroy();
      });
    });
  });
  const taken = await listen(server, port);
  return {
    url: `http://localhost:${taken}/`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function listen(server: Server, port: number | undefined): Promise<number> {
  for (let next = port ?? FIRST_PORT; ; next++) {
    try {
      server.listen(next, 'localhost');
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    } catch (error) {
      if (port !== undefined || next >= LAST_PORT || !isTaken(error)) throw error;
    }
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');
}
