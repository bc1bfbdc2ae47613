/**
 * Problem: text arrives in bursts and stalls; the eye wants a steady flow, and not too far behind.
 * Choice: as in a player's buffer. The flow is as fast as text arrives on the whole, corrected by how far what waits is from
 * the reserve that the longer gaps of this line need, and fast enough that nothing waits longer than it may. Asked anew in
 * every frame, it slows down where the next piece is late, and does not stop dead.
 * Bound: what has come is shown within 210 ms where gaps are short, within 440 on any line, at the end in `DRAIN_MS`.
 *
 * The constants were found by search on arrival times that match published figures of a stream; none of them matters
 * much by itself. `npm run bench:pacing` measures them, beside the best that could be done with the future known.
 */

/** What has come is held back for so long, in milliseconds: at least, and on a line with long gaps at most. */
const LEAST_HOLD_MS = 190;
const MOST_HOLD_MS = 400;
/** While fewer than `KNOWN_GAPS` tell what the line is like, it may be one with long gaps. */
const FIRST_HOLD_MS = 300;
const KNOWN_GAPS = 3;
/** The longest gaps are accidents; this one (counted from 0) is what the line is like. */
const RANK = 3;
/** What the line is like is told from the arrivals of so long. */
const MEMORY_MS = 3000;
/** The mean rate is that of so long, or of three gaps where those are longer. */
const MEAN_MS = 1000;
/** What is to wait: as much as arrives in so many gaps, or in this time at least, and in a hold at most. */
const RESERVE_GAPS = 2;
const LEAST_RESERVE_MS = 80;
/** What waits too much or too little is made up for in so many holds. */
const CORRECTION_HOLDS = 2;
/** What waits is shown at the latest after so many holds. */
const BOUND_HOLDS = 1.1;
/** How long what waits at the end takes. */
const DRAIN_MS = 200;
/** A frame that comes later than this (a hidden page, a phone out of breath) shows all there is. */
const LATE_MS = 250;
/** Arrivals closer than this are one. */
const SAME_MS = 4;
/** What should have been shown already has this time. */
const FRAME_MS = 16;

interface Arrival {
  readonly at: number;
  /** How much had arrived by then. */
  total: number;
}

/** How much of what waits is shown in a frame. Amounts are in any unit: characters, or what they weigh to the eye. */
export class RevealRate {
  readonly #arrivals: Arrival[] = [];
  #total = 0;
  /** What the line is like, in milliseconds; unknown at first. */
  #gap: number | undefined;
  #hasArrived = false;
  /** Per millisecond, since the end. */
  #drain: number | undefined;
  /** The last rate. */
  #rate = 0;
  /** What is due and less than one. */
  #due = 0;

  /**
   * Notes that something has arrived.
   *
   * @param now milliseconds, monotonic
   * @param amount how much
   */
  arrived(now: number, amount: number): void {
    this.#total += amount;
    this.#hasArrived = true;
    this.#drain = undefined;
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
    if (ended) this.#rate = this.#drain ??= Math.max(this.#rate, backlog / DRAIN_MS);
    else this.#rate = this.#rateFor(now, backlog - this.#due);
    const due = this.#due + this.#rate * elapsed;
    const count = Math.min(backlog, Math.floor(due));
    // What could not be shown for want of text is not made up for.
    this.#due = Math.min(due - count, 1);
    return count;
  }

  #rateFor(now: number, backlog: number): number {
    const arrivals = this.#arrivals;
    if (this.#hasArrived) this.#gap = gapOf(arrivals);
    this.#hasArrived = false;
    const gap = this.#gap;
    const hold = gap === undefined ? FIRST_HOLD_MS : Math.min(MOST_HOLD_MS, Math.max(LEAST_HOLD_MS, gap));
    const least = this.#leastRate(now - BOUND_HOLDS * hold, backlog);
    if (gap === undefined) return least;
    const start = now - Math.max(MEAN_MS, 3 * gap);
    const first = arrivals.findLast(({ at }) => at <= start) ?? arrivals[0]!;
    const mean = (this.#total - first.total) / (now - first.at);
    const reserve = mean * Math.min(hold, Math.max(LEAST_RESERVE_MS, RESERVE_GAPS * gap));
    return Math.max(least, mean + (backlog - reserve) / (CORRECTION_HOLDS * hold));
  }

  /** The least at which nothing waits longer than it may: what came by `due` is shown at once, what came later as much later. */
  #leastRate(due: number, backlog: number): number {
    const shown = this.#total - backlog;
    let rate = 0;
    for (let index = this.#arrivals.length - 1; index >= 0; index -= 1) {
      const { at, total } = this.#arrivals[index]!;
      if (total <= shown) break;
      rate = Math.max(rate, (total - shown) / Math.max(FRAME_MS, at - due));
    }
    return rate;
  }
}

function gapOf(arrivals: readonly Arrival[]): number | undefined {
  const gaps = arrivals.slice(1).map(({ at }, index) => at - arrivals[index]!.at);
  if (gaps.length < KNOWN_GAPS) return undefined;
  return gaps.sort((a, b) => b - a)[Math.min(RANK, gaps.length - 1)];
}
