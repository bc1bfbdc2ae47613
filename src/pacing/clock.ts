/**
 * Where the pacer gets its frames from: the browser's in a page, a hand-wound clock in tests, so that every test of
 * timing is deterministic.
 */
export interface FrameClock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Calls `callback` once, at the next frame, with its time; returns what cancels it. */
  requestFrame(callback: (now: number) => void): () => void;
}

/** Hidden pages get no animation frames; their text still has to arrive. */
const HIDDEN_INTERVAL_MS = 500;

type Frame = (now: number) => void;

/** Whoever waits for the next frame, in the order they asked. */
let waiting = new Set<Frame>();
/** And those who are called before them. */
let first = new Set<Frame>();
let cancelNext: (() => void) | undefined;

/**
 * Animation frames while the page is visible, timers while it is hidden or where there are none. All that wait on a page
 * share one of each. What one of them throws is reported as uncaught, and the others are called all the same.
 */
export const browserClock: FrameClock = {
  now: () => performance.now(),
  requestFrame(callback) {
    const asked = waiting;
    // Who asks twice is called twice.
    const entry: Frame = (now) => callback(now);
    asked.add(entry);
    cancelNext ??= requestNext();
    return () => {
      asked.delete(entry);
      if (asked === waiting && asked.size + first.size === 0) cancelNext?.();
    };
  },
};

/**
 * Calls `callback` once, at the next frame of `browserClock` and before all who asked that: they work with what it brings in
 * the same frame, not in the one after it.
 */
export function beforeFrame(callback: Frame): void {
  first.add((now) => callback(now));
  cancelNext ??= requestNext();
}

function requestNext(): () => void {
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isCancelled = false;
  const cancel = (): void => {
    cancelNext = undefined;
    isCancelled = true;
    clearTimeout(timer);
    if (frame) cancelAnimationFrame(frame);
  };
  const run = (): void => {
    cancel();
    const now = performance.now();
    const early = first;
    first = new Set();
    callAll(early, now);
    const due = waiting;
    waiting = new Set();
    callAll(due, now);
    // Who asked while the first were called has been called in this frame.
    if (waiting.size + first.size === 0) cancelNext?.();
  };
  const start = (): void => {
    if (!isCancelled) timer = setTimeout(run, HIDDEN_INTERVAL_MS);
  };
  // Of timers that are set by timers, browsers run one a minute where a page has been hidden for long.
  if (globalThis.document?.hidden) inTask(start);
  else start();
  if (typeof requestAnimationFrame === 'function') frame = requestAnimationFrame(run);
  return cancel;
}

/** Calls back in a task of its own, which is no timer's. */
function inTask(callback: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('message', () => {
    port1.close();
    callback();
  });
  port1.start();
  port2.postMessage(null);
}

function callAll(callbacks: Iterable<Frame>, now: number): void {
  for (const callback of callbacks) {
    try {
      callback(now);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

/** A clock that stands still until `advance` winds it. */
export class ManualClock implements FrameClock {
  #now = 0;
  #callbacks = new Set<(now: number) => void>();

  now(): number {
    return this.#now;
  }

  requestFrame(callback: (now: number) => void): () => void {
    this.#callbacks.add(callback);
    return () => this.#callbacks.delete(callback);
  }

  /** Lets `milliseconds` pass in frames of `frame` ms, and runs what waits for each. */
  advance(milliseconds: number, frame = 1000 / 60): void {
    const end = this.#now + milliseconds;
    while (this.#now < end) {
      this.#now = Math.min(end, this.#now + frame);
      const due = [...this.#callbacks];
      this.#callbacks.clear();
      for (const callback of due) callback(this.#now);
    }
  }
}
