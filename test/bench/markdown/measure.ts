// One run of a subject: a page of its own, main-thread time by CDP.
//
// `TaskDuration` in thread ticks is what the main thread itself worked, so that another process on the same core adds
// nothing; layout and style are its shares. The fire hose needs a frame rate without a limit, or it would wait most of the
// time; the paced stream needs that of a screen, or it could not miss a frame: two browsers.

import { chromium, type Browser, type CDPSession, type Page } from 'playwright';
import { findEngines } from '../../runner/engines.js';
import { SCRIPT, STYLES, type BundledSubject } from './bundle.js';
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
/** Under an address, so that a subject finds an origin like that of any page; nothing else is answered. */
async function load(page: Page, files: BundledSubject): Promise<void> {
  const styles = files.has(STYLES) ? `<link rel="stylesheet" href="${STYLES}">` : '';
  const html = `<!doctype html><html lang="en">${styles}<body><script type="module" src="${SCRIPT}"></script>`;
  await page.route('**/*', async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    const body = name === '' ? html : files.get(name);
    await (body === undefined ? route.abort() : route.fulfill({ body, contentType: contentType(name) }));
  });
  await page.goto('http://bench.localhost/');
  await page.waitForFunction(() => globalThis.bench !== undefined);
}

function contentType(name: string): string {
  const type = name.endsWith('.js') ? 'javascript' : name.endsWith('.css') ? 'css' : 'html';
  return `text/${type}; charset=utf-8`;
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
