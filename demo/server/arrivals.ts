/**
 * When the pieces of a reply arrive, shaped like a hosted model and repeatable.
 *
 * Measured on a reply of 2,304 characters: 499 chunks of 4.6 characters, the first under 100 ms, 13 ms apart on average
 * (6.474 s from first to last), 35 gaps over 50 ms, the longest 131 ms. Drawing gaps at random would meet these figures
 * only on average, so the gaps are the quantiles of that distribution, and chance (seeded) decides their order alone.
 */

/** A piece of text and how many milliseconds after the one before it arrives. */
export interface Arrival {
  text: string;
  delay: number;
}

export interface ArrivalOptions {
  /** The same seed gives the same arrivals. */
  seed?: number;
}

const MEAN_CHUNK = 4.617;
const MEAN_GAP = 13;
const LONGEST_GAP = 131;
/** 35 of the 498 gaps measured were longer than 50 ms. */
const LONG_SHARE = 35 / 498;
/** Kept off 50 ms on both sides: a timer that fires late must not turn a short gap into a long one. */
const LONGEST_SHORT_GAP = 44;
const SHORTEST_LONG_GAP = 56;
/** How often tokens of 1, 2, 3… characters come; their mean is close to `MEAN_CHUNK`. */
const TOKEN_LENGTHS = [1, 1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 7, 7, 8, 9, 11];

/** Cuts `text` as a model would and says when each piece comes. Cuts ignore words and Markdown, but keep surrogate pairs. */
export function arrivals(text: string, { seed = 1 }: ArrivalOptions = {}): Arrival[] {
  const random = randomNumbers(seed);
  const pieces = cut(text, random);
  const delays = arrivalDelays(pieces.length, { seed });
  return pieces.map((piece, index) => ({ text: piece, delay: delays[index] ?? 0 }));
}

/** The delays alone, for what is in pieces already: the wait for the first, then the gaps. */
export function arrivalDelays(count: number, { seed = 1 }: ArrivalOptions = {}): number[] {
  if (count < 1) return [];
  const random = randomNumbers(seed ^ 0x9e3779b9);
  const first = Math.round(30 + 30 * random());
  return [first, ...shuffled(gapQuantiles(count - 1), random)];
}

/** `count` gaps of the measured distribution, ascending, whole milliseconds, with exactly the measured mean. */
function gapQuantiles(count: number): number[] {
  const longCount = Math.round(count * LONG_SHARE);
  const long = Array.from({ length: longCount }, (_, index) => {
    const quantile = (index + 0.5) / longCount;
    return Math.min(LONGEST_GAP, Math.round(SHORTEST_LONG_GAP + 77.2 * quantile ** 2));
  });
  // The others lie on an exponential curve, scaled so that all together have the mean.
  const shortCount = count - longCount;
  const curve = Array.from({ length: shortCount }, (_, index) => -Math.log(1 - (index + 0.5) / shortCount));
  const scale = (MEAN_GAP * count - sum(long)) / Math.max(sum(curve), Number.EPSILON);
  // Rounding down the running total, not each gap, keeps the total exact. What the bound cuts off goes to the gaps
  // after it, and what is left at the end of the curve to the shortest.
  const short: number[] = [];
  let exact = 0;
  let given = 0;
  for (const value of curve) {
    exact += value * scale;
    const gap = Math.min(LONGEST_SHORT_GAP, Math.round(exact - given));
    short.push(gap);
    given += gap;
  }
  const missing = Math.round(exact) - given;
  return [...short.map((gap, index) => (index < missing ? gap + 1 : gap)), ...long];
}

/** The pieces of `text`: token-like lengths, as many as its length makes likely, never half a surrogate pair. */
function cut(text: string, random: () => number): string[] {
  if (text === '') return [];
  const count = Math.max(1, Math.round(text.length / MEAN_CHUNK));
  const lengths = Array.from({ length: count }, () => TOKEN_LENGTHS[Math.floor(random() * TOKEN_LENGTHS.length)] ?? 1);
  for (let excess = sum(lengths) - text.length; excess !== 0;) {
    const index = Math.floor(random() * count);
    const length = lengths[index] ?? 1;
    const step = Math.sign(excess);
    if (length - step < 1) continue;
    lengths[index] = length - step;
    excess -= step;
  }
  const pieces: string[] = [];
  let start = 0;
  let end = 0;
  for (const length of lengths) {
    end += length;
    const at = splitsPair(text, end) ? end + 1 : end;
    if (at > start) pieces.push(text.slice(start, at));
    start = Math.max(start, at);
  }
  return pieces;
}

function splitsPair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}

function shuffled(values: number[], random: () => number): number[] {
  const result = [...values];
  for (let index = result.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [result[index], result[other]] = [result[other] as number, result[index] as number];
  }
  return result;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Mulberry32: small, fast and the same on every machine, which `Math.random` is not. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
