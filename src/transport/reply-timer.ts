/**
 * How long a reply may keep its reader waiting: for its first event, and then between any two pieces (a heartbeat comment
 * is one). Own timers and an own error, since what engines throw of theirs cannot be told apart.
 */
import { ChatError } from '../model/index.js';
import { systemTimers, type Timers } from './timers.js';

export interface TimeLimits {
  /** Seconds to the first event. 0: none. Default 60. */
  timeout?: number;
  /** Seconds between two pieces. 0: none. Default 45. */
  idleTimeout?: number;
}

/** A server that has said why it ends, and leaves the connection open, is waited for no longer than this. */
const CLOSING_SECONDS = 3;

/** A timer that rings so much too late rings in a page that stood still: frozen, asleep, or at work. */
const LATE_MS = 1000;

export class ReplyTimer {
  readonly #timers: Timers;
  readonly #timeout: number;
  readonly #idleTimeout: number;
  #isClosing = false;
  #start: number | undefined;
  #hasBytes = false;
  #hasEvent = false;

  /** Begins to count at the first wait: what the page does before the request is not the server's time. */
  constructor({ timeout = 60, idleTimeout = 45 }: TimeLimits = {}, timers = systemTimers) {
    this.#timeout = timeout > 0 ? timeout : 0;
    this.#idleTimeout = idleTimeout > 0 ? idleTimeout : 0;
    this.#timers = timers;
  }

  /** The reply has said something: from here on only silence counts. */
  begin(): void {
    this.#hasEvent = true;
  }

  /** The reply has said why it ended; what may follow follows soon. */
  expectEnd(): void {
    this.#isClosing = true;
  }

  /** And it has gone on all the same. */
  expectMore(): void {
    this.#isClosing = false;
  }

  /** For what is worth a wait of a few seconds, by the same clock. */
  brief(): ReplyTimer {
    return new ReplyTimer({ timeout: CLOSING_SECONDS, idleTimeout: CLOSING_SECONDS }, this.#timers);
  }

  /**
   * What `promise` gives, if it does in time.
   *
   * @throws ChatError `timeout` or `stalled`; the promise is left to itself
   */
  async wait<T>(promise: Promise<T>): Promise<T> {
    const error = this.#nextLimit();
    if (!error) return promise;
    let cancel: () => void = () => {};
    const limit = new Promise<never>((_resolve, reject) => {
      const expire = (): void => reject(error.create());
      const due = this.#ticks() + error.milliseconds;
      cancel = this.#timers.after(error.milliseconds, () => {
        const late = this.#ticks() - due;
        if (late < LATE_MS) return expire();
        // What has come meanwhile is heard first, and that time was not the server's.
        const grace = CLOSING_SECONDS * 1000;
        this.#start! += late + grace;
        cancel = this.#timers.after(grace, expire);
      });
    });
    try {
      const result = await Promise.race([promise, limit]);
      return result;
    } finally {
      cancel();
    }
  }

  /** A piece has come. */
  touch(): void {
    this.#hasBytes = true;
  }

  #ticks(): number {
    return this.#timers.ticks?.() ?? this.#timers.now();
  }

  /** The limit that passes first, if there is one. */
  #nextLimit(): { milliseconds: number; create: () => ChatError } | undefined {
    const now = this.#ticks();
    this.#start ??= now;
    const untilFirst = this.#hasEvent || !this.#timeout ? Infinity : this.#start + this.#timeout * 1000 - now;
    const idleTimeout = this.#isClosing ? Math.min(this.#idleTimeout, CLOSING_SECONDS) : this.#idleTimeout;
    const untilIdle = this.#hasBytes && idleTimeout ? idleTimeout * 1000 : Infinity;
    const milliseconds = Math.max(0, Math.min(untilFirst, untilIdle));
    if (milliseconds === Infinity) return undefined;
    const create = () =>
      untilFirst <= untilIdle || !this.#hasEvent
        ? timeLimitError('timeout', untilFirst <= untilIdle ? this.#timeout : idleTimeout)
        : timeLimitError('stalled', idleTimeout);
    return { milliseconds, create };
  }
}

function timeLimitError(code: 'timeout' | 'stalled', seconds: number): ChatError {
  const what = code === 'timeout' ? 'the first event' : 'more of the reply';
  return new ChatError(code, `expected ${what} within ${seconds} s, got silence`, { seconds });
}
