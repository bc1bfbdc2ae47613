// The options of the benchmark.

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../runner/files.js';
import { SHAPE_NAMES, type ShapeName } from '../documents.js';
import { SUBJECTS, type SubjectEntry } from './subjects.js';

export const PART_NAMES = ['hose', 'paced', 'painted', 'latency', 'selection', 'memory'] as const;
export type PartName = (typeof PART_NAMES)[number];

export interface BenchOptions {
  parts: PartName[];
  shapes: ShapeName[];
  /** Units of text, ascending. */
  sizes: number[];
  subjects: SubjectEntry[];
  /** Whether they were named, each to be measured in every shape. */
  named: boolean;
  rounds: number;
  /** Milliseconds by the wall clock. */
  cap: number;
  source: string;
  json: boolean;
}

export const PARTS_HELP = `  hose       20 pieces of 4.6 characters a frame, frames as fast as they come: CPU by shape and size, and how it grows
  paced      500 pieces, 13 ms apart, at 60 frames a second: CPU, missed frames and longest task, also slowed six
             times; and the longest task of 10 kB of the fire hose, slowed six times
  latency    the paced stream: from the arrival of a piece to the frame that shows its last letter, also slowed
  painted    10 kB of the fire hose: nodes that were on the page at a frame and are gone at a later one, and those
             that were taken out and put back between two
  selection  10 kB of the fire hose: whether what is selected stays so, in the first block and where the text grows
  memory     10 kB of the fire hose: heap and nodes at its end; and the size of what the renderer loads`;

export const HELP = `npm run bench:markdown -- [options]

What a stream of Markdown costs the main thread of Chromium, and what becomes of it on the page, in parts:

${PARTS_HELP}

  --parts LIST     of these; all by default, hose alone where shapes, sizes or subjects are named
  --shapes LIST    ${SHAPE_NAMES.slice(0, 5).join(' ')}
                   ${SHAPE_NAMES.slice(5).join(' ')}; all by default
  --sizes LIST     in kB (thousands of UTF-16 units); 10,50,200 by default
  --subjects LIST  ${SUBJECTS.filter(({ packages }) => !packages)
    .map(({ name }) => name)
    .join('\n                   ')}
  --peers          measure other renderers too (installs them beside the benchmark, some 270 MB); they can be named then:
                   ${SUBJECTS.filter(({ packages }) => packages)
                     .map(({ name }) => name)
                     .join('\n                   ')}
  --rounds N       the median of so many runs each, which take turns; 1 by default, a first look
  --cap SECONDS    a run stops after so many by the wall clock, above 50 kB after more, and its figure says
                   so; 20 by default
  --source DIR     measure the sources in DIR (a src/, or the folder above it) in place of this checkout's
  --json           print everything measured as JSON

\`nothing\` is what frames and driver cost, which is in every other figure. Messages are 20 characters each, in groups of
50 under \`contain: content\`. Without peers it takes about five minutes, with them and three rounds some hours;
stopped by Ctrl+C it tells what it has.

For work on the renderer:  --shapes list --sizes 10,50,200 --subjects ours`;

/** Undefined: help was asked for. Throws on what it does not know. */
export function readOptions(args: string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args,
    options: {
      parts: { type: 'string' },
      shapes: { type: 'string' },
      sizes: { type: 'string' },
      subjects: { type: 'string' },
      peers: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '1' },
      cap: { type: 'string', default: '20' },
      source: { type: 'string', default: ROOT },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { shapes, sizes, subjects, peers } = values;
  const parts = values.parts ?? ((shapes ?? sizes ?? subjects) ? 'hose' : PART_NAMES.join());
  const available = SUBJECTS.filter(({ packages }) => peers || !packages);
  return {
    parts: chosen('--parts', parts, PART_NAMES),
    shapes: chosen('--shapes', shapes ?? SHAPE_NAMES.join(), SHAPE_NAMES),
    sizes: (sizes ?? '10,50,200')
      .split(',')
      .map((size) => 1000 * positive('--sizes', size))
      .sort((a, b) => a - b),
    subjects:
      subjects === undefined
        ? available.filter(({ onDemand }) => !onDemand)
        : chosen(
            '--subjects',
            subjects,
            available.map(({ name }) => name),
          ).map((name) => available.find((subject) => subject.name === name)!),
    named: subjects !== undefined,
    rounds: positive('--rounds', values.rounds),
    cap: 1000 * positive('--cap', values.cap),
    source: resolve(values.source),
    json: values.json,
  };
}

export function chosen<Name extends string>(option: string, list: string, names: readonly Name[]): Name[] {
  return list.split(',').map((value) => {
    const found = names.find((name) => name === value);
    if (found === undefined) throw new Error(`${option}: expected ${names.join(', ')}, got "${value}"`);
    return found;
  });
}

export function positive(option: string, value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw new Error(`${option}: expected a number above 0, got "${value}"`);
  return number;
}
