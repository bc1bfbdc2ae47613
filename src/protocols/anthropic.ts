/**
 * Anthropic's Messages API, also as Vertex and compatible servers speak it: a reply is a list of typed blocks. What only
 * the API reads of them (signatures, redacted thinking, encrypted search results, what a citation points at) travels in
 * `providerMetadata` and goes back as it came: without it the next turn is refused, or forgets what it was about.
 * https://platform.claude.com/docs/en/build-with-claude/streaming
 */
import type { Delta, ProviderMetadata } from '../model/index.js';
import { createRequest } from './anthropic-request.js';
import { asArray, asNumber, asRecord, asString, isRecord, parseJsonValues, type JsonRecord } from './json.js';
import { JsonDecoder } from './json-decoder.js';
import type { Protocol } from './protocol.js';

export const anthropic: Protocol = {
  name: 'anthropic',
  request: createRequest,
  decoder: () => new AnthropicDecoder(),
  matches: (_headers, frame) => parseJsonValues(frame.data).some((value) => isRecord(value) && isOwn(value)),
};

/** The events that begin or may begin a reply, by the field that has to be there beside the type. */
const FIRST: ReadonlyMap<unknown, string> = new Map([
  ['message_start', 'message'],
  ['content_block_start', 'content_block'],
  ['content_block_delta', 'delta'],
  ['message_delta', 'delta'],
]);

function isOwn(value: JsonRecord): boolean {
  const { type } = value;
  // An answer that was not streamed. (OpenAI has items of this type, but never alone.)
  if (type === 'message') return Array.isArray(value['content']) && 'stop_reason' in value;
  if (type !== 'error') return isRecord(value[FIRST.get(type) ?? '']);
  // OpenAI's error events have a number or a code besides.
  const error = asRecord(value['error']);
  return Boolean(error && asString(error['type']) && !('code' in error) && !('sequence_number' in value));
}

/** One block while it arrives. */
interface Block {
  type: string;
  /** As it came: its text and arguments follow in deltas. */
  start: JsonRecord;
  part: string;
  /** A call's. */
  id: string;
  /** Pieces of arguments have come. */
  filled?: true;
}

/** Adjacent texts: one text that citations have cut, even in the middle of a word. */
interface TextRun {
  part: string;
  segments: { length: number; citations: unknown[] }[];
}

class AnthropicDecoder extends JsonDecoder {
  protected readonly terminator = 'a stop_reason';
  /** By index. */
  readonly #blocks = new Map<number, Block>();
  /** The blocks so far: indices begin again with each `message_start`. */
  #count = 0;
  #run: TextRun | undefined;
  /** The ids of the calls that are parts of this reply. */
  readonly #calls = new Set<string>();
  readonly #tokens = new Map<string, number>();

  readonly #events = new Map<unknown, (value: JsonRecord, out: Delta[]) => boolean | void>([
    ['ping', () => {}],
    ['message_start', (value, out) => this.#startMessage(asRecord(value['message']) ?? {}, out)],
    ['content_block_start', (value, out) => this.#start(indexOf(value), asRecord(value['content_block']) ?? {}, out)],
    ['content_block_delta', (value, out) => this.#delta(indexOf(value), asRecord(value['delta']) ?? {}, out)],
    ['content_block_stop', (value, out) => this.#stop(indexOf(value), out)],
    ['message_delta', (value, out) => this.#finishMessage(asRecord(value['delta']) ?? {}, value['usage'], out)],
    ['message_stop', (_value, out) => this.finish(out)],
    ['message', (value, out) => this.#wholeMessage(value, out)],
  ]);

  readonly #deltas = new Map<unknown, (block: Block, delta: JsonRecord, out: Delta[]) => void>([
    ['text_delta', (block, { text }, out) => this.#text(block, text, out)],
    ['thinking_delta', (block, { thinking }, out) => this.#thinking(block, thinking, out)],
    ['signature_delta', (block, { signature }, out) => this.#signature(block, signature, out)],
    ['citations_delta', (_block, { citation }, out) => this.#citation(citation, out)],
    ['input_json_delta', (block, delta, out) => this.#input(block, delta['partial_json'], out)],
    ['compaction_delta', ({ start }, delta) => addCompaction(start, delta)],
  ]);

  protected read(value: JsonRecord, _frame: unknown, out: Delta[]): boolean {
    const event = this.#events.get(value['type']);
    return event !== undefined && event(value, out) !== false;
  }

  #startMessage(message: JsonRecord, out: Delta[]): void {
    this.#blocks.clear();
    this.#run = undefined;
    this.model(message['model'], out);
    this.#usage(message['usage'], out);
  }

  #finishMessage(delta: JsonRecord, usage: unknown, out: Delta[]): void {
    this.#usage(usage, out);
    // Why a request was refused, in words; not the model's, so not the message's text.
    const details = asRecord(delta['stop_details']);
    if (details) out.push({ type: 'data', name: 'stop_details', data: details });
    const reason = asString(delta['stop_reason']);
    if (reason) this.finishReason(reason, out);
  }

  /** The answer of a server that did not stream. */
  #wholeMessage(message: JsonRecord, out: Delta[]): void {
    this.#startMessage(message, out);
    asArray(message['content']).forEach((block, index) => {
      if (isRecord(block) && !this.#start(index, block, out)) this.unknownFrames++;
      this.#stop(index, out);
    });
    this.#finishMessage(message, undefined, out);
    this.finish(out);
  }

  #start(index: number, start: JsonRecord, out: Delta[]): boolean {
    const type = asString(start['type']) ?? '';
    const part = String(this.#count++);
    const block: Block = { type, start, part, id: asString(start['id']) || `call-${part}` };
    this.#blocks.set(index, block);
    if (type !== 'text') this.#run = undefined;
    if (type === 'text') {
      this.#run ??= { part, segments: [] };
      this.#run.segments.push({ length: 0, citations: [] });
      this.#text(block, start['text'], out);
      for (const citation of asArray(start['citations'])) this.#citation(citation, out);
    } else if (type === 'thinking') {
      this.#thinking(block, start['thinking'], out);
      this.#signature(block, start['signature'], out);
    } else if (type === 'redacted_thinking') {
      const redactedData = asString(start['data']);
      if (redactedData) out.push({ type: 'reasoning', text: '', part, providerMetadata: opaque({ redactedData }) });
    } else if (type.endsWith('tool_use')) {
      const { input: _input, ...rest } = start;
      this.#calls.add(block.id);
      this.openCall(block.id, asString(start['name']) ?? '', out, opaque({ block: rest }));
    } else if (type.endsWith('tool_result')) this.#result(type, start, out);
    else if (type === 'fallback') this.model(asRecord(start['to'])?.['model'], out);
    return KNOWN.test(type);
  }

  #delta(index: number, delta: JsonRecord, out: Delta[]): boolean {
    const type = delta['type'];
    const read = this.#deltas.get(type);
    if (!read) return false;
    // Some servers forget to open the block.
    const opened = OPENED_BY.get(type);
    if (!this.#blocks.has(index) && opened) this.#start(index, { type: opened }, out);
    const block = this.#blocks.get(index);
    if (block) read(block, delta, out);
    return block !== undefined;
  }

  #stop(index: number, out: Delta[]): void {
    const block = this.#blocks.get(index);
    if (!block) return;
    this.#blocks.delete(index);
    const { type, start, id, filled } = block;
    if (type === 'text') this.#stopText(out);
    else if (type.endsWith('tool_use')) {
      // Servers that do not stream arguments open the block with them.
      const input = asRecord(start['input']);
      if (!filled && input && Object.keys(input).length > 0) this.callInput(id, input, out);
      this.closeCall(id, out);
    } else if (KEPT.test(type)) {
      out.push({ type: 'data', name: type, data: start, providerMetadata: opaque({ kept: true }) });
    }
  }

  #text({ type, part }: Block, value: unknown, out: Delta[]): void {
    const text = asString(value);
    if (!text || type !== 'text') return;
    // Some servers go on with a text behind the start of a call.
    this.#run ??= { part, segments: [{ length: 0, citations: [] }] };
    this.#run.segments.at(-1)!.length += text.length;
    out.push({ type: 'text', text, part: this.#run.part });
  }

  #stopText(out: Delta[]): void {
    const { part, segments } = this.#run ?? { part: '', segments: [] };
    if (!segments.some(({ citations }) => citations.length > 0)) return;
    out.push({ type: 'text', text: '', part, providerMetadata: opaque({ segments: [...segments] }) });
  }

  #citation(value: unknown, out: Delta[]): void {
    const citation = asRecord(value);
    if (!citation) return;
    this.#run?.segments.at(-1)!.citations.push(citation);
    const source = asString(citation['source']);
    this.source(citation['url'] ?? (/^https?:/.test(source ?? '') ? source : undefined), citation['title'], out);
  }

  #thinking({ part }: Block, value: unknown, out: Delta[]): void {
    const text = asString(value);
    if (text) out.push({ type: 'reasoning', text, part });
  }

  #signature({ part }: Block, value: unknown, out: Delta[]): void {
    const signature = asString(value);
    if (signature) out.push({ type: 'reasoning', text: '', part, providerMetadata: opaque({ signature }) });
  }

  #input(block: Block, json: unknown, out: Delta[]): void {
    if (!asString(json)) return;
    block.filled = true;
    this.callInput(block.id, json, out);
  }

  /** What a tool that the server ran has given. */
  #result(type: string, block: JsonRecord, out: Delta[]): void {
    const id = asString(block['tool_use_id']) ?? '';
    // The call may stand in the turn before: a pause was between.
    if (!this.#calls.has(id)) {
      this.#calls.add(id);
      this.openCall(id, type.replace(/_?tool_result$/, ''), out);
    }
    this.closeCall(id, out);
    const last = [...this.#calls].at(-1);
    const { content, ...rest } = block;
    const output = withoutCiphers(content);
    const failure = asRecord(content);
    const failed = asString(failure?.['type'])?.endsWith('_error') || block['is_error'] === true;
    const reason = asString(failure?.['error_message']) || asString(failure?.['error_code']) || toText(content) || type;
    out.push({
      type: 'tool-call-output',
      id,
      output,
      ...(failed && { error: reason }),
      // A plain `tool_result` is not the API's, but that of servers alike.
      ...(type !== 'tool_result' && {
        providerMetadata: opaque({
          result: output === content ? rest : block,
          ...(last !== id && { after: last }),
        }),
      }),
    });
  }

  /** The counts of an event replace those before; what it leaves out stays. */
  #usage(value: unknown, out: Delta[]): void {
    const usage = asRecord(value);
    if (!usage) return;
    const details = asRecord(usage['output_tokens_details']);
    for (const name of COUNTS) {
      const tokens = asNumber(usage[name] ?? details?.[name]);
      if (tokens !== undefined) this.#tokens.set(name, tokens);
    }
    const [input, output, thinking, cached, created] = COUNTS.map((name) => this.#tokens.get(name));
    out.push({
      type: 'usage',
      usage: {
        // The API counts what went through its cache beside the rest.
        inputTokens: input === undefined ? undefined : input + (cached ?? 0) + (created ?? 0),
        outputTokens: output,
        cachedInputTokens: cached,
        reasoningTokens: thinking,
      },
    });
  }
}

const COUNTS = [
  'input_tokens',
  'output_tokens',
  'thinking_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
];

/** Blocks that are no part of the text and have to be sent back whole: a summary of what was cut off, a change of model, a file. */
const KEPT = /^(?:compaction|fallback|container_upload)$/;
const KNOWN = new RegExp(`^(?:text|thinking|redacted_thinking|(?:\\w+_)?tool_(?:use|result))$|${KEPT.source}`);

const OPENED_BY: ReadonlyMap<unknown, string> = new Map([
  ['text_delta', 'text'],
  ['thinking_delta', 'thinking'],
]);

const indexOf = (value: JsonRecord) => asNumber(value['index']) ?? 0;
const opaque = (values: JsonRecord): ProviderMetadata => ({ anthropic: values });

/** A summary is the model's own text, and may come with an encrypted form of it. */
function addCompaction(block: JsonRecord, { content, encrypted_content: encrypted }: JsonRecord): void {
  if (asString(content)) block['content'] = (asString(block['content']) ?? '') + String(content);
  if (asString(encrypted)) block['encrypted_content'] = encrypted;
}

/** A result without what is not for reading; the same value where there is nothing of it. */
function withoutCiphers(content: unknown): unknown {
  if (Array.isArray(content)) {
    const readable = content.map(withoutCiphers);
    return readable.some((item, at) => item !== content[at]) ? readable : content;
  }
  if (!isRecord(content)) return content;
  const readable = Object.entries(content).filter(([key]) => !key.startsWith('encrypted_'));
  return readable.length === Object.keys(content).length ? content : Object.fromEntries(readable);
}

const toText = (content: unknown): string =>
  asString(content) ??
  asArray(content)
    .map((item) => asString(asRecord(item)?.['text']) ?? '')
    .join('');
