/**
 * Problem: text arrives in bursts and stalls; the eye wants a steady flow, and not too far behind.
 * Choice: as in a player's buffer. The flow is as fast as text arrives on the whole, corrected by how far what waits is from
 * the reserve that the longer gaps of this line need, and fast enough that nothing waits longer than it may. Asked anew in
 * every frame, it slows down where the next piece is late, and does not stop dead.
 * Bound: what has come is shown, but for a frame, within 208 ms where gaps are known to be short for half a second, within
 * 330 until then, and within 430 on any line; at the end in `DRAIN_MS`.
 *
 * The constants were found by search on arrival times that match published figures of a stream, on lines made worse in
 * several ways. `npm run bench:pacing` measures them, beside the best that could be done with the future known.
 */

/** So much longer than the gaps of the line what has come may wait, in milliseconds; in all at least, and at most. */
const SPARE_MS = 30;
const LEAST_BOUND_MS = 208;
const MOST_BOUND_MS = 430;
/** While fewer than `KNOWN_GAPS` tell what the line is like, it may be one with long gaps. */
const FIRST_BOUND_MS = 330;
const KNOWN_GAPS = 3;
/** What comes in every frame for so long tells it sooner, and how fast it is; less may be one piece that came in several. */
const STEADY_MS = 30;
const STEADY_GAP_MS = 20;
/** The bound shrinks by so much of the time that passes: at once, all that is beyond the new one would come in one frame. */
const SHRINK = 0.3;
/** The longest gaps are accidents; this one (counted from 0) is what the line is like. */
const RANK = 3;
/** What the line is like, and how fast, is told from the arrivals of so long. */
const MEMORY_MS = 3000;
/** How fast is not known sooner: the first pieces may be one that came in several. */
const YOUNG_MS = 100;
/** What is to wait: as much as arrives in a gap and this time, but no more than in this share of the bound. */
const RESERVE_MS = 80;
const MOST_RESERVE = 0.7;
/** What waits too much or too little is made up for in this time, or in a gap where that is longer. */
const CORRECTION_MS = 300;
/** How long what waits at the end takes. */
const DRAIN_MS = 200;
/** A frame that comes later than this (a hidden page, a phone out of breath) shows all there is. */
const LATE_MS = 250;
/** Arrivals closer than this are one. */
const SAME_MS = 4;
/** What is less short of one than this is one. */
const ROUNDING = 1e-6;

interface Arrival {
  readonly at: number;
  /** How much had arrived by then. */
  total: number;
}

/** How much of what waits is shown in a frame. Amounts are whole numbers: characters, or what they weigh to the eye. */
export class RevealRate {
  readonly #arrivals: Arrival[] = [];
  #total = 0;
  #hasArrived = false;
  /** What the line is like, in milliseconds. Unknown at first, and where less has arrived than tells of it. */
  #gap: number | undefined;
  /** Something has come in every frame. */
  #isSteady = false;
  #bound = FIRST_BOUND_MS;
  /** Per millisecond: the last rate, and that since the end. */
  #rate = 0;
  #drain: number | undefined;
  /** What is due and not shown: a part of one. */
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
    // What arrives just before a frame may be told of behind its time.
    const passed = Math.max(0, elapsed);
    if (ended) this.#rate = this.#drain ??= Math.max(this.#rate, backlog / DRAIN_MS);
    else this.#rate = this.#rateFor(now, passed, backlog - this.#due);
    const due = this.#due + this.#rate * passed;
    const count = Math.min(backlog, Math.floor(due + ROUNDING));
    // What could not be shown for want of text is not made up for.
    this.#due = Math.min(Math.max(0, due - count), 1);
    return count;
  }

  #rateFor(now: number, elapsed: number, backlog: number): number {
    if (this.#hasArrived) this.#readGaps();
    this.#hasArrived = false;
    const gap = this.#gap;
    const bound =
      gap === undefined ? FIRST_BOUND_MS : Math.min(MOST_BOUND_MS, Math.max(LEAST_BOUND_MS, gap + SPARE_MS));
    this.#bound = Math.max(bound, this.#bound - SHRINK * elapsed);
    const least = this.#leastRate(now - this.#bound, elapsed, backlog);
    if (gap === undefined) return least;
    const first = this.#arrivals[0]!;
    const mean = (this.#total - first.total) / Math.max(this.#isSteady ? 1 : YOUNG_MS, now - first.at);
    const reserve = mean * Math.min(MOST_RESERVE * this.#bound, gap + RESERVE_MS);
    return Math.max(least, mean + (backlog - reserve) / Math.max(CORRECTION_MS, gap));
  }

  #readGaps(): void {
    const gaps = this.#arrivals.slice(1).map(({ at }, index) => at - this.#arrivals[index]!.at);
    gaps.sort((a, b) => b - a);
    const span = this.#arrivals.at(-1)!.at - this.#arrivals[0]!.at;
    this.#isSteady = span >= STEADY_MS && gaps[0]! <= STEADY_GAP_MS;
    const isKnown = this.#isSteady || gaps.length >= KNOWN_GAPS;
    this.#gap = isKnown ? gaps[Math.min(RANK, gaps.length - 1)] : undefined;
  }

  /** The least at which nothing waits longer than it may: what came by `due` is shown now, what came later as much later. */
  #leastRate(due: number, elapsed: number, backlog: number): number {
    const shown = this.#total - backlog;
    let rate = 0;
    for (let index = this.#arrivals.length - 1; index >= 0; index -= 1) {
      const { at, total } = this.#arrivals[index]!;
      if (total <= shown) break;
      rate = Math.max(rate, (total - shown) / Math.max(1, elapsed, at - due));
    }
    return rate;
  }
}
