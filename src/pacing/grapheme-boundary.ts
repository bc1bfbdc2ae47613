/**
 * Where a text may be cut without breaking what a reader sees as one character. Only the neighbourhood of the cut is
 * segmented, whatever the length of the text: segmenting all of it costs its square in some engines.
 */

/** Characters around the cut that are segmented: longer than any cluster in use (family emoji are some 25). */
const WINDOW = 64;

let segmenter: Intl.Segmenter | undefined;

/**
 * The last grapheme boundary at or before `at`.
 *
 * @param text what has arrived
 * @param at an offset into it, in UTF-16 units
 * @param final whether the text is complete: if not, its last cluster may still grow and is held back
 */
export function graphemeBoundary(text: string, at: number, final: boolean): number {
  if (at >= text.length && final) return text.length;
  let start = Math.max(0, Math.min(at, text.length) - WINDOW);
  if (isLowSurrogate(text, start)) start--;
  const around = text.slice(start, Math.min(text.length, at + WINDOW));
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  let boundary = start;
  for (const { index } of segmenter.segment(around)) {
    if (start + index > at) break;
    boundary = start + index;
  }
  // ASCII letters and spaces cannot become something else by what follows, but for a combining mark, which is rare at
  // a cut and then only repaints its base: not worth a frame of delay on every chunk.
  if (at >= text.length && !final) return isPlain(text.charCodeAt(text.length - 1)) ? text.length : boundary;
  return boundary;
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}

function isPlain(code: number): boolean {
  return code === 0x0a || (code >= 0x20 && code < 0x7f);
}
