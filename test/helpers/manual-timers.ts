// Time and network as a test plays them: nothing happens before the test says so, and nothing is waited for.
import type { Connectivity, Timers } from '../../src/transport/index.js';

/** Lets everything run that needs no time: microtasks, and what streams do between them. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Resolves when `condition` holds; a condition that never will is a failure that says what it was. */
export async function until(condition: () => unknown, what = String(condition)): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    if (turns > 200) throw new Error(`expected in the end: ${what}`);
    await settle();
  }
}

export class ManualTimers implements Timers {
  #now = 1_000_000;
  #pending: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#pending.push(timer);
    return () => void (this.#pending = this.#pending.filter((other) => other !== timer));
  }

  /** Milliseconds to each timer that waits, the next one first. */
  get waiting(): number[] {
    return this.#pending.map(({ at }) => at - this.#now).toSorted((a, b) => a - b);
  }

  /** Winds the time on; each timer rings at its own moment, and what it sets off runs before the next one does. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      await settle();
      const next = this.#pending.toSorted((a, b) => a.at - b.at)[0];
      if (!next || next.at > end) break;
      this.#now = Math.max(this.#now, next.at);
      this.#ring(next);
    }
    this.#now = end;
  }

  /** The time goes on as over a sleep of the machine: every timer that has passed rings late, and together. */
  async jump(milliseconds: number): Promise<void> {
    this.#now += milliseconds;
    for (const timer of this.#pending.filter(({ at }) => at <= this.#now)) this.#ring(timer);
    await settle();
  }

  #ring(timer: { at: number; callback: () => void }): void {
    this.#pending = this.#pending.filter((other) => other !== timer);
    timer.callback();
  }
}

export class FakeConnectivity implements Connectivity {
  #offline = false;
  #waiting = new Set<() => void>();

  isOffline(): boolean {
    return this.#offline;
  }

  whenOnline(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = () => {
        this.#waiting.delete(done);
        if (signal.aborted) reject(signal.reason as Error);
        else resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done);
    });
  }

  /** How many wait for the network. */
  get waiting(): number {
    return this.#waiting.size;
  }

  goOffline(): void {
    this.#offline = true;
  }

  goOnline(): void {
    this.#offline = false;
    for (const done of this.#waiting) done();
  }
}
