/**
 * Problem: text arrives in bursts and stalls; the eye wants a steady flow, and not too far behind.
 * Choice: as in a player's buffer. What waits is to last until the next arrival, so the flow is as fast as text arrives
 * on the whole, corrected by how much waits, and held back for as long as the longer gaps on this line were. It changes
 * only when something arrives: between arrivals frames get equal shares.
 * Bound: the hold is 150 to 400 ms. At least half of what waits is shown in the time of the hold; after the end all of it
 * in `DRAIN_MS`.
 *
 * The constants were found on arrival times that match published figures of a stream; `npm run bench:pacing` measures them,
 * beside the best that could be done with the future known.
 */

/** What waits is meant to last so long, in milliseconds: at least, and on a line with long gaps at most. */
const LEAST_HOLD_MS = 150;
const MOST_HOLD_MS = 400;
/** How much longer than a gap the hold is. */
const SPARE = 1.05;
/** The longest gaps are accidents; this one (counted from 0) is what the line is like. */
const RANK = 2;
/** What the line is like is told from the arrivals of so long. */
const MEMORY_MS = 3000;
/** The mean rate is that of so long, or of three gaps where those are longer. */
const MEAN_MS = 2000;
/** Before this there is no mean worth the name. */
const YOUNG_MS = 60;
/** How much of the flow follows from what waits; the rest from the mean. */
const CORRECTION = 0.5;
/** How long what waits at the end takes. */
const DRAIN_MS = 200;
/** A frame that comes later than this (a hidden page, a phone out of breath) shows all there is. */
const LATE_MS = 250;
/** Arrivals closer than this are one. */
const SAME_MS = 4;

interface Arrival {
  readonly at: number;
  /** How much had arrived by then. */
  total: number;
}

/** How much of what waits is shown in a frame. Amounts are in any unit: characters, or what they weigh to the eye. */
export class RevealRate {
  readonly #arrivals: Arrival[] = [];
  #total = 0;
  /** Per millisecond. */
  #rate = 0;
  /** What is due and less than one. */
  #due = 0;
  #hasArrived = false;
  #isDraining = false;

  /**
   * Notes that something has arrived.
   *
   * @param now milliseconds, monotonic
   * @param amount how much
   */
  arrived(now: number, amount: number): void {
    this.#total += amount;
    this.#hasArrived = true;
    this.#isDraining = false;
    const last = this.#arrivals.at(-1);
    if (last && now - last.at < SAME_MS) last.total = this.#total;
    else this.#arrivals.push({ at: now, total: this.#total });
    // One before those that count stays, since the first gap is behind it. Here, since not all who are told of arrivals ask.
    while ((this.#arrivals[1]?.at ?? now) < now - MEMORY_MS) this.#arrivals.shift();
  }

  /**
   * How much to show in a frame: a whole number, none now and then, and never more than waits.
   *
   * @param now milliseconds, by the clock of `arrived`
   * @param elapsed milliseconds since the last frame, or since something waits
   * @param backlog how much has arrived and is not shown
   * @param ended whether nothing more will arrive
   */
  take(now: number, elapsed: number, backlog: number, ended: boolean): number {
    if (elapsed >= LATE_MS) return backlog;
    if (ended) {
      if (!this.#isDraining) this.#rate = Math.max(this.#rate, backlog / DRAIN_MS);
      this.#isDraining = true;
    } else if (this.#hasArrived) this.#rate = this.#rateFor(now, backlog);
    this.#hasArrived = false;
    const due = this.#due + this.#rate * elapsed;
    const count = Math.min(backlog, Math.floor(due));
    // What could not be shown for want of text is not made up for.
    this.#due = Math.min(due - count, 1);
    return count;
  }

  #rateFor(now: number, backlog: number): number {
    const arrivals = this.#arrivals;
    const gaps = arrivals.slice(1).map(({ at }, index) => at - arrivals[index]!.at);
    const gap = gaps.sort((a, b) => b - a)[Math.min(RANK, gaps.length - 1)] ?? 0;
    const hold = Math.min(MOST_HOLD_MS, Math.max(LEAST_HOLD_MS, SPARE * gap));
    const start = now - Math.max(MEAN_MS, 3 * gap);
    const first = arrivals.findLast(({ at }) => at <= start) ?? arrivals[0]!;
    const age = now - first.at;
    const mean = age > YOUNG_MS ? (this.#total - first.total) / age : backlog / hold;
    return Math.max((1 - CORRECTION) * mean + (CORRECTION * backlog) / hold, backlog / (2 * hold));
  }
}
