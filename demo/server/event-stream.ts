/** Writes an answer piece by piece, at the pace at which the client takes it, with the headers that keep proxies from holding it. */

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

export const STREAM_HEADERS: Record<string, string> = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  // `no-transform` keeps compressing proxies from collecting the stream, the second one is nginx's own word.
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
};

/** Ends when `body` ends; rejects with an `AbortError` when `signal` says that the client has gone. */
export async function sendStream(
  response: ServerResponse,
  body: AsyncIterable<string | Uint8Array>,
  signal: AbortSignal,
  { status = 200, headers = STREAM_HEADERS }: { status?: number; headers?: Record<string, string> } = {},
): Promise<void> {
  response.writeHead(status, headers);
  response.flushHeaders();
  for await (const piece of body) {
    signal.throwIfAborted();
    if (!response.write(piece)) await once(response, 'drain', { signal });
  }
  response.end();
}
