// What the built element takes of a frame, and how long a person who types has to wait, while an answer arrives over HTTP.
// `npm run bench:frames -- --help` says how.

import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright';
import type { StreamChat } from '../../src/elements/index.js';
import type { Message } from '../../src/model/index.js';
import { mixedAnswer } from '../fixtures/mixed-answer.js';
import { isScript, traceMainThread, type Step } from '../helpers/trace.js';
import { findEngines } from '../runner/engines.js';
import { ROOT } from '../runner/files.js';

const HELP = `npm run build && npm run bench:frames -- [options]

What the built element (dist) costs, in Chromium, while an answer arrives from a server on this machine:

  script  milliseconds of script in a frame, with 100 tokens of 4.6 characters a second: everything that was called
          between one frame and the next, in the main thread's own time, of the frames in which there was any
  load    milliseconds of the longest task while the messages before come into the page, where there are any, and until
          all of them are there
  input   milliseconds from a key to its listener, and to the next paint, while somebody types into the composer and an
          answer arrives as fast as it can be sent

  --tokens N    how long the paced answer is; 1000 by default
  --size N      how long the other one is, in kB (thousands of UTF-16 units); 200 by default
  --messages N  how many short messages stand before the answer; 0 by default
  --runs N      all figures are of so many runs together; 3 by default
  --slowdown N  a processor so many times slower; 1 by default
  --json        print the figures as JSON`;

const TOKEN = 4.6;
const TOKENS_A_SECOND = 100;
/** What tells of scripts and of frames, and little else. */
const FRAMES = ['devtools.timeline', 'disabled-by-default-devtools.timeline'];

/** What tells of tasks. */
const TASKS = ['toplevel', 'devtools.timeline'];

/** Somebody who types fast has 100 ms between two keys; more of them are more figures. */
const KEY_EVERY_MS = 40;

const { values: options } = parseArgs({
  options: {
    tokens: { type: 'string', default: '1000' },
    size: { type: 'string', default: '200' },
    messages: { type: 'string', default: '0' },
    runs: { type: 'string', default: '3' },
    slowdown: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

interface Figures {
  count: number;
  p50: number;
  p95: number;
  max: number;
}

function figuresOf(all: readonly number[]): Figures {
  const sorted = all.toSorted((a, b) => a - b);
  const at = (share: number) => Number((sorted[Math.ceil(share * sorted.length) - 1] ?? NaN).toFixed(2));
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), max: at(1) };
}

/** Pieces as long as tokens are: 1 to 8 units, never within a character. */
function* tokensOf(text: string): Generator<string> {
  let token = '';
  let end = TOKEN;
  let length = 0;
  for (const character of text) {
    token += character;
    length += character.length;
    if (length < end) continue;
    yield token;
    token = '';
    end += TOKEN;
  }
  if (token) yield token;
}

const PAGE = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Frames</title><link rel="icon" href="data:,">
    <script type="module" src="/stream-chat.js"></script></head>
  <body><stream-chat endpoint="/answer"></stream-chat></body>
</html>`;

/** How the next answer is sent. */
let send: (response: ServerResponse) => Promise<void>;

function chunk(content: string, reason: string | null = null): string {
  const choices = [{ index: 0, delta: { content }, finish_reason: reason }];
  return `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices })}\n\n`;
}

async function sendPaced(response: ServerResponse, text: string): Promise<void> {
  const start = performance.now();
  let count = 0;
  for (const token of tokensOf(text)) {
    // By the clock, so that a late timer does not make the stream a slow one.
    const due = start + (count++ * 1000) / TOKENS_A_SECOND;
    if (due > performance.now()) await sleep(due - performance.now());
    response.write(chunk(token));
  }
}

async function sendAtOnce(response: ServerResponse, text: string): Promise<void> {
  for (const token of tokensOf(text)) if (!response.write(chunk(token))) await once(response, 'drain');
}

async function startServer(): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/') response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
    else if (/^\/stream-chat[.\w]*\.js$/.test(pathname)) {
      response.writeHead(200, { 'content-type': 'text/javascript' });
      response.end(readFileSync(join(ROOT, 'dist', pathname)));
    } else if (pathname === '/answer') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      void send(response).then(() => response.end(`${chunk('', 'stop')}data: [DONE]\n\n`));
    } else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function open(browser: Browser, server: Server): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 800, height: 700 } });
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: Number(options.slowdown) });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction(() => customElements.get('stream-chat'));
  // What is measured is not the loading and compiling of scripts.
  send = (response) => sendPaced(response, mixedAnswer(2, 3000).slice(0, 500));
  await answered(page);
  return page;
}

/** Puts a conversation into the page; how long that took, and the longest task of it. */
async function load(page: Page): Promise<{ longest: number; all: number }> {
  let all = 0;
  const steps = await traceMainThread(
    page,
    async () => {
      all = await page.locator('stream-chat').evaluate(async (chat: StreamChat, count) => {
        const messages = Array.from({ length: count }, (_, index): Message => {
          const isQuestion = index % 2 === 0;
          const text = isQuestion
            ? `Question ${index}?`
            : `Answer **${index}**, with \`code\` and words.\n\n- one\n- two`;
          const role = isQuestion ? 'user' : 'assistant';
          return { id: `m${index}`, role, status: 'complete', createdAt: 0, parts: [{ type: 'text', text }] };
        });
        const start = performance.now();
        chat.messages = messages;
        // The oldest comes last.
        while (!chat.shadowRoot!.querySelector('[data-id="m0"]'))
          await new Promise((resolve) => setTimeout(resolve, 50));
        return performance.now() - start;
      }, Number(options.messages));
    },
    TASKS,
  );
  const tasks = steps.filter(({ name }) => name.endsWith('RunTask'));
  return { longest: Math.max(...tasks.map(({ event }) => (event.tdur ?? event.dur ?? 0) / 1000)), all };
}

/** Asks, and waits until all of the answer is shown. */
async function answered(page: Page): Promise<void> {
  await page.locator('stream-chat').evaluate(async (chat: StreamChat) => {
    const { status, error } = await chat.send('Go on.');
    if (status !== 'complete') throw error ?? new Error(`expected a complete answer, got one ${status}`);
    while (chat.shadowRoot!.querySelector('.growing')) await new Promise((resolve) => setTimeout(resolve, 50));
  });
}

/** Milliseconds of script in each frame that had any. */
function scriptPerFrame(steps: readonly Step[]): number[] {
  const frames: number[] = [];
  let sum = 0;
  for (const step of steps) {
    if (isScript(step) && !step.around.some(isScript)) sum += (step.event.tdur ?? step.event.dur ?? 0) / 1000;
    if (step.name !== 'Commit') continue;
    if (sum > 0) frames.push(sum);
    sum = 0;
  }
  return frames;
}

async function measureScript(page: Page): Promise<number[]> {
  const text = mixedAnswer(1, Number(options.tokens) * TOKEN);
  send = (response) => sendPaced(response, text);
  return scriptPerFrame(await traceMainThread(page, () => answered(page), FRAMES));
}

async function measureInput(page: Page): Promise<{ delay: number[]; paint: number[] }> {
  const text = mixedAnswer(1, Number(options.size) * 1000);
  send = (response) => sendAtOnce(response, text);
  await page.evaluate(() => {
    const state = window as unknown as { delay: number[]; paint: number[] };
    state.delay = [];
    state.paint = [];
    addEventListener('keydown', ({ timeStamp }) => state.delay.push(performance.now() - timeStamp), { capture: true });
    const observer = new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === 'keydown') state.paint.push(duration);
    });
    observer.observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  });
  await page.locator('stream-chat [part="input"]').click();
  const over = new AbortController();
  const answer = answered(page).finally(() => over.abort());
  for (let count = 0; !over.signal.aborted; count++) {
    // Sent without waiting for the page: a person does not wait either.
    void page.keyboard.press('abcdefgh '[count % 9]!).catch(() => {});
    await sleep(KEY_EVERY_MS);
  }
  await answer;
  return page.evaluate(async () => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { delay, paint } = window as unknown as { delay: number[]; paint: number[] };
    // Nothing is told of what was painted sooner.
    return { delay, paint: [...paint, ...delay.slice(paint.length).map(() => 16)] };
  });
}

async function main(): Promise<void> {
  const engine = findEngines().chromium;
  if (engine?.drive !== 'playwright') throw new Error('The benchmark needs a Chromium (test/runner/engines.ts)');
  const server = await startServer();
  const browser = await chromium.launch({ ...engine.launchOptions, args: ['--no-sandbox'] });
  const all: Record<'script' | 'longest' | 'loaded' | 'delay' | 'paint', number[]> = {
    script: [],
    longest: [],
    loaded: [],
    delay: [],
    paint: [],
  };
  try {
    for (let run = 0; run < Number(options.runs); run++) {
      const page = await open(browser, server);
      if (Number(options.messages) > 0) {
        const loaded = await load(page);
        all.longest.push(loaded.longest);
        all.loaded.push(loaded.all);
      }
      all.script.push(...(await measureScript(page)));
      await page.close();
      const typed = await open(browser, server);
      const { delay, paint } = await measureInput(typed);
      all.delay.push(...delay);
      all.paint.push(...paint);
      await typed.close();
    }
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
  const figures = {
    script: figuresOf(all.script),
    longest: figuresOf(all.longest),
    loaded: figuresOf(all.loaded),
    delay: figuresOf(all.delay),
    paint: figuresOf(all.paint),
  };
  if (options.json) {
    console.log(JSON.stringify({ browser: `Chromium ${browser.version()}`, ...options, figures }, null, 2));
    return;
  }
  const row = (name: string, { count, p50, p95, max }: Figures) => `| ${name} | ${count} | ${p50} | ${p95} | ${max} |`;
  console.log(`Chromium ${browser.version()}, milliseconds\n`);
  console.log('|  | count | p50 | p95 | max |\n|---|--:|--:|--:|--:|');
  console.log(row(`script in a frame, ${TOKENS_A_SECOND} tokens a second`, figures.script));
  if (figures.longest.count > 0) {
    console.log(row(`longest task while ${options.messages} messages come`, figures.longest));
    console.log(row('until all of them are there', figures.loaded));
  }
  console.log(row(`a key to its listener, ${options.size} kB at once`, figures.delay));
  console.log(row('a key to the next paint (16: or sooner)', figures.paint));
}

if (options.help) console.log(HELP);
else await main();
