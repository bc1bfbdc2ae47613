// The ways a test cuts the input of whatever reads a stream: whole, one by one, in two at every place, and at random
// places that a seed repeats. The name of a cut goes into the failure message, so a failing seed is on record.

/** Random numbers in [0, 1) that a seed repeats. */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Cut<T> {
  name: string;
  pieces: T[];
}

type Sliceable<T> = { readonly length: number; slice(start: number, end?: number): T };

/** Whole, one by one, and `seeds` times at random places. */
export function* cuts<T extends Sliceable<T>>(input: T, seeds = 5): Generator<Cut<T>> {
  yield { name: 'whole', pieces: [input] };
  yield { name: 'one by one', pieces: Array.from({ length: input.length }, (_, at) => input.slice(at, at + 1)) };
  for (let seed = 1; seed <= seeds; seed++) yield seededCut(input, seed);
}

/** Pieces of 1 to about `longest` units, many of them short; some of them empty, as networks also deliver. */
export function seededCut<T extends Sliceable<T>>(input: T, seed: number): Cut<T> {
  const random = mulberry32(seed);
  const longest = 2 ** (1 + Math.floor(random() * 10));
  const pieces: T[] = [];
  for (let at = 0; at < input.length;) {
    const end = at + Math.floor(random() ** 2 * longest);
    pieces.push(input.slice(at, end));
    at = end;
  }
  return { name: `cut with seed ${seed}`, pieces };
}

/** In two, at every place. */
export function* halves<T extends Sliceable<T>>(input: T): Generator<Cut<T>> {
  for (let at = 0; at <= input.length; at++) {
    yield { name: `cut at ${at}`, pieces: [input.slice(0, at), input.slice(at)] };
  }
}
