/**
 * Problem: a pacer that counts the address of a link as text stands still, to the eye, for as long as the address takes.
 * Choice: what Markdown hides in one run longer than a few characters weighs nothing: the address and title of a link or
 * an image, also while they arrive, and of a reference definition. Told by patterns, from what stands before alone. Other
 * syntax, and code that looks like a link, is weighed wrongly by a few characters: it is an estimate, for pacing only.
 * Bound: of one run `LOOK_BACK` units are hidden at most, and no more is looked back over.
 */

const LOOK_BACK = 1024;

/**
 * What opens an address, the address, a title. Each takes as much as has arrived of it, so that the same is hidden whatever
 * follows; and none goes over a `]`, so that it is found from wherever the search begins.
 */
const HIDDEN = /(\]\(|\n {0,3}\[[^\]\n^][^\]\n]*\]:) *(?:[^\s()\]]|\([^\s()\]]*\)?)*(?: +(?:"[^"\]\n]*"?)?)? *\)?/g;

/** How many of the UTF-16 units of `text` from `start` to `end` a reader will see: a `weight` for a pacer. */
export function markdownWeight(text: string, start: number, end: number): number {
  const from = Math.max(0, start - LOOK_BACK);
  let weight = end - start;
  for (const { index, 0: run, 1: opener } of text.slice(from, end).matchAll(HIDDEN)) {
    const close = from + index + Math.min(run.length, LOOK_BACK);
    weight -= Math.max(0, close - Math.max(start, from + index + opener!.length));
  }
  return weight;
}
