/**
 * The data stream of the AI SDK 4, which its `toDataStreamResponse()` writes: one part a line, `CODE:JSON`.
 * https://v4.ai-sdk.dev/docs/ai-sdk-ui/stream-protocol#data-stream-protocol
 *
 * `streamText` opens each step with an `f` line and closes it with an `e`, the reply with a `d`. Adapters write neither:
 * for what never opens a step, a clean end is complete.
 */
import type { Delta, Message, MessagePart, StreamFrame } from '../model/index.js';
import { readDataUrl } from './data-url.js';
import { asArray, asNumber, asRecord, asString, isRecord, parseJson, stringifyJson } from './json.js';
import type { JsonRecord } from './json.js';
import { JsonDecoder } from './json-decoder.js';
import type { Protocol, ProtocolRequest, RequestOptions } from './protocol.js';

const NAME = 'data-stream';

export const dataStream: Protocol = {
  name: NAME,
  request: createRequest,
  decoder: () => new DataStreamDecoder(),
  matches: (headers, frame) =>
    frame.framing !== 'text' && (headers.has('x-vercel-ai-data-stream') || isPart(frame.data.split('\n', 1)[0]!)),
};

function createRequest(messages: readonly Message[], options: RequestOptions): ProtocolRequest {
  const { endpoint, model, system, params } = options;
  return {
    url: endpoint,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream, text/plain' },
    body: {
      id: messages[0]?.id,
      messages: [...(system ? [{ role: 'system', content: system }] : []), ...messages.flatMap(toWire)],
      ...(model ? { model } : {}),
      ...params,
    },
  };
}

/** A bare message where its text is all there is; else with the parts or attachments that the AI SDK 4 has for the rest. */
function toWire({ role, parts }: Message): JsonRecord[] {
  const content = parts.map((part) => (part.type === 'text' || part.type === 'refusal' ? part.text : '')).join('');
  if (role === 'assistant') {
    const wire = toParts(parts);
    const isBare = wire.every(({ type }) => type === 'text');
    return wire.length > 0 ? [{ role, content, ...(!isBare && { parts: wire }) }] : [];
  }
  const files = parts.filter((part) => part.type === 'file');
  const attachments = files.map(({ name, mediaType, url }) => ({ name, contentType: mediaType, url }));
  return role === 'tool'
    ? []
    : [{ role, content, ...(attachments.length > 0 && { experimental_attachments: attachments }) }];
}

function toParts(parts: readonly MessagePart[]): JsonRecord[] {
  const wire: JsonRecord[] = [];
  // A text behind tool calls begins another step: the route puts their results between.
  let step = 0;
  for (const part of parts) {
    if (part.type === 'text' || part.type === 'refusal') {
      if (wire.at(-1)?.['type'] === 'tool-invocation') step++;
      if (part.text) wire.push({ type: 'text', text: part.text });
    } else if (part.type === 'reasoning') {
      const { redacted, ...own } = part.providerMetadata?.[NAME] ?? {};
      const detail =
        redacted === undefined ? { type: 'text', text: part.text, ...own } : { type: 'redacted', data: redacted };
      wire.push({ type: 'reasoning', reasoning: part.text, details: [detail] });
    } else if (part.type === 'file') {
      const file = readDataUrl(part.url);
      if (file) wire.push({ type: 'file', mimeType: file.mediaType, data: file.data });
    } else if (part.type === 'tool-call' && part.output !== undefined) {
      // A call that nothing has answered is refused.
      const { id, name, input, output } = part;
      const call = { state: 'result', step, toolCallId: id, toolName: name, args: input, result: output };
      wire.push({ type: 'tool-invocation', toolInvocation: call });
    }
  }
  return wire;
}

/** A line: its code, and JSON. */
const LINE = /^([0-9a-k]):(.*)$/s;

/** Whether a line is surely a part: what stands behind the code begins as that code's values do. */
function isPart(line: string): boolean {
  const [, code, json] = LINE.exec(line) ?? [];
  const value = json === undefined ? undefined : parseJson(json);
  const kind = Array.isArray(value) ? '[' : typeof value === 'string' ? '"' : isRecord(value) ? '{' : '-';
  return code !== undefined && (KINDS[kind] ?? '').includes(code);
}

const KINDS: Readonly<Record<string, string>> = { '"': '03g', '[': '28', '{': '9abcdefhijk' };

class DataStreamDecoder extends JsonDecoder {
  protected readonly terminator = 'a finish part';
  #hasSteps = false;
  readonly #called = new Set<string>();
  /** Which stretch of reasoning is written: each has a signature of its own. */
  #thought = 0;

  override push(frame: StreamFrame): Delta[] {
    // A line becomes what the base class reads: `g:"…"` the JSON of an object with that one key.
    const lines = frame.data
      .split('\n')
      .map((line) => line.replace(LINE, (_line, code, json) => `{"${code}":${json}}`));
    // Half a line is an end in mid reply, also where nothing else would tell.
    if (frame.unterminated && !this.#hasSteps && !isPart(frame.data.split('\n').at(-1)!)) {
      this.#hasSteps = true;
      this.terminated = false;
    }
    return super.push({ ...frame, data: lines.join('\n') });
  }

  protected read(line: JsonRecord, _frame: StreamFrame, out: Delta[]): boolean {
    const [code = '', value] = Object.entries(line)[0] ?? [];
    const handler = Object.hasOwn(this.#handlers, code) ? this.#handlers[code] : undefined;
    if (code !== 'g' && code !== 'j') this.#thought++;
    handler?.(value, asRecord(value) ?? {}, out);
    this.terminated ||= handler !== undefined && !this.#hasSteps;
    return handler !== undefined;
  }

  readonly #handlers: Readonly<Record<string, (value: unknown, record: JsonRecord, out: Delta[]) => void>> = {
    0: (value, _, out) => out.push({ type: 'text', text: asString(value) ?? '' }),
    2: (value, _, out) => this.#data('data', value, out),
    3: (value) => this.failAtEnd(value),
    8: (value, _, out) => this.#data('annotation', value, out),
    9: (_, { toolCallId, toolName, args }, out) => {
      const id = asString(toolCallId) ?? '';
      if (!this.isOpen(id)) {
        this.#open(id, toolName, out);
        if (this.isOpen(id)) this.callInput(id, stringifyJson(args), out);
      }
      this.closeCall(id, out);
    },
    a: (_, { toolCallId, result }, out) => {
      out.push({ type: 'tool-call-output', id: asString(toolCallId) ?? '', output: result ?? null });
    },
    b: (_, { toolCallId, toolName }, out) => this.#open(asString(toolCallId) ?? '', toolName, out),
    c: (_, { toolCallId, argsTextDelta }, out) => {
      const id = asString(toolCallId) ?? '';
      if (this.isOpen(id)) this.callInput(id, argsTextDelta, out);
    },
    d: (_, finish, out) => this.#finish(finish, out),
    // Some back ends write this one alone.
    e: (_, finish, out) => this.#finish(finish, out),
    f: () => {
      this.#hasSteps = true;
      this.terminated = false;
    },
    g: (value, _, out) => {
      out.push({ type: 'reasoning', text: asString(value) ?? '', part: `${this.#thought}` });
    },
    h: (_, { url, title }, out) => this.source(url, title, out),
    i: (_, { data }, out) => this.#opaque({ redacted: data }, out),
    j: (_, { signature }, out) => this.#opaque({ signature }, out),
    k: (_, { data, mimeType }, out) => {
      const mediaType = asString(mimeType) ?? '';
      out.push({ type: 'file', mediaType, url: `data:${mediaType};base64,${asString(data) ?? ''}` });
    },
  };

  #data(name: string, items: unknown, out: Delta[]): void {
    for (const data of asArray(items)) out.push({ type: 'data', name, data });
  }

  #open(id: string, name: unknown, out: Delta[]): void {
    if (this.#called.has(id)) return;
    this.#called.add(id);
    this.openCall(id, asString(name) ?? '', out);
  }

  /** What closes a stretch of reasoning. */
  #opaque(values: JsonRecord, out: Delta[]): void {
    out.push({
      type: 'reasoning',
      text: '',
      part: `${this.#thought++}`,
      providerMetadata: { [NAME]: values },
    });
  }

  #finish(finish: JsonRecord, out: Delta[]): void {
    const usage = asRecord(finish['usage']);
    const inputTokens = asNumber(usage?.['promptTokens']);
    const outputTokens = asNumber(usage?.['completionTokens']);
    if (inputTokens !== undefined || outputTokens !== undefined) {
      out.push({ type: 'usage', usage: { inputTokens, outputTokens } });
    }
    // A step that goes on in the next one is not yet the end.
    this.terminated = finish['isContinued'] !== true;
    const reason = asString(finish['finishReason']);
    if (reason && this.terminated) this.finishReason(reason, out);
  }
}
