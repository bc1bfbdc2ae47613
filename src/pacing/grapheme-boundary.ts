/**
 * Where a text may be cut without breaking what a reader sees as one character. Only the neighbourhood of the cut is
 * segmented, whatever the length of the text: segmenting all of it costs its square in some engines.
 */

/** UTF-16 units around the cut that are segmented: longer than nearly any cluster in use (family emoji are some 25). */
const WINDOW = 64;
/** Where that is not enough (a row of flags, heaps of marks) the window doubles, up to this. */
const MAX_WINDOW = 4096;

let segmenter: Intl.Segmenter | undefined;

/** Makes what the first boundary needs: Chromium takes longer than a frame for it, and there may be time before. */
export function prepareBoundaries(): Intl.Segmenter {
  return (segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' }));
}

/**
 * The last grapheme boundary at or before `at`.
 *
 * @param text what has arrived
 * @param at an offset into it, in UTF-16 units
 * @param final whether its end is one: if not, its last cluster may still grow and is held back
 */
export function graphemeBoundary(text: string, at: number, final: boolean): number {
  if (at >= text.length && final) return text.length;
  if (!final) {
    // Half a surrogate pair at the end may become a mark, so what stands before it may grow too. Nothing joins a line feed.
    const length = isHighSurrogate(text, text.length - 1) ? text.length - 1 : text.length;
    if (at >= length && text[length - 1] === '\n') return length;
    at = Math.min(at, length - 1);
  }
  for (let window = WINDOW; ; window *= 2) {
    const start = wholeCharacter(text, Math.max(0, at - window));
    const { boundary, certain } = boundaryFrom(text, start, at);
    if (certain || window >= MAX_WINDOW) return boundary;
  }
}

/**
 * The last boundary at or before `at` as seen from `start`. A cluster that `start` cuts may show a boundary where there is
 * none, so that only the third is certain; and of a row of flags only the beginning tells which halves belong together.
 */
function boundaryFrom(text: string, start: number, at: number): { boundary: number; certain: boolean } {
  let boundary = start;
  let found = 0;
  for (const { index } of prepareBoundaries().segment(text.slice(start, at + WINDOW))) {
    if (start + index > at) break;
    boundary = start + index;
    found++;
  }
  return { boundary, certain: start === 0 || (found > 2 && !REGIONAL_INDICATOR.test(text.slice(start, start + 2))) };
}

const REGIONAL_INDICATOR = /^\p{Regional_Indicator}/u;

function wholeCharacter(text: string, at: number): number {
  return isHighSurrogate(text, at - 1) ? at - 1 : at;
}

/** Whether the unit at `at` is the first half of a surrogate pair. */
export function isHighSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code <= 0xdbff;
}
