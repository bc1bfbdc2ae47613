/**
 * Gemini's streamGenerateContent, at AI Studio and at Vertex: chunks of one answer, each a list of parts, as events or as the
 * elements of a JSON array. A `thoughtSignature` belongs to the very part that it came with and goes back with it, so
 * that such a part is never joined with its neighbours.
 * https://ai.google.dev/api/generate-content · https://ai.google.dev/gemini-api/docs/thought-signatures
 */
import { messageText, type Delta, type Message, type MessagePart, type StreamFrame } from '../model/index.js';
import type { ProviderMetadata, Usage } from '../model/index.js';
import { readDataUrl } from './data-url.js';
import { asArray, asNumber, asRecord, asString, isRecord, stringifyJson, type JsonRecord } from './json.js';
import { frameValues, JsonDecoder } from './json-decoder.js';
import { JsonPathWriter } from './json-path-writer.js';
import type { Protocol, ProtocolRequest, RequestOptions } from './protocol.js';
import { toolTurns, type WirePart } from './tool-turns.js';

const NAME = 'gemini';

export const gemini: Protocol = {
  name: NAME,
  request: createRequest,
  decoder: () => new GeminiDecoder(),
  matches: (_headers, frame) => frameValues(frame).some((value) => isChunk(value) || isGoogleError(value)),
};

function createRequest(messages: readonly Message[], { endpoint, system, params }: RequestOptions): ProtocolRequest {
  const instructions = [system, ...messages.filter(({ role }) => role === 'system').map(messageText)].filter(Boolean);
  return {
    url: withEvents(endpoint),
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: {
      ...(instructions.length > 0 && { systemInstruction: { parts: instructions.map((text) => ({ text })) } }),
      contents: messages.flatMap(toContents),
      ...params,
    },
  };
}

/** Without `alt=sse` the answer is one JSON array. */
function withEvents(endpoint: string): string {
  if (/[?&]alt=/.test(endpoint)) return endpoint;
  return endpoint.replace(/(:streamGenerateContent)(\?)?/, (_, path, query) => `${path}?alt=sse${query ? '&' : ''}`);
}

function toContents(message: Message): JsonRecord[] {
  if (message.role === 'system') return [];
  if (message.role === 'assistant') {
    return toolTurns(message, toWirePart).map(({ role, content }) => ({
      role: role === 'assistant' ? 'model' : role,
      parts: content,
    }));
  }
  const parts = message.parts.flatMap((part) => toWirePart(part).content);
  return parts.length > 0 ? [{ role: 'user', parts }] : [];
}

/** A part in Gemini's words; a source has none, and what another provider thought is its own. */
function toWirePart(part: MessagePart): WirePart {
  const { id, ...signed } = part.providerMetadata?.[NAME] ?? {};
  const isSigned = 'thoughtSignature' in signed;
  switch (part.type) {
    case 'source':
      break;
    case 'text':
    case 'refusal':
      return { content: part.text || isSigned ? [{ text: part.text, ...signed }] : [] };
    case 'reasoning':
      return { content: isSigned ? [{ text: part.text, thought: true, ...signed }] : [] };
    case 'file': {
      const inline = readDataUrl(part.url);
      const file = inline
        ? { inlineData: { mimeType: inline.mediaType, data: inline.data } }
        : { fileData: { mimeType: part.mediaType, fileUri: part.url } };
      return { content: [{ ...file, ...signed }] };
    }
    case 'data':
      return { content: part.providerMetadata?.[NAME] ? [{ [part.name]: part.data, ...signed }] : [] };
    case 'tool-call': {
      const { name, input, output } = part;
      if (output === undefined) break;
      const known = id === undefined ? {} : { id };
      return {
        content: [{ functionCall: { ...known, name, args: asRecord(input) ?? {} }, ...signed }],
        result: { functionResponse: { ...known, name, response: asRecord(output) ?? { output } } },
      };
    }
  }
  return { content: [] };
}

function isChunk(value: unknown): value is JsonRecord {
  return (
    isRecord(value) &&
    (Array.isArray(value['candidates']) || isRecord(value['promptFeedback']) || isRecord(value['usageMetadata']))
  );
}

/** `{"code": 404, "message": "…", "status": "NOT_FOUND"}` */
function isGoogleError(value: unknown): boolean {
  const error = asRecord(asRecord(value)?.['error']);
  return typeof error?.['code'] === 'number' && typeof error['status'] === 'string';
}

/** What stands in a part beside its content. */
const BESIDE: ReadonlySet<string> = new Set(['thought', 'thoughtSignature', 'videoMetadata', 'partMetadata']);

class GeminiDecoder extends JsonDecoder {
  protected readonly terminator = 'a finishReason';
  #rawReason = '';
  #explanation: unknown;
  /** Texts begun; the newest goes on while `#textType` says what it is. */
  #texts = 0;
  #textType: 'text' | 'reasoning' | undefined;
  #files = 0;
  #calls = 0;
  #call: { id: string; writer: JsonPathWriter; signed?: ProviderMetadata } | undefined;
  /** Data that is told once, as JSON. */
  readonly #told = new Set<string | undefined>();

  protected read(chunk: JsonRecord, _frame: StreamFrame, out: Delta[]): boolean {
    if (!isChunk(chunk)) return false;
    this.model(chunk['modelVersion'], out);
    for (const item of asArray(chunk['candidates'])) {
      const candidate = asRecord(item);
      // Of several candidates the first is the reply.
      if (candidate && (asNumber(candidate['index']) ?? 0) === 0) this.#readCandidate(candidate, out);
    }
    const usage = asRecord(chunk['usageMetadata']);
    if (usage && 'promptTokenCount' in usage) out.push({ type: 'usage', usage: readUsage(usage) });
    const feedback = asRecord(chunk['promptFeedback']);
    const blocked = asString(feedback?.['blockReason']);
    if (blocked) this.#readEnd(`blocked:${blocked}`, feedback?.['blockReasonMessage'], out);
    if (chunk['error']) this.fail(chunk['error'], out);
    return true;
  }

  #readCandidate(candidate: JsonRecord, out: Delta[]): void {
    const content = asRecord(candidate['content']);
    // A content with nothing in it, not even a role, instead of an answer.
    if (content && Object.keys(content).length === 0 && !this.recognised) this.terminated = true;
    for (const part of asArray(content?.['parts'])) if (isRecord(part)) this.#readPart(part, out);
    this.#readSources(candidate, out);
    const rawReason = asString(candidate['finishReason']);
    if (rawReason) this.#readEnd(rawReason, candidate['finishMessage'], out);
  }

  /** Some models say in every chunk why they would end there: told once, until it changes or more has come. */
  #readEnd(rawReason: string, explanation: unknown, out: Delta[]): void {
    if (rawReason === this.#rawReason) return;
    this.#rawReason = rawReason;
    this.finishReason(rawReason, out);
    if (!asString(explanation) || explanation === this.#explanation) return;
    this.#explanation = explanation;
    out.push({ type: 'data', name: 'finishMessage', data: explanation });
  }

  #readPart(part: JsonRecord, out: Delta[]): void {
    if (part['text'] !== '') this.#rawReason = '';
    const thoughtSignature = asString(part['thoughtSignature']);
    const signed = thoughtSignature ? { thoughtSignature } : undefined;
    const kind = Object.keys(part).find((name) => !BESIDE.has(name)) ?? 'text';
    if (kind === 'text') {
      this.#readText(asString(part['text']) ?? '', part['thought'] === true, signed && { [NAME]: signed }, out);
      return;
    }
    const content = asRecord(part[kind]);
    this.#textType = undefined;
    if (kind === 'functionCall' && content) this.#readCall(content, signed, out);
    else if (kind === 'inlineData' || kind === 'fileData') this.#readFile(part, signed, out);
    // Code that was run, searches that were made: nothing to read, but to be sent back.
    else out.push({ type: 'data', name: kind, data: part[kind], providerMetadata: { [NAME]: signed ?? {} } });
  }

  #readText(text: string, isThought: boolean, providerMetadata: ProviderMetadata | undefined, out: Delta[]): void {
    if (!text && !providerMetadata) return;
    const type = isThought ? 'reasoning' : 'text';
    if (providerMetadata || type !== this.#textType) this.#texts++;
    this.#textType = providerMetadata ? undefined : type;
    out.push({ type, text, part: `${this.#texts}`, ...(providerMetadata && { providerMetadata }) });
  }

  #readFile(part: JsonRecord, signed: JsonRecord | undefined, out: Delta[]): void {
    const { mimeType, data, fileUri } = asRecord(part['inlineData']) ?? asRecord(part['fileData']) ?? {};
    const mediaType = asString(mimeType) || 'application/octet-stream';
    const url = asString(data) ? `data:${mediaType};base64,${asString(data)}` : asString(fileUri);
    if (!url) return;
    const providerMetadata = signed && { [NAME]: signed };
    out.push({
      type: 'file',
      id: `file-${this.#files}`,
      mediaType,
      url,
      ...(providerMetadata && { providerMetadata }),
    });
    // An image among the thoughts is a sketch of the next one, which takes its place.
    if (part['thought'] !== true) this.#files++;
  }

  /** A call comes whole, or as its name, values with their places, and an empty one that ends it. */
  #readCall(call: JsonRecord, signed: JsonRecord | undefined, out: Delta[]): void {
    const name = asString(call['name']);
    if (name !== undefined) {
      this.#endCall(out);
      const known = asString(call['id']);
      const id = known || `call-${this.#calls++}`;
      const own = { ...(known && { id: known }), ...signed };
      this.openCall(id, name, out, Object.keys(own).length > 0 ? { [NAME]: own } : undefined);
      this.#call = { id, writer: new JsonPathWriter() };
    }
    const open = this.#call;
    if (!open) return;
    if (signed && name === undefined) open.signed = { [NAME]: signed };
    for (const piece of asArray(call['partialArgs'])) {
      if (isRecord(piece)) this.callInput(open.id, open.writer.write(piece), out);
    }
    const args = asRecord(call['args']);
    if (args) {
      this.callInput(open.id, args, out);
      this.#call = undefined;
      this.closeCall(open.id, out);
    } else if (call['willContinue'] !== true) this.#endCall(out);
  }

  #endCall(out: Delta[]): void {
    const open = this.#call;
    if (!open || !this.isOpen(open.id)) return;
    this.#call = undefined;
    this.callInput(open.id, open.writer.end(), out);
    this.closeCall(open.id, out, open.signed);
  }

  #readSources(candidate: JsonRecord, out: Delta[]): void {
    const { citationMetadata, groundingMetadata, urlContextMetadata } = candidate;
    const citations = asRecord(citationMetadata);
    for (const item of asArray(citations?.['citations'] ?? citations?.['citationSources'])) {
      this.source(asRecord(item)?.['uri'], asRecord(item)?.['title'], out);
    }
    const grounding = asRecord(groundingMetadata);
    // {web: {uri, title}}; also `retrievedContext`, `maps`, `image`.
    for (const chunk of asArray(grounding?.['groundingChunks'])) {
      for (const [kind, place] of Object.entries(asRecord(chunk) ?? {})) {
        const { uri, sourceUri, title } = asRecord(place) ?? {};
        if (uri || sourceUri) this.source(uri ?? sourceUri, title, out);
        else this.#tell(kind, place, out);
      }
    }
    // Google's own suggestions, which the terms of its search want shown.
    this.#tell('searchEntryPoint', grounding?.['searchEntryPoint'], out);
    for (const item of asArray(asRecord(urlContextMetadata)?.['urlMetadata'])) {
      const { retrievedUrl, urlRetrievalStatus = RETRIEVED } = asRecord(item) ?? {};
      if (urlRetrievalStatus === RETRIEVED) this.source(retrievedUrl, undefined, out);
    }
  }

  /** What has no place of its own here, for the page to show. */
  #tell(name: string, data: unknown, out: Delta[]): void {
    const key = stringifyJson([name, data]);
    if (!isRecord(data) || this.#told.has(key)) return;
    this.#told.add(key);
    out.push({ type: 'data', name, data });
  }
}

const RETRIEVED = 'URL_RETRIEVAL_STATUS_SUCCESS';

function readUsage(usage: JsonRecord): Usage {
  const thoughts = asNumber(usage['thoughtsTokenCount']);
  return {
    inputTokens: addCounts(usage['promptTokenCount'], usage['toolUsePromptTokenCount']),
    outputTokens: addCounts(usage['candidatesTokenCount'], thoughts),
    totalTokens: asNumber(usage['totalTokenCount']),
    reasoningTokens: thoughts,
    cachedInputTokens: asNumber(usage['cachedContentTokenCount']),
  };
}

/** The sum of the counts that are there. */
export function addCounts(...counts: unknown[]): number | undefined {
  const known = counts.flatMap((count) => asNumber(count) ?? []);
  return known.length > 0 ? known.reduce((total, count) => total + count) : undefined;
}
