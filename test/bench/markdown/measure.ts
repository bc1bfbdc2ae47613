// One run of a subject: a page of its own, main-thread time by CDP.
//
// `TaskDuration` in thread ticks is what the main thread itself worked, so that another process on the same core adds
// nothing; layout and style are its shares. The fire hose needs a frame rate without a limit, or it would wait most of the
// time; the paced stream needs that of a screen, or it could not miss a frame: two browsers.

import { gzipSync } from 'node:zlib';
import { chromium, type Browser, type CDPSession, type Page } from 'playwright';
import { findEngines } from '../../runner/engines.js';
import type { Files } from '../bundle.js';
import { PAGE_SCRIPT, SCRIPT, STYLES } from './bundle.js';
import { makeDocuments, makePieces } from '../documents.js';
import { makeProbes } from './letters.js';
import type { Fed, Feed } from './page.js';

/** A page that does not even answer within so much more than its cap is given up. */
const GRACE_MS = 30_000;

const SHARED_FLAGS = [
  '--no-sandbox',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
];
const UNLIMITED_FLAGS = ['--disable-frame-rate-limit', '--disable-gpu-vsync'];

/** Milliseconds of the main thread. */
export interface Work {
  cpu: number;
  script: number;
  style: number;
  layout: number;
}

/** What an answer leaves in the page. */
export interface Memory {
  /** Kilobytes of objects, scripts' and the page's own, that are reachable at the end and were not before. */
  heap: number;
  /** Nodes, likewise. */
  nodes: number;
}

export interface Run extends Fed, Work, Memory {
  /** Kilobytes of scripts and style sheets that the subject has loaded, gzip. */
  loaded: number;
}

export interface Browsers {
  version: string;
  /** Throws what the page threw, and when it does not answer. */
  run(subject: Files, feed: Feed, slowdown?: number): Promise<Run>;
  close(): Promise<void>;
}

export async function openBrowsers(): Promise<Browsers> {
  const engine = findEngines().chromium;
  if (engine?.drive !== 'playwright') throw new Error('The benchmark needs a Chromium (test/runner/engines.ts)');
  // Stopped, the benchmark still tells what it has.
  const signals = { handleSIGINT: false, handleSIGTERM: false };
  const open = (flags: string[]) =>
    chromium.launch({ ...engine.launchOptions, ...signals, args: [...SHARED_FLAGS, ...flags] });
  const unlimited = await open(UNLIMITED_FLAGS);
  let limited: Browser | undefined;
  return {
    version: `Chromium ${unlimited.version()}`,
    async run(subject, feed, slowdown = 1) {
      const browser = feed.every === undefined ? unlimited : (limited ??= await open([]));
      return runInPage(browser, subject, feed, slowdown);
    },
    async close() {
      await Promise.all([unlimited.close(), limited?.close()]);
    },
  };
}

async function runInPage(browser: Browser, subject: Files, feed: Feed, slowdown: number): Promise<Run> {
  const context = await browser.newContext({ viewport: { width: 800, height: 700 } });
  let late: NodeJS.Timeout | undefined;
  try {
    const page = await context.newPage();
    const failed = new Promise<never>((_, reject) => {
      page.on('pageerror', reject);
      page.on('crash', () => reject(new Error('the page crashed')));
      const limit = 2 * feed.cap + GRACE_MS;
      late = setTimeout(() => reject(new Error(`no answer from the page within ${limit / 1000} s`)), limit);
    });
    return await Promise.race([measure(page, subject, feed, slowdown), failed]);
  } finally {
    clearTimeout(late);
    await context.close();
  }
}

async function measure(page: Page, subject: Files, feed: Feed, slowdown: number): Promise<Run> {
  const loaded = await load(page, subject);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  if (!feed.cold) await page.evaluate((shape) => globalThis.bench!.warmUp(shape), feed.shape);
  const empty = await memory(session);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  const probes = feed.watch === 'latency' ? makeDocuments(feed.shape, feed.size).flatMap(probesOf) : [];
  const before = await workSoFar(session);
  const fed = await page.evaluate(([options, given]) => globalThis.bench!.feed(options, given), [
    feed,
    probes,
  ] as const);
  const after = await workSoFar(session);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  const full = await memory(session);
  const spent = (name: keyof Work) => after[name] - before[name];
  return {
    ...fed,
    cpu: spent('cpu'),
    script: spent('script'),
    style: spent('style'),
    layout: spent('layout'),
    heap: full.heap - empty.heap,
    nodes: full.nodes - empty.nodes,
    loaded: [...loaded].reduce((sum, name) => sum + gzipSync(subject.get(name)!).length / 1000, 0),
  };
}

function probesOf(document: string): (string | undefined)[] {
  return makeProbes(makePieces(document));
}

/**
 * Under an address, so that a subject finds an origin like that of any page; nothing else is answered. Gives the names of
 * the subject's files that have been asked for, which become more.
 */
async function load(page: Page, files: Files): Promise<ReadonlySet<string>> {
  const loaded = new Set<string>();
  const styles = files.has(STYLES) ? `<link rel="stylesheet" href="${STYLES}">` : '';
  const start = `import { install } from './${PAGE_SCRIPT}'; import * as subject from './${SCRIPT}'; install(subject);`;
  const html = `<!doctype html><html lang="en">${styles}<body><script type="module">${start}</script>`;
  await page.route('**/*', async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    const body = name === '' ? html : files.get(name);
    if (files.has(name) && name !== PAGE_SCRIPT) loaded.add(name);
    await (body === undefined ? route.abort() : route.fulfill({ body, contentType: contentType(name) }));
  });
  await page.goto('http://bench.localhost/');
  await page.waitForFunction(() => globalThis.bench !== undefined);
  return loaded;
}

function contentType(name: string): string {
  const type = name.endsWith('.js') ? 'javascript' : name.endsWith('.css') ? 'css' : 'html';
  return `text/${type}; charset=utf-8`;
}

async function memory(session: CDPSession): Promise<Memory> {
  // What only the page's own objects hold is found garbage the second time.
  for (let times = 0; times < 2; times++) await session.send('HeapProfiler.collectGarbage');
  const { usedSize, embedderHeapUsedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes } = await session.send('Memory.getDOMCounters');
  return { heap: (usedSize + embedderHeapUsedSize) / 1000, nodes };
}

async function workSoFar(session: CDPSession): Promise<Work> {
  const { metrics } = await session.send('Performance.getMetrics');
  const milliseconds = (name: string) => {
    const metric = metrics.find((entry) => entry.name === name);
    if (!metric) throw new Error(`Chromium tells no ${name}`);
    return metric.value * 1000;
  };
  return {
    cpu: milliseconds('TaskDuration'),
    script: milliseconds('ScriptDuration'),
    style: milliseconds('RecalcStyleDuration'),
    layout: milliseconds('LayoutDuration'),
  };
}
