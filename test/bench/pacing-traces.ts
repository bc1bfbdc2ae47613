// When the pieces of a reply arrive: on a good line as published, and on bad ones made of it.

import { arrivals } from '../../demo/server/arrivals.js';
import { mulberry32 } from '../helpers/cuts.js';

/** What has come by when, in milliseconds. */
export interface Arrival {
  readonly at: number;
  readonly text: string;
}

export type Trace = readonly Arrival[];

const WORDS = 'the of and streaming answer text model tokens page frame steady flow reader browser network'.split(' ');
/** As long as the reply whose times were published. */
const TEXT = Array.from({ length: 500 }, (_, at) => WORDS[(at * 7 + at * at) % WORDS.length])
  .join(' ')
  .slice(0, 2304);

/** Every thirtieth word leads somewhere. */
const LINKED = TEXT.split(' ')
  .map((word, at, words) => {
    const path = words.slice(at, at + 16).join('-');
    return at % 30 === 15 ? `[${word}](https://example.com/docs/${path}?from=answer)` : word;
  })
  .join(' ');

/** The addresses of links, with what stands around them. */
const UNSEEN = /(?<=\[[^\]]*)\]\([^)]*\)|\[(?=[^\]]*\]\()/g;

/** For each length of a text, how many of its characters so far a reader of the rendered text will see. */
export function seenCharacters(text: string): number[] {
  const unseen = new Set<number>();
  for (const { index, 0: run } of text.matchAll(UNSEEN)) {
    for (let at = index; at < index + run.length; at += 1) unseen.add(at);
  }
  const seen = [0];
  for (let at = 0; at < text.length; at += 1) seen.push(seen[at]! + (unseen.has(at) ? 0 : 1));
  return seen;
}

/** 500 chunks in 6.5 s, 35 gaps over 50 ms, the longest 131 ms. */
function good(seed: number, source = TEXT): Trace {
  let at = 0;
  return arrivals(source, { seed }).map(({ text, delay }) => ({ at: (at += delay), text }));
}

/** What comes is let through every so many milliseconds. */
function released(trace: Trace, every: number): Trace {
  const out: { at: number; text: string }[] = [];
  for (const { at, text } of trace) {
    const release = Math.ceil(at / every) * every;
    const last = out.at(-1);
    if (last?.at === release) last.text += text;
    else out.push({ at: release, text });
  }
  return out;
}

/** Each piece is as much later as `delay` says, and whatever follows it too. */
function delayed(trace: Trace, delay: () => number): Trace {
  let late = 0;
  return trace.map(({ at, text }) => ({ at: at + (late += delay()), text }));
}

export const TRACES: Readonly<Record<string, (seed: number) => Trace>> = {
  good: (seed) => good(seed),
  'good, with links': (seed) => good(seed, LINKED),
  'a proxy, 120 ms': (seed) => released(good(seed), 120),
  'a proxy, 300 ms': (seed) => released(good(seed), 300),
  'stalls of 1 s': (seed) => {
    const random = mulberry32(seed);
    return delayed(good(seed), () => (random() < 0.01 ? 1000 : 0));
  },
  '3G': (seed) => {
    const random = mulberry32(seed);
    return delayed(released(good(seed), 65), () => Math.round(200 * random() ** 2));
  },
  '1,000 tokens/s': (seed) => {
    const random = mulberry32(seed);
    const text = TEXT.repeat(6);
    let [at, from] = [0, 0];
    return Array.from({ length: 3000 }, () => {
      const start = from;
      from += 1 + Math.floor(8 * random());
      return { at: (at += Math.round(2 * random())), text: text.slice(start, from) };
    }).filter((piece) => piece.text !== '');
  },
};
