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

/** Animation frames while the page is visible, timers while it is hidden or where there are none. */
export const browserClock: FrameClock = {
  now: () => performance.now(),
  requestFrame(callback) {
    let frame = 0;
    const run = () => {
      cancel();
      callback(performance.now());
    };
    const timer = setTimeout(run, HIDDEN_INTERVAL_MS);
    if (typeof requestAnimationFrame === 'function') frame = requestAnimationFrame(run);
    const cancel = () => {
      clearTimeout(timer);
      if (frame) cancelAnimationFrame(frame);
    };
    return cancel;
  },
};

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
