// When the pieces of a reply arrived that was recorded with its times: Ollama writes one into each line. The recordings are
// test data, so that without them there are none.

import { dataIndex, readData } from '../helpers/data.js';
import type { Trace } from './pacing-traces.js';

interface Line {
  created_at?: string;
  response?: string;
  message?: { content?: string; thinking?: string };
}

/** Fewer pieces flow too short for a mean. */
const LEAST_PIECES = 50;

export async function recordedTraces(): Promise<Record<string, Trace>> {
  const traces: Record<string, Trace> = {};
  const recorded = (await dataIndex()).filter(({ format, origin }) => format === 'ollama' && origin !== 'derived');
  for (const { file } of recorded.filter(({ file: name }) => name.endsWith('.ndjson'))) {
    const trace = traceOf(await readData(file));
    if (trace.length >= LEAST_PIECES) traces[`Ollama, ${file.split('/').at(-1)}`] = trace;
  }
  return traces;
}

function traceOf(recording: string): Trace {
  const lines = recording
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)
    .map(({ created_at: at = '', response = '', message }) => ({
      at: milliseconds(at),
      text: response + (message?.thinking ?? '') + (message?.content ?? ''),
    }))
    .filter(({ at, text }) => text !== '' && !Number.isNaN(at));
  return lines.map(({ at, text }) => ({ at: at - lines[0]!.at, text }));
}

/** Of a time with microseconds, which `Date` leaves out. */
function milliseconds(time: string): number {
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '0';
  return Date.parse(time.replace(/\.\d+/, '')) + Number(`0.${fraction}`) * 1000;
}
