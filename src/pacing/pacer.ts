/**
 * Stands between what has arrived and what is shown, as a player's buffer does: network bursts become a steady flow of
 * whole characters, a frame at a time, and no more in one than its time allows. It holds no text of its own beyond what
 * it was last given.
 */
import { browserClock, type FrameClock } from './clock.js';
import { FrameBudget } from './frame-budget.js';
import { graphemeBoundary, isHighSurrogate } from './grapheme-boundary.js';
import { RevealRate } from './reveal-rate.js';

/**
 * `smooth`: spread over frames · `batch`: all that has arrived, at most four times a second (for readers who asked for
 * less motion) · `none`: all that has arrived, every frame. In each, what is more than a frame can show goes on in the next.
 */
export type RevealMode = 'smooth' | 'batch' | 'none';

export interface PacerOptions {
  /** Called within a frame with the text shown so far, and whether that is all there will be. */
  show: (text: string, done: boolean) => void;
  mode?: RevealMode;
  clock?: FrameClock;
  /** What is shown already, and goes on. Default: nothing. */
  shown?: string;
  /**
   * How much of `text` from `start` to `end` the eye will see: a whole number, from 0 to the UTF-16 units. It adds up, and
   * nothing that follows changes it. What weighs nothing is shown with what stands before it. Default: the UTF-16 units.
   */
  weight?: (text: string, start: number, end: number) => number;
  /** How many frames to let pass after one that showed something, because showing is dear just now. Default 0. */
  framesToSkip?: () => number;
}

/** Also the longest that dear frames are skipped for. */
const BATCH_INTERVAL_MS = 250;
/** As much of a text as its first frame shows of a burst, by weight. */
const FIRST = 16;
/** How long the last character is held back for what may still join it: a mark, the next person of a family emoji. */
const GROWTH_MS = 200;
/** The first one is waited for. */
const FIRST_GROWTH_MS = 50;

export class Pacer {
  mode: RevealMode;
  readonly #show: PacerOptions['show'];
  readonly #clock: FrameClock;
  readonly #weight: (text: string, start: number, end: number) => number;
  readonly #framesToSkip: () => number;
  readonly #budget = new FrameBudget();
  readonly #rate = new RevealRate();
  /** The last frame showed as much as it could, not as much as it should. */
  #cutShort = false;
  #skipped = 0;
  #received = '';
  #shown = 0;
  /** What weighs what has arrived and is not shown. */
  #backlog = 0;
  #ended = false;
  #done = false;
  #receivedAt = 0;
  /** The time up to which the text that waits has had its share. */
  #revealedAt = 0;
  #shownAt = -Infinity;
  #cancelFrame: (() => void) | undefined;

  constructor(options: PacerOptions) {
    const { show, mode = 'smooth', clock = browserClock, shown = '' } = options;
    const { weight = (_text, start, end) => end - start, framesToSkip = () => 0 } = options;
    this.#received = shown;
    this.#shown = shown.length;
    this.#show = show;
    this.#clock = clock;
    this.#weight = weight;
    this.#framesToSkip = framesToSkip;
    this.mode = mode;
  }

  /**
   * @param text all the text that has arrived, which begins with what was given before (else it is shown anew)
   * @param ended whether it is complete; reported to `show` once
   */
  receive(text: string, ended: boolean): void {
    if (this.#done && ended && text === this.#received) return;
    const now = this.#clock.now();
    if (text !== this.#received) {
      let known = this.#received.length;
      if (!text.startsWith(this.#received)) {
        if (!text.startsWith(this.#received.slice(0, this.#shown))) this.#shown = 0;
        known = this.#shown;
        this.#backlog = 0;
      }
      const arrived = this.#weight(text, known, text.length);
      this.#backlog += arrived;
      this.#receivedAt = now;
      this.#rate.arrived(now, arrived);
    }
    // After a pause in which nothing waited, time begins anew: a burst is spread, however long nothing came before it.
    if (!this.#cancelFrame) this.#revealedAt = now;
    this.#received = text;
    this.#ended = ended;
    this.#done = false;
    this.#schedule();
  }

  /** Shows all that has arrived at once. */
  flush(): void {
    this.disconnect();
    this.#reveal(this.#received.length, true);
  }

  /** Stops asking for frames; `receive` starts again. */
  disconnect(): void {
    this.#cancelFrame?.();
    this.#cancelFrame = undefined;
  }

  #schedule(): void {
    this.#cancelFrame ??= this.#clock.requestFrame((now) => {
      this.#cancelFrame = undefined;
      this.#frame(now);
    });
  }

  #frame(now: number): void {
    const first = this.#shown === 0;
    const isEarly = !this.#cutShort && now - this.#shownAt < BATCH_INTERVAL_MS;
    if (isEarly && (this.mode === 'batch' || (!this.#ended && this.#skipped < this.#framesToSkip()))) {
      this.#skipped++;
      this.#schedule();
      return;
    }
    this.#skipped = 0;
    const elapsed = now - this.#revealedAt;
    this.#revealedAt = now;
    let share = Infinity;
    // What weighs nothing has no share to wait for.
    if (this.mode === 'smooth' && this.#backlog > 0 && !(first && this.#ended)) {
      share = this.#rate.take(now, elapsed, this.#backlog, this.#ended);
      // The first words are passed on at once: nothing is smoother than an answer that has begun.
      if (first) share = Math.max(share, FIRST);
    }
    const waiting = this.#received.length - this.#shown;
    const limit = Math.min(waiting, this.#budget.limit);
    let count = this.#lengthOf(share, limit);
    this.#cutShort = count === limit && limit < waiting;
    const isWhole = !isHighSurrogate(this.#received, this.#received.length - 1);
    const growth = first ? FIRST_GROWTH_MS : GROWTH_MS;
    const final = this.#ended || (isWhole && now - this.#receivedAt >= growth);
    // A cluster longer than the share of this frame comes whole.
    let hasShown = false;
    if (count > 0 || waiting === 0) {
      while (!(hasShown = this.#reveal(this.#shown + count, final)) && count < waiting) count *= 2;
    }
    // Half a character waits for its other half, however long that takes.
    const isHalf = !hasShown && !isWhole && !this.#ended && count >= waiting;
    if (!this.#done && !isHalf && (this.#shown < this.#received.length || this.#ended)) this.#schedule();
  }

  /**
   * The longest of what comes next that weighs no more than `share`, up to `limit` units. Steps double until one is too
   * heavy, and are halved then, so that no more is weighed than a few times what is found.
   */
  #lengthOf(share: number, limit: number): number {
    let count = 0;
    for (let step = Math.max(1, share); step >= 1 && count < limit;) {
      const end = Math.min(limit, count + Math.floor(step));
      const weight = this.#weight(this.#received, this.#shown + count, this.#shown + end);
      if (weight > share) step = (end - count) / 2;
      else {
        share -= weight;
        count = end;
        step *= 2;
      }
    }
    return count;
  }

  /** Shows what lies before `end`; whether that was anything new. */
  #reveal(end: number, final: boolean): boolean {
    const boundary = graphemeBoundary(this.#received, end, final);
    const done = this.#ended && boundary === this.#received.length;
    if (boundary <= this.#shown && (!done || this.#done)) return false;
    const count = Math.max(0, boundary - this.#shown);
    this.#backlog -= this.#weight(this.#received, this.#shown, this.#shown + count);
    this.#shown += count;
    this.#done = done;
    this.#shownAt = this.#clock.now();
    this.#show(this.#received.slice(0, this.#shown), done);
    this.#budget.spend(count, this.#clock.now() - this.#shownAt);
    return true;
  }
}
