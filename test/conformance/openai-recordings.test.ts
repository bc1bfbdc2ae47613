// Every recorded OpenAI Chat Completions stream, read as a page reads it, from bytes to a message, against what an
// independent reader made of it; whole, byte by byte, at seeded cuts, and in other framings of the same events.

import { expect } from 'chai';
import { applyDelta, newReply, readReply, type Message, type MessagePart } from '../../src/chat/index.js';
import { cuts, seededCut } from '../helpers/cuts.js';
import { dataIndex, describeData, readData, readDataBytes, type IndexEntry } from '../helpers/data.js';
import { bytesOf, responseOf } from '../helpers/responses.js';

interface Expected {
  text?: string;
  reasoning?: string;
  refusal?: string;
  finish?: string[];
  tool_calls?: { id: string; name: string; arguments: string }[];
  source_urls?: string[];
  errors?: { message?: string; code?: number | string; status_code?: number }[];
}

/** What a message says, in the terms of the expectations. */
interface Said {
  status: Message['status'];
  text: string;
  reasoning: string;
  refusal: string;
  finish: string | undefined;
  toolCalls: { id: string; name: string; arguments: string }[];
  sources: string[];
  error: string | undefined;
  malformedFrames: number;
}

const index = await dataIndex();
const recordings = index.filter(({ kind, format }) => kind === 'stream' && format === 'openai-chat');

/** Events that are malformed, by recording. */
const MALFORMED: Readonly<Record<string, number>> = { 'quirk-invalid-json-event': 1 };

async function read(pieces: Iterable<Uint8Array>): Promise<Said> {
  let message = newReply();
  for await (const delta of readReply(responseOf(pieces))) message = applyDelta(message, delta);
  const { parts, status, rawFinishReason, error, metrics } = message;
  return {
    status,
    text: join(parts, 'text'),
    reasoning: join(parts, 'reasoning'),
    refusal: join(parts, 'refusal'),
    finish: rawFinishReason,
    toolCalls: parts.flatMap((part) =>
      part.type === 'tool-call' ? { id: part.id, name: part.name, arguments: part.inputText } : [],
    ),
    sources: parts.flatMap((part) => (part.type === 'source' ? part.url : [])),
    error: error?.code === 'provider' ? error.detail : undefined,
    malformedFrames: metrics!.malformedFrames,
  };
}

function join(parts: readonly MessagePart[], type: 'text' | 'reasoning' | 'refusal'): string {
  return parts.map((part) => (part.type === type ? part.text : '')).join('');
}

/** The bytes of a stream, with the framing that its source took away (`how_to_frame`). */
async function streamBytes({ file, framing }: IndexEntry): Promise<Uint8Array> {
  if (framing !== 'jsonl') return readDataBytes(file);
  const lines = (await readData(file)).split('\n').filter((line) => line !== '');
  return bytesOf([...lines, '[DONE]'].map((line) => `data: ${line}\n\n`).join(''));
}

const nameOf = ({ file }: IndexEntry) => file.slice(file.lastIndexOf('/') + 1).replace(/\.\w+$/, '');

async function readExpected(entry: IndexEntry & { expected_text?: string }): Promise<Expected> {
  if (!entry.expected_text)
    return JSON.parse(await readData(entry.file.replace(/\.\w+$/, '.expected.json'))) as Expected;
  const [, file, first] = /^(\S+)(?: \(first (\d+) characters\))?$/.exec(entry.expected_text)!;
  const text = [...(await readData(file!))].slice(0, first ? Number(first) : undefined).join('');
  return { text, finish: ['stop'] };
}

/** What should be said: the sections in tags (all of them at the start of their text) belong to the reasoning. */
function asSaid(name: string, { text = '', reasoning = '', ...rest }: Expected, isTerminated: boolean): Said {
  const [section, , thought] = /^<(think|thinking)>([^]*?)(?:<\/\1>|$)/.exec(text) ?? ['', '', ''];
  const error = rest.errors?.at(-1)?.message;
  return {
    status: error !== undefined ? 'error' : isTerminated ? 'complete' : 'interrupted',
    text: text.slice(section.length),
    reasoning: reasoning + thought,
    refusal: rest.refusal ?? '',
    finish: rest.finish?.at(-1),
    toolCalls: rest.tool_calls ?? [],
    sources: rest.source_urls ?? [],
    error,
    malformedFrames: MALFORMED[name] ?? 0,
  };
}

/** The same events in another framing; for bytes without a mark that end their lines in LF. */
const FRAMINGS: [string, (text: string) => string][] = [
  ['with CRLF', (text) => text.replaceAll('\n', '\r\n')],
  ['with CR', (text) => text.replaceAll('\n', '\r')],
  ['with a byte order mark', (text) => `\uFEFF${text}`],
  ['with comments between the events', (text) => `: hello\n\n${text.replaceAll('\n\n', '\n\n: ping\n\n:\n')}`],
];

describeData('OpenAI Chat Completions recordings', () => {
  it('are all there', () => expect(recordings).to.have.length.above(70));

  for (const entry of recordings) {
    describe(nameOf(entry), () => {
      let bytes: Uint8Array;
      let expected: Said;

      before(async () => {
        bytes = await streamBytes(entry);
        const said = await readExpected(entry);
        const isTerminated = Boolean(said.finish) || new TextDecoder().decode(bytes).includes('[DONE]');
        expected = asSaid(nameOf(entry), said, isTerminated);
      });

      it('gives what is expected, whole and byte by byte and at seeded cuts', async () => {
        for (const { name, pieces } of cuts(bytes, 3)) expect(await read(pieces), name).to.deep.equal(expected);
      });

      for (const [framing, reframe] of FRAMINGS) {
        it(`gives the same ${framing}`, async () => {
          const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).replaceAll('\r\n', '\n');
          const reframed = bytesOf(reframe(text));
          for (const { name, pieces } of [{ name: 'whole', pieces: [reframed] }, seededCut(reframed, 1)]) {
            expect(await read(pieces), name).to.deep.equal(expected);
          }
        });
      }
    });
  }
});
