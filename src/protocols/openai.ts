/**
 * OpenAI Chat Completions and its dialects: the format most servers speak, and none speaks quite alike.
 * https://platform.openai.com/docs/api-reference/chat/streaming
 */
import { ChatError, messageText, type Delta, type Message, type StreamFrame, type Usage } from '../model/index.js';
import { finishReasonOf } from './finish-reason.js';
import {
  asArray,
  asNumber,
  asRecord,
  asString,
  DONE,
  isRecord,
  parseJsonValues,
  stringifyJson,
  type JsonRecord,
} from './json.js';
import type { Decoder, Protocol, ProtocolRequest, RequestOptions } from './protocol.js';
import { ThinkTagSplitter } from './think-tags.js';

export const openai: Protocol = {
  name: 'openai',
  request: createRequest,
  decoder: () => new OpenAiDecoder(),
  matches: (_headers, frame) => parseJsonValues(frame.data).some((value) => value === DONE || isChunk(value)),
};

function createRequest(messages: readonly Message[], options: RequestOptions): ProtocolRequest {
  const { endpoint, model, system, params } = options;
  return {
    url: endpoint,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: {
      ...(model ? { model } : {}),
      messages: [...(system ? [{ role: 'system', content: system }] : []), ...messages.flatMap(toWire)],
      stream: true,
      ...params,
    },
  };
}

/** A message in OpenAI's words; none where it has nothing to say (a reply that failed before its first word). */
function toWire(message: Message): JsonRecord[] {
  const text = messageText(message);
  if (message.role !== 'assistant') return [{ role: message.role, content: text }];

  // Tool calls travel only with their results: endpoints refuse a call that nothing answers.
  const answered = message.parts
    .filter((part) => part.type === 'tool-call')
    .filter((part) => part.output !== undefined);
  const refusal = message.parts.reduce((all, part) => (part.type === 'refusal' ? all + part.text : all), '');
  if (!text && !refusal && answered.length === 0) return [];
  return [
    {
      role: 'assistant',
      content: text || refusal,
      ...(answered.length > 0 && {
        tool_calls: answered.map(({ id, name, inputText }) => ({
          id,
          type: 'function',
          function: { name, arguments: inputText },
        })),
      }),
    },
    ...answered.map(({ id, output }) => ({
      role: 'tool',
      tool_call_id: id,
      content: typeof output === 'string' ? output : JSON.stringify(output),
    })),
  ];
}

function isChunk(value: unknown): value is JsonRecord {
  return isRecord(value) && ('choices' in value || Boolean(value['error']));
}

class OpenAiDecoder implements Decoder {
  malformedFrames = 0;
  unknownFrames = 0;
  #recognised = false;
  #terminated = false;
  /** The last delta has been handed out. */
  #over = false;
  #model = '';
  #lastData = '';
  readonly #text = new ThinkTagSplitter();
  readonly #sources = new Set<string>();
  /** The call each index speaks of now: an index is used again by dialects that do not count. */
  readonly #calls = new Map<number, string>();

  push(frame: StreamFrame): Delta[] {
    const deltas: Delta[] = [];
    if (this.#over) return deltas;
    const values = parseJsonValues(frame.data);
    if (values.length > 0) this.#lastData = frame.data;
    // A frame that the end of the stream tore apart is not malformed: it is the interruption itself.
    if (values.includes(undefined) && !frame.unterminated && frame.event !== 'error') this.malformedFrames++;
    for (const value of values) {
      if (this.#over) break;
      if (value === DONE) this.#finish(deltas);
      else if (frame.event === 'error') this.#fail(asRecord(value)?.['error'] ?? value ?? frame.data, deltas);
      else if (isChunk(value)) this.#readChunk(value, deltas);
      else if (value !== undefined) this.unknownFrames++;
    }
    return deltas;
  }

  end(): Delta[] {
    if (this.#over) return [];
    const deltas: Delta[] = [];
    if (this.#terminated) this.#finish(deltas);
    else deltas.push(...this.#text.end(), { type: 'error', error: this.#missingEnd() });
    this.#over = true;
    return deltas;
  }

  /** The format's own end. A server may keep the connection open behind it, so it is the end of the reply at once. */
  #finish(deltas: Delta[]): void {
    this.#closeParts(deltas);
    deltas.push({ type: 'end' });
    this.#over = true;
  }

  #closeParts(deltas: Delta[]): void {
    deltas.push(...this.#text.end());
    for (const id of this.#calls.values()) deltas.push({ type: 'tool-call-end', id });
    this.#calls.clear();
  }

  #missingEnd(): ChatError {
    if (this.#recognised) {
      return new ChatError(
        'interrupted',
        `expected a finish_reason or ${DONE} before the end of the stream, got neither`,
      );
    }
    if (this.#lastData === '') return new ChatError('empty', 'expected a stream of events, got none');
    return new ChatError('unexpected-content', `expected chat completion chunks, got ${this.#lastData.slice(0, 80)}`);
  }

  #readChunk(chunk: JsonRecord, deltas: Delta[]): void {
    this.#recognised = true;
    const model = asString(chunk['model']);
    if (model && model !== this.#model) {
      this.#model = model;
      deltas.push({ type: 'metadata', model });
    }
    for (const item of asArray(chunk['choices'])) {
      const choice = asRecord(item);
      // Of several choices (n > 1) the first is the reply.
      if (choice && (asNumber(choice['index']) ?? 0) === 0) this.#readChoice(choice, deltas);
    }
    for (const citation of asArray(chunk['citations'])) this.#readSource(citation, undefined, deltas);
    for (const result of asArray(chunk['search_results'])) {
      this.#readSource(asRecord(result)?.['url'], asRecord(result)?.['title'], deltas);
    }
    const usage = asRecord(chunk['usage']);
    if (usage) deltas.push({ type: 'usage', usage: readUsage(usage) });
    if (chunk['error']) this.#fail(chunk['error'], deltas);
  }

  #readChoice(choice: JsonRecord, deltas: Delta[]): void {
    // A server that ignored `stream: true` sends the whole message; some send it beside every delta.
    const delta = asRecord(choice['delta']) ?? asRecord(choice['message']);
    if (delta) this.#readDelta(delta, deltas);
    const rawReason = asString(choice['finish_reason']);
    if (!rawReason) return;
    this.#terminated = true;
    this.#closeParts(deltas);
    deltas.push({ type: 'finish', reason: finishReasonOf(rawReason), rawReason });
  }

  #readDelta(delta: JsonRecord, deltas: Delta[]): void {
    this.#readReasoning(delta, deltas);
    this.#readContent(delta['content'], deltas);
    const refusal = asString(delta['refusal']);
    if (refusal) deltas.push({ type: 'refusal', text: refusal });
    asArray(delta['tool_calls']).forEach((call, position) => {
      if (isRecord(call)) this.#readToolCall(call, position, deltas);
    });
    for (const annotation of asArray(delta['annotations'])) {
      const citation = asRecord(asRecord(annotation)?.['url_citation']);
      if (citation) this.#readSource(citation['url'], citation['title'], deltas);
    }
  }

  /** One thought comes under up to three names in the same delta; the first that is there is it. */
  #readReasoning(delta: JsonRecord, deltas: Delta[]): void {
    const details = asArray(delta['reasoning_details'])
      .map((detail) => asString(asRecord(detail)?.['text']) ?? asString(asRecord(detail)?.['summary']) ?? '')
      .join('');
    const text = asString(delta['reasoning_content']) || asString(delta['reasoning']) || details;
    if (text) deltas.push({ type: 'reasoning', text });
  }

  #readContent(content: unknown, deltas: Delta[]): void {
    if (typeof content === 'string') {
      deltas.push(...this.#text.push(content));
      return;
    }
    // Mistral's arrays: {type: 'text', text} and {type: 'thinking', thinking: [{type: 'text', text}]}.
    for (const item of asArray(content)) {
      const block = asRecord(item);
      const text = asString(block?.['text']);
      if (text) deltas.push(...this.#text.push(text));
      for (const thought of asArray(block?.['thinking'])) {
        const thinking = asString(asRecord(thought)?.['text']);
        if (thinking) deltas.push({ type: 'reasoning', text: thinking });
      }
    }
  }

  #readToolCall(call: JsonRecord, position: number, deltas: Delta[]): void {
    const index = asNumber(call['index']) ?? position;
    const fn = asRecord(call['function']);
    const name = asString(fn?.['name']);
    const open = this.#calls.get(index);
    let id = asString(call['id']) || open;
    if (id === undefined || (id !== open && name !== undefined)) {
      id ??= `call-${index}`;
      if (open !== undefined) deltas.push({ type: 'tool-call-end', id: open });
      this.#calls.set(index, id);
      deltas.push({ type: 'tool-call-start', id, name: name ?? '' });
    } else if (open !== undefined) id = open;
    const input = fn?.['arguments'];
    const text = isRecord(input) ? stringifyJson(input) : asString(input);
    if (text) deltas.push({ type: 'tool-call-input', id, text });
  }

  #readSource(address: unknown, title: unknown, deltas: Delta[]): void {
    const url = asString(address);
    if (!url || this.#sources.has(url)) return;
    this.#sources.add(url);
    deltas.push({ type: 'source', url, title: asString(title) || undefined });
  }

  #fail(error: unknown, deltas: Delta[]): void {
    this.#over = true;
    deltas.push(...this.#text.end(), { type: 'error', error: readError(error) });
  }
}

function readUsage(usage: JsonRecord): Usage {
  const read: Usage = {
    inputTokens: asNumber(usage['prompt_tokens']),
    outputTokens: asNumber(usage['completion_tokens']),
    totalTokens: asNumber(usage['total_tokens']),
    reasoningTokens: asNumber(asRecord(usage['completion_tokens_details'])?.['reasoning_tokens']),
    cachedInputTokens: asNumber(asRecord(usage['prompt_tokens_details'])?.['cached_tokens']),
  };
  return read;
}

function readError(error: unknown): ChatError {
  const record = asRecord(error);
  const inner = asRecord(record?.['error']) ?? record;
  const detail = asString(error) ?? asString(inner?.['message']) ?? stringifyJson(error) ?? '';
  return new ChatError(
    'provider',
    `expected the rest of the reply, got an error from the endpoint: ${detail.slice(0, 300)}`,
    {
      status: asNumber(inner?.['status_code']) ?? asNumber(inner?.['code']),
      detail,
      cause: error,
    },
  );
}
