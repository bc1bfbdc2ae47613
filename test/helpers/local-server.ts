// A server of the test's own, over real HTTP.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a route makes of a request whose body is JSON. */
export type Route = (body: Record<string, unknown>, response: ServerResponse, request: IncomingMessage) => unknown;

export interface LocalServer {
  /** Without a slash at its end. */
  url: string;
  close(): Promise<void>;
}

/** Serves routes by their paths; a route that throws answers 500 with what it said. */
export async function serveRoutes(routes: Readonly<Record<string, Route>>): Promise<LocalServer> {
  const server = createServer((request, response) => {
    const answer = async () => {
      const body = JSON.parse(await text(request)) as Record<string, unknown>;
      await routes[request.url!]!(body, response, request);
    };
    answer().catch((error: unknown) => response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
