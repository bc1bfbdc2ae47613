// One run of a subject: a page of its own, main-thread time by CDP.
//
// `TaskDuration` in thread ticks is what the main thread itself worked, so that another process on the same core adds
// nothing; layout and style are its shares. The fire hose needs a frame rate without a limit, or it would wait most of the
// time; the paced stream needs that of a screen, or it could not miss a frame: two browsers.

import { chromium, type Browser, type CDPSession, type Page } from 'playwright';
import { findEngines } from '../runner/engines.js';
import type { BundledSubject } from './bundle.js';
import type { ShapeName } from './documents.js';
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

export type Run = Fed & Work;

export interface Browsers {
  version: string;
  /** Throws what the page threw, and when it does not answer. */
  run(subject: BundledSubject, feed: Feed, slowdown?: number): Promise<Run>;
  close(): Promise<void>;
}

export async function openBrowsers(): Promise<Browsers> {
  const engine = findEngines().chromium;
  if (engine?.drive !== 'playwright') throw new Error('The benchmark needs a Chromium (test/runner/engines.ts)');
  const open = (flags: string[]) => chromium.launch({ ...engine.launchOptions, args: [...SHARED_FLAGS, ...flags] });
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

async function runInPage(browser: Browser, subject: BundledSubject, feed: Feed, slowdown: number): Promise<Run> {
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

async function measure(page: Page, subject: BundledSubject, feed: Feed, slowdown: number): Promise<Run> {
  await load(page, subject);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.evaluate((shape) => globalThis.bench!.warmUp(shape), feed.shape);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  const before = await workSoFar(session);
  const fed = await page.evaluate((options) => globalThis.bench!.feed(options), feed);
  const after = await workSoFar(session);
  const spent = (name: keyof Work) => after[name] - before[name];
  return { ...fed, cpu: spent('cpu'), script: spent('script'), style: spent('style'), layout: spent('layout') };
}

/** Under an address, so that a subject finds an origin like that of any page; nothing else is answered. */
async function load(page: Page, { script, styles }: BundledSubject): Promise<void> {
  const address = 'http://bench.localhost/';
  const files: Record<string, { contentType: string; body: string }> = {
    '/': {
      contentType: 'text/html; charset=utf-8',
      body: '<!doctype html><html lang="en"><link rel="stylesheet" href="page.css"><body><script src="page.js"></script>',
    },
    '/page.css': { contentType: 'text/css', body: styles },
    '/page.js': { contentType: 'text/javascript; charset=utf-8', body: script },
  };
  await page.route('**/*', async (route) => {
    const file = files[new URL(route.request().url()).pathname];
    await (file ? route.fulfill(file) : route.abort());
  });
  await page.goto(address);
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
