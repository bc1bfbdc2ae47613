/**
 * Problem: what has arrived is read without a break, and where a server sends much at once that is thousands of events, in
 * which a page takes no input and draws nothing.
 * Choice: after so much work the rest waits for a task of its own, in front of which the browser does what else is due. By
 * a message, since timers of a hidden page come once a second.
 * Bound: a slice is longer than `SLICE_MS` by one event, or by what it takes to split one chunk of bytes into events.
 */
const SLICE_MS = 8;

export class TimeSlice {
  readonly #now: () => number;
  #since = 0;
  #worked = 0;

  /** @param now milliseconds, monotonic; meant for tests */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** Work begins, after waiting for something that had to come. */
  begin(): void {
    this.#since = this.#now();
  }

  /** Some work is done; whether the slice is over, and `nextTask` to be awaited. */
  isOver(): boolean {
    const now = this.#now();
    this.#worked += now - this.#since;
    this.#since = now;
    if (this.#worked < SLICE_MS) return false;
    this.#worked = 0;
    return true;
  }
}

export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}
