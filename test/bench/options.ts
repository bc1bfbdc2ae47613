// The options of the benchmark.

import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { ROOT } from '../runner/files.js';
import { SHAPE_NAMES, type ShapeName } from './documents.js';
import { SUBJECTS, type SubjectEntry } from './subjects.js';

export interface BenchOptions {
  shapes: ShapeName[];
  /** Units of text, ascending. */
  sizes: number[];
  /** With `shapes`, what was left to the default. */
  subjects: SubjectEntry[];
  subjectsNamed: boolean;
  rounds: number;
  /** Milliseconds by the wall clock. */
  cap: number;
  source: string;
  json: boolean;
}

export const HELP = `npm run bench:markdown -- [options]

  --shapes LIST    ${SHAPE_NAMES.join(' ')}
  --sizes LIST     in kB (thousands of UTF-16 units), 10,50,200 by default
  --subjects LIST  ${SUBJECTS.map(({ name }) => name).join(' ')}
  --rounds N       the median of so many runs each, 3 by default
  --cap SECONDS    a run stops after so many by the wall clock, and its figure says so; 30 by default
  --source DIR     measure the sources in DIR (a src/, or the folder above it) in place of this checkout's
  --json           print everything measured as JSON

Example, for work on the renderer: --shapes list --sizes 10,50,200 --subjects ours --rounds 1`;

/** Undefined: help was asked for. Throws on what it does not know. */
export function readOptions(args: string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args,
    options: {
      shapes: { type: 'string', default: SHAPE_NAMES.join() },
      sizes: { type: 'string', default: '10,50,200' },
      subjects: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      cap: { type: 'string', default: '30' },
      source: { type: 'string', default: ROOT },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const named = values.subjects?.split(',');
  return {
    shapes: values.shapes.split(',').map((name) => known('--shapes', name, SHAPE_NAMES)),
    sizes: values.sizes
      .split(',')
      .map((size) => 1000 * positive('--sizes', size))
      .sort((a, b) => a - b),
    subjects: named
      ? named.map((name) => SUBJECTS.find((subject) => subject.name === known('--subjects', name, NAMES))!)
      : SUBJECTS.filter(({ onDemand }) => !onDemand),
    subjectsNamed: named !== undefined,
    rounds: positive('--rounds', values.rounds),
    cap: 1000 * positive('--cap', values.cap),
    source: resolve(values.source),
    json: values.json,
  };
}

const NAMES = SUBJECTS.map(({ name }) => name);

function known<Name extends string>(option: string, value: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === value);
  if (found === undefined) throw new Error(`${option}: expected ${names.join(', ')}, got "${value}"`);
  return found;
}

function positive(option: string, value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw new Error(`${option}: expected a number above 0, got "${value}"`);
  return number;
}
