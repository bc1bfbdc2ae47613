// What Chromium's main thread did, as its own trace tells it: tasks, and what was done inside them. It counts what took
// place, whatever the machine was doing besides.

import type { Page } from 'playwright';

/** Marks, what was done, by whom in the code, and where frames begin. */
const EVERYTHING = [
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-devtools.timeline.stack',
  'blink.user_timing',
  'blink',
];

interface TraceEvent {
  name: string;
  /** Of those below, `X` lasts and the rest are moments. */
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds. */
  ts: number;
  dur?: number;
  /** As `dur`, of the thread's own time: what another process did on the same core adds nothing. */
  tdur?: number;
  args: {
    data?: { type?: string; functionName?: string };
    beginData?: { stackTrace?: { functionName: string; url: string; lineNumber: number; columnNumber: number }[] };
  };
}

/** Something that was done, from its beginning on, inside something else. */
export interface Step {
  readonly name: string;
  readonly event: TraceEvent;
  /** From the outside in. */
  readonly around: readonly Step[];
}

/** What the main thread of `page` did during `run`, in order. Fewer categories take less of its time. */
export async function traceMainThread(
  page: Page,
  run: () => Promise<void>,
  categories: readonly string[] = EVERYTHING,
): Promise<Step[]> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { recordMode: 'recordUntilFull', includedCategories: [...categories] },
  });
  await run();
  const complete = new Promise<boolean>((resolve) => {
    session.once('Tracing.tracingComplete', ({ dataLossOccurred }) => resolve(dataLossOccurred));
  });
  await session.send('Tracing.end');
  if (await complete) throw new Error('expected a whole trace, got one with gaps');
  await session.detach();
  return stepsOf(events);
}

function stepsOf(events: readonly TraceEvent[]): Step[] {
  const frame = events.find(({ name }) => name === 'FireAnimationFrame');
  if (!frame) throw new Error('expected animation frames in the trace, got none');
  const isMain = ({ pid, tid, ph }: TraceEvent) => pid === frame.pid && tid === frame.tid && /^[XIiRb]$/.test(ph);
  const sorted = events.filter(isMain).sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const open: Step[] = [];
  return sorted.map((event) => {
    while (open.length > 0 && endOf(open.at(-1)!) <= event.ts) open.pop();
    const step: Step = { name: event.name, event, around: [...open] };
    if (event.ph === 'X') open.push(step);
    return step;
  });
}

function endOf({ event }: Step): number {
  return event.ts + (event.dur ?? 0);
}

/** Where a script runs. Observers of sizes are called behind the layout, and what they change is laid out after them. */
const SCRIPTS = new Set([
  'EvaluateScript',
  'EventDispatch',
  'FireAnimationFrame',
  'FireIdleCallback',
  'FunctionCall',
  'RunMicrotasks',
  'TimerFire',
]);

export function isScript({ name }: Step): boolean {
  return SCRIPTS.has(name);
}

/** Style or layout that a script asked for in its midst. */
export interface ForcedLayout {
  what: 'style' | 'layout';
  /** What the browser had called, with the type of an event. */
  inside: string;
  /** From where in the code, the innermost first. */
  stack: string;
}

export function forcedLayouts(steps: readonly Step[]): ForcedLayout[] {
  const forced: ForcedLayout[] = [];
  for (const { name, event, around } of steps) {
    const what = WHAT[name];
    const script = around.find(isScript);
    if (!what || !script) continue;
    const { type } = script.event.args.data ?? {};
    const stack = (event.args.beginData?.stackTrace ?? []).map(
      ({ functionName, url, lineNumber, columnNumber }) =>
        `${functionName} ${url.split('/').at(-1)}:${lineNumber}:${columnNumber}`,
    );
    forced.push({ what, inside: type ? `${script.name} ${type}` : script.name, stack: stack.slice(0, 6).join(' < ') });
  }
  return forced;
}

const WHAT: Readonly<Record<string, ForcedLayout['what'] | undefined>> = {
  Layout: 'layout',
  UpdateLayoutTree: 'style',
};
