/**
 * Cohere's chat: v2 as events whose `type` says what begins, goes on or ends, v1 as lines whose `event_type` does. What a model
 * plans before it calls its tools is neither its answer nor a thought: data, and sent back with the calls.
 * https://docs.cohere.com/reference/chat-stream · https://docs.cohere.com/v1/reference/chat-stream
 */
import type { Delta, StreamFrame, Usage } from '../model/index.js';
import { COHERE as NAME, createRequest, PLAN } from './cohere-request.js';
import { asArray, asNumber, asRecord, asString, isRecord, type JsonRecord } from './json.js';
import { frameValues, JsonDecoder } from './json-decoder.js';
import type { Protocol } from './protocol.js';

export const cohere: Protocol = {
  name: NAME,
  request: createRequest,
  decoder: () => new CohereDecoder(),
  matches: (_headers, frame) => frameValues(frame).some((value) => isRecord(value) && isOwn(value)),
};

/** An event of either version, or a whole answer. */
function isOwn(value: JsonRecord): boolean {
  const { type, event_type: eventType, delta, finish_reason: finishReason, message } = value;
  if (typeof eventType === 'string') return Object.hasOwn(V1_EVENTS, eventType);
  if (typeof type === 'string') {
    return Object.hasOwn(V2_EVENTS, type) && (type === 'message-end' || isRecord(asRecord(delta)?.['message']));
  }
  return typeof finishReason === 'string' && (isRecord(message) || 'generation_id' in value);
}

type Read = (decoder: CohereDecoder, event: JsonRecord, out: Delta[]) => void;

const nothing: Read = () => undefined;

const V2_EVENTS: Readonly<Record<string, Read>> = {
  'message-start': nothing,
  'content-start': (decoder, event, out) => decoder.readContent(messageOf(event)?.['content'], event['index'], out),
  'content-delta': (decoder, event, out) => decoder.readContent(messageOf(event)?.['content'], event['index'], out),
  'content-end': nothing,
  'tool-plan-delta': (decoder, event) => decoder.readPlan(messageOf(event)?.['tool_plan']),
  'tool-call-start': (decoder, event, out) => decoder.readCall(messageOf(event)?.['tool_calls'], event['index'], out),
  'tool-call-delta': (decoder, event, out) => decoder.readCall(messageOf(event)?.['tool_calls'], event['index'], out),
  'tool-call-end': (decoder, event, out) => decoder.endCall(event['index'], out),
  'citation-start': (decoder, event, out) => decoder.readCitations(messageOf(event)?.['citations'], out),
  'citation-end': nothing,
  'message-end': (decoder, event, out) => decoder.readEnd(asRecord(event['delta']) ?? {}, out),
  debug: nothing,
};

const V1_EVENTS: Readonly<Record<string, Read>> = {
  'stream-start': nothing,
  'search-queries-generation': nothing,
  'search-results': (decoder, event, out) => decoder.readDocuments(event['documents'], out),
  'text-generation': (decoder, event, out) => decoder.readContent(event, undefined, out),
  'citation-generation': nothing,
  'tool-calls-chunk': (decoder, event, out) => {
    decoder.readPlan(event['text']);
    const call = asRecord(event['tool_call_delta']);
    if (call) decoder.readCall(call, call['index'], out);
  },
  // The calls once more, whole; without pieces before them for the first time.
  'tool-calls-generation': (decoder, event, out) => decoder.readCalls(event, out),
  'stream-end': (decoder, event, out) => {
    const response = asRecord(event['response']) ?? {};
    decoder.readDocuments(response['documents'], out);
    decoder.readEnd({ ...response, ...event }, out);
  },
  debug: nothing,
};

const messageOf = (event: JsonRecord) => asRecord(asRecord(event['delta'])?.['message']);

class CohereDecoder extends JsonDecoder {
  protected readonly terminator = 'message-end, stream-end or [DONE]';
  #plan = '';
  readonly #calls = new Map<number, string>();
  readonly #documents = new Set<unknown>();

  protected read(event: JsonRecord, _frame: StreamFrame, out: Delta[]): boolean {
    const { type, event_type: eventType, message } = event;
    const name = asString(eventType) ?? asString(type) ?? '';
    const events = typeof eventType === 'string' ? V1_EVENTS : V2_EVENTS;
    if (Object.hasOwn(events, name)) events[name]!(this, event, out);
    else if (!name && isOwn(event)) this.#readWhole(event, out);
    // `{"message": "too many tokens"}`
    else if (!name && typeof message === 'string') this.fail(event, out);
    else return false;
    return true;
  }

  override end(): Delta[] {
    const out: Delta[] = [];
    this.#tellPlan(out);
    return [...out, ...super.end()];
  }

  readContent(content: unknown, index: unknown, out: Delta[]): void {
    const { text, thinking } = asRecord(content) ?? {};
    const part = asNumber(index) === undefined ? {} : { part: `${asNumber(index)}` };
    if (asString(thinking)) out.push({ type: 'reasoning', text: asString(thinking)!, ...part });
    if (asString(text)) out.push({ type: 'text', text: asString(text)!, ...part });
  }

  readPlan(text: unknown): void {
    this.#plan += asString(text) ?? '';
  }

  #tellPlan(out: Delta[]): void {
    if (this.#plan) out.push({ type: 'data', name: PLAN, data: this.#plan, providerMetadata: { [NAME]: {} } });
    this.#plan = '';
  }

  /** v2 speaks of a `function` and its `arguments`, v1 of a name and its `parameters`. */
  readCall(call: unknown, index: unknown, out: Delta[]): void {
    this.#tellPlan(out);
    const { id, function: fn, name, parameters, text } = asRecord(call) ?? {};
    const at = asNumber(index) ?? 0;
    const called = asString(asRecord(fn)?.['name']) ?? asString(name);
    let open = this.#calls.get(at);
    if (open === undefined || (called && asString(id))) {
      open = asString(id) || `call-${at}`;
      this.#calls.set(at, open);
      this.openCall(open, called ?? '', out);
    }
    this.callInput(open, asRecord(fn)?.['arguments'] ?? parameters ?? text, out);
  }

  endCall(index: unknown, out: Delta[]): void {
    const open = this.#calls.get(asNumber(index) ?? 0);
    if (open !== undefined) this.closeCall(open, out);
  }

  readCalls({ tool_calls: calls, text, tool_plan: plan }: JsonRecord, out: Delta[]): void {
    if (this.#calls.size > 0 || asArray(calls).length === 0) return;
    this.#plan ||= asString(plan) ?? asString(text) ?? '';
    asArray(calls).forEach((call, index) => this.readCall(call, index, out));
    this.closeCalls(out);
  }

  readCitations(citations: unknown, out: Delta[]): void {
    for (const citation of Array.isArray(citations) ? citations : [citations]) {
      for (const source of asArray(asRecord(citation)?.['sources'])) {
        const { document, tool_output: output } = asRecord(source) ?? {};
        this.readDocuments([document], out);
        this.source(asRecord(output)?.['url'], asRecord(output)?.['title'], out);
      }
    }
  }

  /** A document without an address is given whole, once, for the page to show. */
  readDocuments(documents: unknown, out: Delta[]): void {
    for (const document of asArray(documents)) {
      if (!isRecord(document)) continue;
      const { id, url, title } = document;
      if (url) this.source(url, title, out);
      else if (!this.#documents.has(id)) out.push({ type: 'data', name: 'document', data: document });
      this.#documents.add(id);
    }
  }

  readEnd(end: JsonRecord, out: Delta[]): void {
    this.#tellPlan(out);
    const usage = asRecord(end['usage']) ?? asRecord(end['meta']);
    if (usage) out.push({ type: 'usage', usage: readUsage(usage) });
    const rawReason = asString(end['finish_reason']);
    if (rawReason) this.finishReason(rawReason, out);
    if (end['error']) this.fail(end['error'], out);
    this.terminated = true;
  }

  #readWhole(answer: JsonRecord, out: Delta[]): void {
    const message = asRecord(answer['message']);
    asArray(message?.['content']).forEach((content, index) => this.readContent(content, index, out));
    this.readCalls(message ?? answer, out);
    // v1: a text beside calls was their plan.
    if (!message && this.#calls.size === 0) this.readContent(answer, undefined, out);
    this.readCitations(message?.['citations'] ?? [], out);
    this.readDocuments(answer['documents'], out);
    this.readEnd(answer, out);
  }
}

function readUsage(usage: JsonRecord): Usage {
  const tokens = asRecord(usage['tokens']) ?? asRecord(usage['billed_units']);
  return {
    inputTokens: asNumber(tokens?.['input_tokens']),
    outputTokens: asNumber(tokens?.['output_tokens']),
    reasoningTokens: asNumber(tokens?.['reasoning_tokens']),
    cachedInputTokens: asNumber(usage['cached_tokens']),
  };
}
