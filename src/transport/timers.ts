/** The time, as a parameter: the system's, or one that a test winds by hand. */
export interface Timers {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds that pass evenly, also where the clock is put. Default: `now`. */
  ticks?(): number;
  /** Calls `callback` once after so many milliseconds; returns what cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemTimers: Timers = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, Math.min(milliseconds, LONGEST));
    return () => clearTimeout(timer);
  },
};

/** What a browser can count, 24 days; more is no time at all to it. */
const LONGEST = 2 ** 31 - 1;

/** Resolves after so many milliseconds, or rejects with the signal's reason. */
export function sleep(milliseconds: number, signal: AbortSignal, timers = systemTimers): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const onAbort = () => {
      cancel();
      reject(signal.reason as Error);
    };
    const cancel = timers.after(milliseconds, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
