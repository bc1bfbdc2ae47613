/**
 * A server whose answers go wrong as a test says: real sockets, so that the engines see what they would see out there. It
 * serves the page, too (an empty document with the built element, which it passes on from the demo), plays the scenario at
 * `/fault` and a good answer at `/good`, and remembers who came, with what, and when they left.
 */

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync, constants } from 'node:zlib';
import { WebSocketServer, type WebSocket } from 'ws';

/** A request as it came. */
export interface Visit {
  path: string;
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  /** Of a WebSocket its first message. */
  body: string;
  /** When the other side had gone before the answer was over, in milliseconds since the epoch. */
  leftAt?: number;
}

export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Aborted when the connection is closed, by whichever side. */
  gone: AbortSignal;
  /** An address of another origin that records its visits as well. */
  elsewhere: string;
  /** Resolves when the page has shown `text` in the answer. No pause is long enough on a busy machine. */
  seen: (text: string) => Promise<void>;
}

/** What comes of one request. */
export type Answer = (exchange: Exchange) => void | Promise<void>;
/** What is written next, or done. */
export type Step = string | Uint8Array | ((exchange: Exchange) => void | Promise<void>);
export type SocketAnswer = (socket: WebSocket) => void;

export interface Scenario {
  /** One a request; the last one goes for all further ones. */
  answers?: readonly Answer[];
  socket?: SocketAnswer;
  /** The page in place of the empty one. */
  page?: string;
  /** Its Content Security Policy. Default: none. */
  policy?: string;
  /** Whether pages of other origins are let in. Default true. */
  cors?: boolean;
  /** Built files that are not there. Default: none. */
  missing?: readonly string[];
}

export const GOOD_TEXT = 'A good answer.';

const PAGE = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Faults</title><link rel="icon" href="data:,"></head>
  <body><script type="module" src="/stream-chat.js"></script></body>
</html>`;

const BUILT_FILE = /^\/(stream-chat[.\w]*\.js)$/;

export class FaultServer {
  /** Requests to a scenario or to the good answer, oldest first, without the preflights of CORS. */
  readonly visits: Visit[] = [];
  /** Addresses of the built files that were asked for, oldest first. */
  readonly loads: string[] = [];
  readonly #http = createServer((request, response) => void this.#answer(request, response));
  readonly #sockets = new WebSocketServer({ noServer: true });
  #scenario: Scenario = {};
  #seen = '';
  #onSeen: () => void = () => {};
  readonly #demo: string;
  readonly #elsewhere: string;

  private constructor(demo: string, elsewhere: string) {
    this.#demo = demo;
    this.#elsewhere = elsewhere;
    this.#http.on('upgrade', (request, socket, head) => {
      const visit = this.#record(request);
      if (!this.#scenario.socket) {
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
        // What a page does to a socket whose other end is about to go is no fault of this server.
        webSocket.on('error', () => {});
        webSocket.on('close', () => (visit.leftAt = Date.now()));
        webSocket.once('message', (data) => {
          visit.body = (data as Buffer).toString();
          this.#scenario.socket?.(webSocket);
        });
      });
    });
  }

  /** @param demo the address of the demo, which has the built element */
  static async start(demo: string, elsewhere = ''): Promise<FaultServer> {
    const server = new FaultServer(demo, elsewhere);
    server.#http.listen(0, '127.0.0.1');
    await once(server.#http, 'listening');
    return server;
  }

  /** Ends with a slash. */
  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/`;
  }

  play(scenario: Scenario): void {
    this.#scenario = scenario;
  }

  /** The requests to the scenario. */
  get faults(): Visit[] {
    return this.visits.filter(({ path }) => path === '/fault');
  }

  async close(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }

  #record({ method = '', url = '', headers }: IncomingMessage): Visit {
    const visit: Visit = { path: new URL(url, this.url).pathname, method, url, headers, body: '' };
    this.visits.push(visit);
    return visit;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '/', headers } = request;
    // On a connection that was used before, engines take a cut for one that had been idle too long, and ask again unasked.
    response.shouldKeepAlive = false;
    const { pathname } = new URL(url, this.url);
    const send = (type: string, body: string) => response.writeHead(200, { 'content-type': type }).end(body);
    const built = BUILT_FILE.exec(pathname)?.[1];
    if (built) this.loads.push(url);
    if (pathname === '/' || pathname === '/away') {
      if (this.#scenario.policy) response.setHeader('content-security-policy', this.#scenario.policy);
      send('text/html; charset=utf-8', this.#scenario.page ?? PAGE);
    } else if (built && !this.#scenario.missing?.includes(built)) {
      send('text/javascript; charset=utf-8', await builtFile(new URL(pathname, this.#demo).href));
    } else if (pathname === '/seen') {
      this.#seen = await readBody(request);
      this.#onSeen();
      response.writeHead(204).end();
    } else if (pathname === '/fault' || pathname === '/good') {
      if (headers.origin && this.#scenario.cors !== false) {
        response.setHeader('access-control-allow-origin', headers.origin);
        response.setHeader('access-control-allow-headers', '*, last-event-id, x-secret');
      }
      if (method === 'OPTIONS') response.writeHead(204).end();
      else await this.#play(request, response, pathname === '/good');
    } else {
      response.writeHead(404).end();
    }
  }

  async #play(request: IncomingMessage, response: ServerResponse, good: boolean): Promise<void> {
    const visit = this.#record(request);
    const { answers = [] } = this.#scenario;
    const answer = good ? goodAnswer : (answers[Math.min(this.faults.length, answers.length) - 1] ?? goodAnswer);
    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) visit.leftAt = Date.now();
      gone.abort();
    });
    // A connection that the page drops while it is written to.
    response.on('error', () => {});
    try {
      visit.body = await readBody(request);
      await answer({
        request,
        response,
        gone: gone.signal,
        elsewhere: this.#elsewhere,
        seen: (text) => this.#untilSeen(text, gone.signal),
      });
    } catch (error) {
      // Whatever was waited for, nobody is there any more.
      if (!gone.signal.aborted) throw error;
    }
  }

  async #untilSeen(text: string, gone: AbortSignal): Promise<void> {
    while (!this.#seen.includes(text)) {
      gone.throwIfAborted();
      await new Promise<void>((resolve) => {
        this.#onSeen = resolve;
        gone.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }
}

/** Fetched once: the test that finds the demo's connection just closed would be another one each time. */
function builtFile(url: string): Promise<string> {
  const file = files.get(url) ?? fetch(url).then((response) => response.text());
  files.set(url, file);
  return file;
}

const files = new Map<string, Promise<string>>();

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

/** An answer of this type, step by step; behind the last one it ends as it should. */
export function answerOf(type: string, steps: readonly Step[], headers: Record<string, string> = {}): Answer {
  return async (exchange) => {
    const { response } = exchange;
    response.writeHead(200, { ...(type && { 'content-type': type }), ...headers });
    response.flushHeaders();
    await perform(exchange, steps);
    if (!response.destroyed) response.end();
  };
}

/** Server-sent events. */
export const stream = (...steps: Step[]): Answer => answerOf('text/event-stream', steps);

/** A status, and with it what is given. */
export function status(code: number, headers: Record<string, string> = {}, body = ''): Answer {
  return ({ response }) => void response.writeHead(code, headers).end(body);
}

/** An answer whose head is written by hand, onto the bare connection. */
export function raw(head: string, ...steps: Step[]): Answer {
  return async (exchange) => {
    const socket = exchange.request.socket;
    socket.write(head.replaceAll('\n', '\r\n') + '\r\n\r\n');
    await perform(exchange, steps, (data) => socket.write(data));
    if (!socket.destroyed) socket.end();
  };
}

/** Events that are compressed, without the end that the compression promises. */
export function tornGzip(text: string, ...steps: Step[]): Answer {
  const torn = gzipSync(text, { finishFlush: constants.Z_SYNC_FLUSH });
  return answerOf('text/event-stream', [torn, ...steps], { 'content-encoding': 'gzip' });
}

async function perform(
  exchange: Exchange,
  steps: readonly Step[],
  write: (data: string | Uint8Array) => void = (data) => exchange.response.write(data),
): Promise<void> {
  for (const step of steps) {
    exchange.gone.throwIfAborted();
    if (typeof step === 'function') await step(exchange);
    else write(step);
  }
}

/** The answer that every fault is followed by. */
const goodAnswer: Answer = (exchange) => stream(say(GOOD_TEXT), finish())(exchange);

/** One server-sent event. */
export function event(value: unknown, fields = ''): string {
  return `${fields}data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;
}

/** A chunk of OpenAI's Chat Completions with a piece of text. */
export function say(content: string, fields = ''): string {
  return event({ object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content } }] }, fields);
}

/** Their end, with the last words in it. */
export function finish(reason = 'stop', fields = '', content = ''): string {
  const delta = content ? { content } : {};
  const last = { object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] };
  return event(last, fields) + DONE;
}

/** What follows it. */
export const DONE = 'data: [DONE]\n\n';

/** Waits until the page has shown `text`. */
export function seen(text: string): Step {
  return (exchange) => exchange.seen(text);
}

export function pause(milliseconds: number): Step {
  return ({ gone }) => sleep(milliseconds, undefined, { signal: gone });
}

/** The connection is gone, without the end that its transfer encoding promises. */
export const cut: Answer = ({ request }) => void request.socket.destroy();

/** The same, as a crashed machine or a firewall does it. */
export const reset: Answer = ({ request }) => void request.socket.resetAndDestroy();

/** Nothing more comes, and the connection stays. */
export const silence: Answer = ({ gone }) =>
  new Promise((resolve) => gone.addEventListener('abort', () => resolve(), { once: true }));

/** `data` again and again. */
export function repeat(data: string, every: number, times = Infinity): Step {
  return async ({ response, gone }) => {
    for (let count = 0; count < times; count++) {
      if (!response.write(data)) await once(response, 'drain', { signal: gone });
      await sleep(every, undefined, { signal: gone });
    }
  };
}

/** A port at which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
