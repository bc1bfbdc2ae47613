/**
 * Problem: an answer may arrive at once, and showing a megabyte of it takes half a second in which the page does nothing
 * else. What a character costs differs a hundredfold: prose or a table, a desktop or a phone.
 * Choice: each frame is given as much text as the last ones say it can show in its time.
 * Bound: the first frame of a text takes `FIRST` characters; a frame that was cheap doubles that at most.
 */

/** Milliseconds of a frame, of which the browser needs the rest for layout and painting. */
const BUDGET_MS = 8;
const FIRST = 4096;
/** However dear: each frame has a price of its own, which a smaller share would only pay more often. */
const LEAST = 512;
/** What comes next may be much dearer than what was cheap. */
const MOST = 16_384;

export class FrameBudget {
  #limit = FIRST;

  /** How many characters the next frame may show. */
  get limit(): number {
    return this.#limit;
  }

  /** A frame has shown so many in so many milliseconds. */
  spend(characters: number, milliseconds: number): void {
    const isFull = characters >= this.#limit / 2;
    // Of a few characters only that they were dear tells something: their frame was hardly theirs.
    if (!isFull && milliseconds <= BUDGET_MS) return;
    const affordable = milliseconds > 0 ? (characters * BUDGET_MS) / milliseconds : Infinity;
    this.#limit = Math.round(Math.max(LEAST, Math.min(affordable, 2 * this.#limit, MOST)));
  }
}
