/**
 * The UI message stream of the AI SDK, versions 5 to 7: what `useChat` and its `DefaultChatTransport` speak with a route
 * that answers with `toUIMessageStreamResponse()`.
 * https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol
 */
import { ChatError, type Delta, type ProviderMetadata, type StreamFrame, type Usage } from '../model/index.js';
import { asArray, asNumber, asRecord, asString, isRecord, stringifyJson, type JsonRecord } from './json.js';
import { frameValues, JsonDecoder } from './json-decoder.js';
import type { Protocol } from './protocol.js';
import { createUiMessageRequest, NAME, ownFields } from './ui-message.js';

export const uiMessageStream: Protocol = {
  name: NAME,
  request: createUiMessageRequest,
  decoder: () => new UiMessageDecoder(),
  matches: (headers, frame) => headers.has('x-vercel-ai-ui-message-stream') || frameValues(frame).some(isOurs),
};

/** Which part of a chunk's kind has to be there: the kinds' names alone are everybody's words. */
const SHAPES: readonly [RegExp, string][] = [
  [/^(?:text|reasoning)-(?:start|delta|end)$/, 'id'],
  [/^tool-(?:input|output|approval)-/, 'toolCallId'],
  [/^source-/, 'sourceId'],
  [/^(?:reasoning-)?file$/, 'mediaType'],
  [/^data-/, 'data'],
  [/^(?:start|finish)-step$/, 'type'],
  [/^start$/, 'messageId'],
  [/^(?:start|finish|message-metadata)$/, 'messageMetadata'],
  [/^finish$/, 'finishReason'],
  [/^error$/, 'errorText'],
  [/^custom$/, 'kind'],
];

function isOurs(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const type = asString(value['type']) ?? '';
  // The assistant transport has chunks of the same names, each with a path.
  return isUiMessage(value) || SHAPES.some(([kind, key]) => kind.test(type) && key in value && !('path' in value));
}

/** A whole message, of a route that does not stream. */
function isUiMessage(value: JsonRecord): boolean {
  return value['role'] === 'assistant' && Array.isArray(value['parts']);
}

const metadataOf = (chunk: JsonRecord) => ownFields({ providerMetadata: asRecord(chunk['providerMetadata']) });

function callFields(chunk: JsonRecord): { providerMetadata?: ProviderMetadata } {
  const { dynamic, toolName, providerExecuted, title, toolMetadata } = chunk;
  return ownFields({
    ...(dynamic === true && { type: 'dynamic-tool', toolName }),
    providerExecuted,
    title,
    toolMetadata,
    callProviderMetadata: asRecord(chunk['providerMetadata']),
  });
}

type Handler = (chunk: JsonRecord, out: Delta[]) => void;

class UiMessageDecoder extends JsonDecoder {
  protected readonly terminator = 'a finish part or [DONE]';
  /** Ids are used again in each step; the parts are counted through. */
  #texts = 0;
  readonly #openTexts = new Map<string, string>();
  /** Calls that have begun without a word of their input: what cannot be called is never more than that. */
  readonly #announced = new Map<string, JsonRecord>();
  readonly #called = new Set<string>();
  #hasSources = false;

  protected read(chunk: JsonRecord, _frame: StreamFrame, out: Delta[]): boolean {
    if (isUiMessage(chunk)) {
      this.#readWhole(chunk, out);
      return true;
    }
    return this.#readChunk(chunk, out);
  }

  #readChunk(chunk: JsonRecord, out: Delta[]): boolean {
    const type = asString(chunk['type']) ?? '';
    const handler = type.startsWith('data-') ? readData : this.#handlers.get(type);
    handler?.(chunk, out);
    return handler !== undefined;
  }

  readonly #handlers = new Map<string, Handler>([
    ['text-start', (chunk, out) => this.#text('text', chunk, out)],
    ['text-delta', (chunk, out) => this.#text('text', chunk, out)],
    ['text-end', (chunk, out) => this.#text('text', chunk, out)],
    ['reasoning-start', (chunk, out) => this.#text('reasoning', chunk, out)],
    ['reasoning-delta', (chunk, out) => this.#text('reasoning', chunk, out)],
    ['reasoning-end', (chunk, out) => this.#text('reasoning', chunk, out)],
    ['tool-input-start', (chunk) => this.#announceCall(chunk)],
    ['tool-input-delta', (chunk, out) => this.#readInput(chunk, out)],
    ['tool-input-available', (chunk, out) => this.#readCall(chunk, out)],
    ['tool-input-error', (chunk, out) => this.#refuseCall(chunk, out)],
    ['tool-approval-request', (chunk, out) => this.#awaitApproval(chunk, out)],
    ['tool-approval-response', ignore],
    ['tool-output-available', (chunk, out) => this.#readOutput(chunk, out)],
    ['tool-output-error', (chunk, out) => this.#readOutput(chunk, out)],
    ['tool-output-denied', (chunk, out) => this.#readOutput(chunk, out)],
    ['source-url', (chunk, out) => this.#readSource(chunk, out)],
    ['source-document', readOpaque],
    ['custom', readOpaque],
    ['file', readFile],
    ['reasoning-file', readFile],
    ['start-step', ignore],
    ['finish-step', ignore],
    ['start', (chunk, out) => this.#readMetadata(chunk, out)],
    ['message-metadata', (chunk, out) => this.#readMetadata(chunk, out)],
    ['finish', (chunk, out) => this.#readFinish(chunk, out)],
    ['abort', (chunk, out) => this.#readAbort(chunk, out)],
    ['error', (chunk) => this.failAtEnd(asString(chunk['errorText']) ?? chunk['error'])],
  ]);

  #text(type: 'text' | 'reasoning', chunk: JsonRecord, out: Delta[]): void {
    const phase = asString(chunk['type'])!.slice(type.length + 1);
    const key = `${type} ${asString(chunk['id']) ?? ''}`;
    if (phase === 'start' || !this.#openTexts.has(key)) this.#openTexts.set(key, `${++this.#texts}`);
    const text = asString(chunk['delta']) ?? '';
    const metadata = metadataOf(chunk);
    if (text || metadata.providerMetadata) out.push({ type, text, part: this.#openTexts.get(key)!, ...metadata });
    if (phase !== 'end') return;
    this.#openTexts.delete(key);
    // Where the sources are parts of their own, these repeat them.
    if (this.#hasSources) return;
    for (const citation of asArray(chunk['citations'])) {
      const source = asRecord(asRecord(citation)?.['source']);
      this.source(source?.['url'], source?.['title'], out);
    }
  }

  #announceCall(chunk: JsonRecord): void {
    const id = asString(chunk['toolCallId']);
    if (id !== undefined && !this.#called.has(id)) this.#announced.set(id, chunk);
  }

  #open(id: string, chunk: JsonRecord, out: Delta[]): void {
    this.#announced.delete(id);
    this.#called.add(id);
    this.openCall(id, asString(chunk['toolName']) ?? '', out, callFields(chunk).providerMetadata);
  }

  #readInput(chunk: JsonRecord, out: Delta[]): void {
    const id = asString(chunk['toolCallId']) ?? '';
    const text = asString(chunk['inputTextDelta']);
    const announced = this.#announced.get(id);
    // Plain text comes once more with the whole call, as the JSON of a string.
    if (!text || announced?.['inputEncoding'] === 'text') return;
    if (announced) this.#open(id, announced, out);
    if (this.isOpen(id)) this.callInput(id, text, out);
  }

  #readCall(chunk: JsonRecord, out: Delta[]): void {
    const id = asString(chunk['toolCallId']);
    if (id === undefined) return;
    if (!this.#called.has(id)) {
      this.#open(id, { ...this.#announced.get(id), ...chunk }, out);
      this.callInput(id, stringifyJson(chunk['input']), out);
    }
    this.closeCall(id, out, callFields(chunk).providerMetadata);
  }

  /** The route found no tool for it, or its input wrong. */
  #refuseCall(chunk: JsonRecord, out: Delta[]): void {
    const id = asString(chunk['toolCallId']) ?? '';
    if (!this.isOpen(id)) return this.#announceCall(chunk);
    this.closeCall(id, out);
    this.#readOutput(chunk, out);
  }

  #awaitApproval(chunk: JsonRecord, out: Delta[]): void {
    const id = asString(chunk['toolCallId']);
    if (id === undefined || chunk['isAutomatic'] === true) return;
    const { approvalId, signature } = chunk;
    out.push({ type: 'tool-call-end', id, approval: true, ...ownFields({ approval: { id: approvalId, signature } }) });
  }

  #readOutput(chunk: JsonRecord, out: Delta[]): void {
    const { type, toolCallId, providerExecuted } = chunk;
    const id = asString(toolCallId) ?? '';
    const error = type === 'tool-output-denied' ? 'denied' : asString(chunk['errorText']);
    const output = chunk['output'] ?? null;
    if (this.#called.has(id)) {
      const metadata = ownFields({ providerExecuted, resultProviderMetadata: asRecord(chunk['providerMetadata']) });
      out.push({ type: 'tool-call-output', id, ...(error === undefined ? { output } : { error }), ...metadata });
      return;
    }
    // Of a call that is not in this reply, or was none: what came of it is still something that was said.
    const name = asString(this.#announced.get(id)?.['toolName']) ?? 'tool-output';
    out.push({ type: 'data', name, data: error === undefined ? output : { error } });
  }

  #readSource(chunk: JsonRecord, out: Delta[]): void {
    this.#hasSources = true;
    this.source(chunk['url'], chunk['title'], out);
  }

  /** The route's own words about the message; these are what the documentation's examples say there. */
  #readMetadata(chunk: JsonRecord, out: Delta[]): void {
    const metadata = asRecord(chunk['messageMetadata']);
    if (!metadata) return;
    this.model(metadata['model'], out);
    const usage = readUsage(asRecord(metadata['usage']) ?? asRecord(metadata['totalUsage']) ?? metadata);
    if (Object.values(usage).some((count) => count !== undefined)) out.push({ type: 'usage', usage });
  }

  #readFinish(chunk: JsonRecord, out: Delta[]): void {
    this.#readMetadata(chunk, out);
    const reason = asString(chunk['finishReason']);
    this.terminated = true;
    if (reason) this.finishReason(reason, out);
  }

  #readAbort({ reason }: JsonRecord, out: Delta[]): void {
    const detail = asString(reason);
    this.fail(
      new ChatError('interrupted', 'expected the rest of the reply, but the route aborted it', { detail }),
      out,
    );
  }

  #readWhole(message: JsonRecord, out: Delta[]): void {
    this.#readMetadata({ messageMetadata: message['metadata'] }, out);
    asArray(message['parts']).forEach((item, index) => {
      const part = asRecord(item);
      if (part) for (const chunk of chunksOf(part, `${index}`)) this.#readChunk(chunk, out);
    });
    this.terminated = true;
  }
}

function ignore(): void {}

/** Nothing to read, and to be sent back. */
function readOpaque(chunk: JsonRecord, out: Delta[]): void {
  const { kind, type, title, filename, mediaType } = chunk;
  const data = type === 'custom' ? null : { title, filename, mediaType };
  out.push({ type: 'data', name: asString(kind) ?? asString(type)!, data, ...ownFields(chunk) });
}

function readData({ type, id, data, transient }: JsonRecord, out: Delta[]): void {
  const name = asString(type)!.slice('data-'.length);
  const key = asString(id);
  // What is transient is no part of the message that the route knows.
  const known = transient === true ? {} : ownFields({ type, id });
  out.push({ type: 'data', name, data, ...(key !== undefined && { id: `${name}:${key}` }), ...known });
}

function readFile(chunk: JsonRecord, out: Delta[]): void {
  const { type, mediaType, url, filename } = chunk;
  const fields = ownFields({
    type: type === 'file' ? undefined : type,
    providerMetadata: asRecord(chunk['providerMetadata']),
  });
  out.push({
    type: 'file',
    mediaType: asString(mediaType) ?? '',
    url: asString(url),
    name: asString(filename),
    ...fields,
  });
}

/** A part of a whole message, as the chunks that it would have been streamed in. */
function chunksOf(part: JsonRecord, id: string): JsonRecord[] {
  const { type, text, state, toolName, callProviderMetadata, resultProviderMetadata } = part;
  if (type === 'text' || type === 'reasoning') return [{ ...part, type: `${type}-delta`, id, delta: text }];
  const name = type === 'dynamic-tool' ? asString(toolName) : /^tool-(.*)/.exec(asString(type) ?? '')?.[1];
  if (name === undefined) return [part];
  const call = { ...part, toolName: name, dynamic: type === 'dynamic-tool', providerMetadata: callProviderMetadata };
  return [
    { ...call, type: 'tool-input-available' },
    ...(asString(state)?.startsWith('output-')
      ? [{ ...part, type: `tool-${asString(state)}`, providerMetadata: resultProviderMetadata }]
      : []),
  ];
}

function readUsage(usage: JsonRecord): Usage {
  return {
    inputTokens: asNumber(usage['inputTokens']),
    outputTokens: asNumber(usage['outputTokens']),
    totalTokens: asNumber(usage['totalTokens']),
    reasoningTokens: asNumber(usage['reasoningTokens']),
    cachedInputTokens: asNumber(usage['cachedInputTokens']),
  };
}
