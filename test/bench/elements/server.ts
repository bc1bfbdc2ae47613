// The site of one element and the model behind it: files by gzip, whose bytes are counted, and the same answer to every
// question, as Chat Completions stream it.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Files } from '../bundle.js';

/** Milliseconds from the question to the answer's first byte, and from piece to piece: a hosted model on a good line. */
const THINKING = 100;
const EVERY = 13;

export interface Site {
  html: string;
  files: Files;
}

/** What was asked of a site by one page. */
export interface Visit {
  /** Kilobytes of files, gzip, as they were sent. */
  sent: number;
  /** The bodies of the questions. */
  questions: string[];
}

export interface ElementsServer {
  /** An address under which `site` is new to every cache, and what comes of it. */
  visit(site: Site): { url: string; visit: Visit };
  close(): Promise<void>;
}

export async function serveElements(pieces: readonly string[]): Promise<ElementsServer> {
  const visits: { site: Site; visit: Visit }[] = [];
  const packed = new Map<string, Buffer>();
  const gzip = (content: string): Buffer => {
    const done = packed.get(content) ?? gzipSync(content);
    packed.set(content, done);
    return done;
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, number = '', name = ''] = new URL(request.url!, 'http://x').pathname.split('/');
    const found = visits[Number(number)];
    if (!found || number === '') return void response.writeHead(404).end();
    const { site, visit } = found;
    if (request.method === 'POST') {
      visit.questions.push(await text(request));
      return stream(response, pieces);
    }
    const content = name === '' ? site.html : site.files.get(name);
    if (content === undefined) return void response.writeHead(404).end();
    const body = gzip(content);
    if (name !== '') visit.sent += body.length / 1000;
    const kind = name === '' ? 'html' : name.endsWith('.css') ? 'css' : 'javascript';
    response.writeHead(200, { 'content-type': `text/${kind}; charset=utf-8`, 'content-encoding': 'gzip' }).end(body);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    visit(site) {
      const visit: Visit = { sent: 0, questions: [] };
      const number = visits.push({ site, visit }) - 1;
      return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${number}/`, visit };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function stream(response: ServerResponse, pieces: readonly string[]): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  await sleep(THINKING);
  const start = performance.now();
  for (const [at, content] of pieces.entries()) {
    const choice = { index: 0, delta: { role: 'assistant', content }, finish_reason: null };
    // The head goes with the first piece: that is the first byte.
    response.write(`data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [choice] })}\n\n`);
    await sleep(Math.max(0, start + EVERY * (at + 1) - performance.now()));
  }
  const end = { index: 0, delta: { content: '' }, finish_reason: 'stop' };
  response.write(`data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [end] })}\n\n`);
  response.end('data: [DONE]\n\n');
}
