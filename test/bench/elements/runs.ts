// Whole elements from the script tag to the end of the first answer, over HTTP: each in a page and a cache of its own, in
// rounds in which everybody has a turn.

import { chromium, type Browser, type Page } from 'playwright';
import { findEngines } from '../../runner/engines.js';
import { bundle } from '../bundle.js';
import { makeDocuments, makePieces } from '../documents.js';
import { shownLetters } from '../markdown/letters.js';
import { median } from '../markdown/figures.js';
import { whole, type Table } from '../table.js';
import type { ElementEntry } from './subjects.js';
import { serveElements, type ElementsServer, type Site } from './server.js';

/** The answer begins with a letter that no page has, so that it is known when it does. */
const FIRST = 'Ω';
const QUESTION = 'What is new?';
const PATIENCE = 60_000;
/** A composer that is there for so many milliseconds stays. */
const CALM = 500;

interface Line {
  label: string;
  /** Times that the processor is slowed. */
  slowdown: number;
  /** Bits a millisecond, and milliseconds for each request; none: as fast as it goes. */
  network?: { rate: number; latency: number };
}

/** The second is what Lighthouse takes for a phone. */
const LINES: readonly Line[] = [
  { label: 'here', slowdown: 1 },
  { label: 'slow 4G', slowdown: 4, network: { rate: 1600, latency: 150 } },
];

/** Milliseconds; and kilobytes. */
interface Visited {
  /** From the request of the script to a composer that takes text. */
  usable: number;
  /** From the first byte of the answer to its first character on the page. */
  first: number;
  /** Scripts and style sheets, gzip, that were sent by the end of the answer. */
  sent: number;
}

export interface ElementCell {
  subject: ElementEntry;
  line: Line;
  runs: Visited[];
  missing?: string;
}

export async function visitAll(
  subjects: readonly ElementEntry[],
  rounds: number,
  stop: AbortSignal,
  progress: (line: string) => void,
): Promise<ElementCell[]> {
  const engine = findEngines().chromium;
  if (engine?.drive !== 'playwright') throw new Error('The benchmark needs a Chromium (test/runner/engines.ts)');
  const [document] = makeDocuments('mixed', 500);
  const answer = `${FIRST} is the last letter.\n\n${document}`;
  const watch = (await bundle({ watch: `${import.meta.dirname}/page.ts` })).get('watch.js')!;
  const ends = JSON.stringify([FIRST, shownLetters(answer).slice(-16)]);
  const cells = LINES.flatMap((line) => subjects.map((subject): ElementCell => ({ subject, line, runs: [] })));
  const sites = new Map<ElementEntry, Site>();
  for (const subject of subjects) {
    const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Chat</title><link rel="icon" href="data:,">${subject.html}`;
    sites.set(subject, { html, files: await subject.files() });
  }
  const server = await serveElements(makePieces(answer));
  const browser = await chromium.launch({ ...engine.launchOptions, args: ['--no-sandbox'] });
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const cell of cells) {
        if (stop.aborted || cell.missing !== undefined) continue;
        const { subject, line, runs } = cell;
        progress(`${round}/${rounds} elements ${line.label} ${subject.name}`);
        try {
          const script = `globalThis.answerEnds = ${ends}; ${watch}`;
          runs.push(await visit(browser, server, sites.get(subject)!, subject, line, script));
        } catch (error) {
          cell.missing = error instanceof Error ? error.message.split('\n')[0]! : String(error);
        }
      }
    }
  } finally {
    await browser.close();
    await server.close();
  }
  return cells;
}

async function visit(
  browser: Browser,
  server: ElementsServer,
  site: Site,
  { script }: ElementEntry,
  line: Line,
  watch: string,
): Promise<Visited> {
  const { url, visit: visited } = server.visit(site);
  const context = await browser.newContext({ viewport: { width: 800, height: 900 } });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    // Nobody else is asked for anything, such as a typeface.
    await context.route(
      (address) => !address.href.startsWith(url),
      (route) => route.abort(),
    );
    await slowDown(page, line);
    await page.addInitScript(watch);
    await page.goto(url);
    await page.waitForFunction(
      (calm) => performance.now() - (globalThis.elementsBench?.seen.usable ?? Infinity) > calm,
      CALM,
    );
    await page.evaluate(() => globalThis.elementsBench!.composer!.focus());
    await page.keyboard.type(QUESTION);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => globalThis.elementsBench!.seen.last !== undefined);
    if (!visited.questions[0]?.includes(QUESTION)) throw new Error('the question has not come whole');
    const asked = await page.waitForFunction(() =>
      performance.getEntriesByType('resource').find(({ name }) => name.includes('/answer')),
    );
    const { seen, scriptStart, firstByte } = await page.evaluate(
      ([entry, name]) => ({
        seen: globalThis.elementsBench!.seen,
        scriptStart: performance.getEntriesByName(name)[0]!.startTime,
        firstByte: (entry as PerformanceResourceTiming).responseStart,
      }),
      [asked, url + script] as const,
    );
    return { usable: seen.usable! - scriptStart, first: seen.first! - firstByte, sent: visited.sent };
  } finally {
    await context.close();
  }
}

async function slowDown(page: Page, { slowdown, network }: Line): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  if (!network) return;
  const throughput = (network.rate * 1000) / 8;
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: network.latency,
    downloadThroughput: throughput,
    uploadThroughput: throughput,
  });
}

export function elementsTable(cells: readonly ElementCell[]): Table {
  const subjects = [...new Set(cells.map(({ subject }) => subject))];
  const columns: [head: string, line: Line, value: keyof Visited][] = LINES.flatMap((line) => [
    [`first byte to first character, ${line.label}`, line, 'first'],
    [`script tag to usable, ${line.label}`, line, 'usable'],
  ]);
  columns.push(['sent, kB', LINES[0]!, 'sent']);
  const figure = (subject: ElementEntry, line: Line, value: keyof Visited): string => {
    const cell = cells.find((each) => each.subject === subject && each.line === line);
    return cell && cell.runs.length > 0 ? whole(median(cell.runs.map((run) => run[value]))) : '–';
  };
  return {
    title:
      'Whole elements over HTTP, milliseconds: as fast as this machine goes, and on a line of 1.6 Mbit/s and 150 ms with the processor slowed four times; and what is sent for the first answer (scripts and style sheets, gzip)',
    head: ['', ...columns.map(([head]) => head)],
    rows: subjects.map((subject) => [subject.label, ...columns.map(([, line, value]) => figure(subject, line, value))]),
  };
}
