// What hostile text costs: the time of every family of hostile-texts.ts at growing sizes, at once and in pieces, beside benign
// text of the same size. Prints those that take much longer than benign text or too long for a frame, or all
// of them.
//
//   npm run bench:pathological                    Chromium, 1 kB to 100 kB
//   npm run bench:pathological -- --all           every family, not only the slow ones
//   npm run bench:pathological -- --engine=firefox --sizes=1000,1000000 --pieces=100 --only=lists

import { chromium, firefox, type Browser, type Page } from 'playwright';
import { createServer } from 'vite';
import { findEngines } from '../runner/engines.js';
import { ROOT } from '../runner/files.js';
import type { Measured } from './pathological-page.js';

/** Slow is what takes this many times as long as benign text, and more than this many milliseconds… */
const FACTOR = 5;
const NOTICEABLE = 100;
/** …or this many of them in one frame. */
const FRAME = 100;
/** A page that does not answer for so long is given up, and with it the larger sizes of its family. */
const PATIENCE = 30_000;

const options = new Map(
  process.argv.slice(2).map((argument): [string, string] => {
    const [name = '', value = ''] = argument.replace(/^--/, '').split('=');
    return [name, value];
  }),
);
const sizes = (options.get('sizes') ?? '1000,10000,100000').split(',').map(Number);
const pieces = Number(options.get('pieces') ?? 200);
const only = options.get('only') ?? '';
const engineName = options.get('engine') ?? 'chromium';

async function launch(): Promise<Browser> {
  const engine = findEngines()[engineName as 'chromium'];
  if (engine?.drive !== 'playwright') throw new Error(`expected chromium or firefox to be here, got "${engineName}"`);
  // What one family left behind is not collected at the expense of the next.
  const args = engineName === 'firefox' ? [] : ['--no-sandbox', '--js-flags=--expose-gc'];
  return (engineName === 'firefox' ? firefox : chromium).launch({ ...engine.launchOptions, args });
}

const server = await createServer({
  root: ROOT,
  configFile: false,
  logLevel: 'error',
  server: { port: 0, hmr: false, watch: null },
  appType: 'custom',
  optimizeDeps: { include: ['marked', 'dompurify'] },
  plugins: [
    {
      name: 'page',
      configureServer: ({ middlewares }) => {
        middlewares.use('/bench.html', (_request, response) => {
          response.setHeader('content-type', 'text/html; charset=utf-8');
          response.end('<!doctype html><script type="module" src="/test/bench/pathological-page.ts"></script>');
        });
      },
    },
  ],
});
await server.listen();
const address = `${server.resolvedUrls?.local[0] ?? ''}bench.html`;
const browser = await launch();

async function open(): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(address);
  await page.waitForFunction(() => 'pathological' in window);
  return page;
}

let page = await open();

/** Null where the page did not answer. */
async function measure(name: string | null, size: number, count: number): Promise<Measured | null> {
  const answer = page.evaluate(([of, at, into]) => window.pathological.measure(of, at, into), [
    name,
    size,
    count,
  ] as const);
  const timeout = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE));
  const result = await Promise.race([answer, timeout]);
  if (!result) {
    answer.catch(() => {}); // of a page that is closed
    await page.close();
    page = await open();
  }
  return result;
}

const show = (measured: Measured | null): string =>
  measured ? `${measured.longest.toFixed(0)}/${measured.total.toFixed(0)}` : `>${PATIENCE}`;

console.log(`${engineName}: milliseconds of the longest frame/of all: arrived at once, and in ${pieces} pieces`);
await measure(null, 20_000, 0);
const benign = new Map<number, { atOnce: Measured | null; cut: Measured | null }>();
for (const size of sizes)
  benign.set(size, { atOnce: await measure(null, size, 0), cut: await measure(null, size, pieces) });
for (const [size, { atOnce, cut }] of benign) console.log(`benign ${size}: ${show(atOnce)}  ${show(cut)}`);

const names = await page.evaluate(() => window.pathological.FAMILY_NAMES);
let slow = 0;
for (const name of names.filter((candidate) => candidate.includes(only))) {
  const cells: string[] = [];
  let isSlow = false;
  for (const size of sizes) {
    const atOnce = await measure(name, size, 0);
    const cut = atOnce && (await measure(name, size, pieces));
    cells.push(`${size}: ${show(atOnce)}  ${show(cut)}`);
    const beyond = (measured: Measured | null, usual: Measured | null | undefined): boolean =>
      !measured || measured.longest > FRAME || measured.total > Math.max(NOTICEABLE, FACTOR * (usual?.total ?? 0));
    if (beyond(atOnce, benign.get(size)?.atOnce) || beyond(cut, benign.get(size)?.cut)) isSlow = true;
    if (!atOnce || !cut) break;
  }
  if (isSlow) slow += 1;
  if (isSlow || options.has('all')) console.log(`${isSlow ? '! ' : '  '}${name}\n    ${cells.join('\n    ')}`);
}
console.log(
  `${slow} of ${names.length} families take more than ${FACTOR} times as long as benign text, or ${FRAME} ms in a frame`,
);
await browser.close();
await server.close();
