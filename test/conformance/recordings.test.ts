// Every recorded stream of every format, read as a page reads it that says nothing of the format, from bytes to a message,
// against what an independent reader made of it; whole, byte by byte, at seeded cuts, and in other framings of the same
// events.

import { expect } from 'chai';
import { applyDelta, newReply, readReply, type Message, type MessagePart } from '../../src/chat/index.js';
import { parseJson } from '../../src/protocols/json.js';
import { cuts, seededCut } from '../helpers/cuts.js';
import { dataIndex, describeData, readData, readDataBytes, type IndexEntry } from '../helpers/data.js';
import { bytesOf, responseOf } from '../helpers/responses.js';
import { OWN_EXPECTATIONS, type Expected, type ToolCall } from './own-expectations.js';

/** What a message says, in the terms of the expectations. */
interface Said {
  status: Message['status'];
  text: string;
  reasoning: string;
  refusal: string;
  finish: string | undefined;
  toolCalls: ToolCall[];
  sources: string[];
  error: string | undefined;
  malformedFrames: number;
}

const index = await dataIndex();
const recordings = index.filter(({ kind, format }) => kind === 'stream' && format !== 'amazon-eventstream');

/** Events that are malformed, by recording. */
const MALFORMED: Readonly<Record<string, number>> = { 'quirk-invalid-json-event': 1 };

async function readAll(pieces: Iterable<Uint8Array>, headers: Record<string, string>): Promise<Message> {
  let message = newReply();
  for await (const delta of readReply(responseOf(pieces, headers))) message = applyDelta(message, delta);
  return message;
}

function saidBy({ parts, status, rawFinishReason, error, metrics }: Message): Said {
  return {
    status,
    text: join(parts, 'text'),
    reasoning: join(parts, 'reasoning'),
    refusal: join(parts, 'refusal'),
    finish: rawFinishReason,
    toolCalls: parts.flatMap((part) =>
      part.type === 'tool-call' ? { id: part.id, name: part.name, arguments: sameSpacing(part.inputText) } : [],
    ),
    sources: parts.flatMap((part) => (part.type === 'source' ? part.url : [])),
    error: error?.code === 'provider' ? error.detail : undefined,
    malformedFrames: metrics!.malformedFrames,
  };
}

function join(parts: readonly MessagePart[], type: 'text' | 'reasoning' | 'refusal'): string {
  return parts.map((part) => (part.type === type ? part.text : '')).join('');
}

/** JSON without what its writer put between the tokens: where a stream has the value, nobody knows how it was spaced. */
function sameSpacing(text: string): string {
  return parseJson(text) === undefined ? text : JSON.stringify(parseJson(text));
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  sse: 'text/event-stream',
  jsonl: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  json: 'application/json',
  lines: 'text/plain; charset=utf-8',
  text: 'text/plain; charset=utf-8',
};

function headersOf({ framing, content_type, response_headers, format }: IndexEntry): Record<string, string> {
  return {
    'content-type': content_type ?? CONTENT_TYPES[framing!]!,
    ...(format === 'data-stream-v1' && { 'x-vercel-ai-data-stream': 'v1' }),
    ...response_headers,
  };
}

/** The bytes of a stream, with the framing that its source took away (`how_to_frame`). */
async function streamBytes({ file, framing, format, how_to_frame = '' }: IndexEntry): Promise<Uint8Array> {
  if (framing !== 'jsonl') return readDataBytes(file);
  const lineEnd = how_to_frame.includes('\\r\\n') ? '\r\n' : '\n';
  const named = how_to_frame.includes('event: TYPE');
  const events = (await readData(file))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const value = JSON.parse(line) as { type?: string; event_type?: string };
      return [...(named ? [`event: ${value.event_type ?? value.type}`] : []), `data: ${line}`];
    });
  if (format === 'openai-chat') events.push(['data: [DONE]']);
  if (format === 'gemini-interactions') events.push(['event: done', 'data: [DONE]']);
  return bytesOf(events.map((lines) => [...lines, '', ''].join(lineEnd)).join(''));
}

const nameOf = ({ file }: IndexEntry) => file.replace(/^streams\//, '').replace(/\.\w+$/, '');

async function readExpected(entry: IndexEntry & { expected_text?: string }): Promise<Expected> {
  const own = OWN_EXPECTATIONS[nameOf(entry)]?.(await readData(entry.file));
  if (entry.expected_text) {
    const [, file, first] = /^(\S+)(?: \(first (\d+) characters\))?$/.exec(entry.expected_text)!;
    return { text: [...(await readData(file!))].slice(0, first ? Number(first) : undefined).join(''), ...own };
  }
  const file = entry.file.replace(/\.\w+$/, '.expected.json');
  const read = index.some((other) => other.file === file) ? (JSON.parse(await readData(file)) as Expected) : {};
  return { ...read, ...own };
}

/** What should be said: the sections in tags (all of them at the start of their text) belong to the reasoning. */
function asSaid(entry: IndexEntry, expected: Expected, said: Said): Said {
  const { text = '', reasoning = '', ...rest } = expected;
  const [section, , thought] = /^<(think|thinking)>([^]*?)(?:<\/\1>|$)/.exec(text) ?? ['', '', ''];
  const failure = rest.errors?.at(-1);
  const error = typeof failure === 'string' ? failure : failure?.message;
  const name = nameOf(entry);
  return {
    status: error !== undefined ? 'error' : INTERRUPTED.has(name) ? 'interrupted' : 'complete',
    text: text.slice(section.length),
    reasoning: reasoning + thought,
    refusal: rest.refusal ?? '',
    // A document that was cut into a stream here says nothing of how it ended.
    finish: rest.finish || !('expected_text' in entry) ? rest.finish?.at(-1) : said.finish,
    toolCalls: (rest.tool_calls ?? []).map((call, at) => ({
      ...call,
      arguments: sameSpacing(call.arguments),
      id: call.id ?? said.toolCalls[at]?.id,
    })),
    sources: rest.source_urls ?? [],
    error: error?.slice(0, 300),
    malformedFrames: MALFORMED[name.slice(name.indexOf('/') + 1)] ?? 0,
  };
}

/** Recordings that stop before their format's own end. */
const INTERRUPTED: ReadonlySet<string> = new Set([
  'openai-chat/derived-cut-deepseek-markdown-list',
  'gemini/derived-cut-long-markdown-8.8k',
]);

/** The same events in another framing; for bytes without a mark that end their lines in LF. */
const FRAMINGS: [string, (text: string) => string][] = [
  ['with CRLF', (text) => text.replaceAll('\n', '\r\n')],
  ['with CR', (text) => text.replaceAll('\n', '\r')],
  ['with a byte order mark', (text) => `\uFEFF${text}`],
  ['with comments between the events', (text) => `: hello\n\n${text.replaceAll('\n\n', '\n\n: ping\n\n:\n')}`],
];

describeData('recorded streams', () => {
  it('are all there', () => expect(recordings).to.have.length(206));

  it('refuse the one that is binary, and say what came', async () => {
    const binary = index.find(({ format }) => format === 'amazon-eventstream')!;
    const { status, error } = await readAll([await readDataBytes(binary.file)], headersOf(binary));
    expect(status).to.equal('error');
    expect(error).to.include({ code: 'unexpected-content', detail: 'application/vnd.amazon.eventstream' });
  });

  for (const entry of recordings) {
    describe(nameOf(entry), () => {
      let bytes: Uint8Array;
      let expected: Expected;
      const headers = headersOf(entry);

      before(async () => {
        bytes = await streamBytes(entry);
        expected = await readExpected(entry);
      });

      /** [what it says, what it should say] */
      async function compare(pieces: Iterable<Uint8Array>): Promise<[Said, Said]> {
        const said = saidBy(await readAll(pieces, headers));
        return [said, asSaid(entry, expected, said)];
      }

      it('gives what is expected, whole and byte by byte and at seeded cuts', async () => {
        for (const { name, pieces } of cuts(bytes, 3)) {
          const [said, expectedOfIt] = await compare(pieces);
          expect(said, name).to.deep.equal(expectedOfIt);
        }
      });

      if (!headers['content-type']!.startsWith('text/event-stream')) return;
      for (const [framing, reframe] of FRAMINGS) {
        it(`gives the same ${framing}`, async () => {
          const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).replaceAll('\r\n', '\n');
          const reframed = bytesOf(reframe(text));
          for (const { name, pieces } of [{ name: 'whole', pieces: [reframed] }, seededCut(reframed, 1)]) {
            const [said, expectedOfIt] = await compare(pieces);
            expect(said, name).to.deep.equal(expectedOfIt);
          }
        });
      }
    });
  }
});
