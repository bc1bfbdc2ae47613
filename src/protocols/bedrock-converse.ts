/**
 * Amazon Bedrock's Converse API, as a back end hands it on: the messages of its binary event stream as JSON, one a line or
 * event. (The stream itself is not for browsers: it is binary, and its requests are signed.) A message is named by its one
 * key, or by the event's name, or by nothing but the fields that it has.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
import type { Delta, ProviderMetadata, StreamFrame } from '../model/index.js';
import { createRequest } from './bedrock-converse-request.js';
import { asArray, asNumber, asRecord, asString, isRecord, parseJsonValues, type JsonRecord } from './json.js';
import { JsonDecoder } from './json-decoder.js';
import type { Protocol } from './protocol.js';

export const bedrockConverse: Protocol = {
  name: 'bedrock-converse',
  request: createRequest,
  decoder: () => new BedrockConverseDecoder(),
  matches: (_headers, frame) => parseJsonValues(frame.data).some((value) => isRecord(value) && readKind(value, frame)),
};

const KINDS = ['messageStart', 'contentBlockStart', 'contentBlockDelta', 'contentBlockStop', 'messageStop'];
const EXCEPTION = /^(?:internalServer|modelStreamError|serviceUnavailable|throttling|validation)Exception$/i;

type Named = [kind: string, message: JsonRecord];

/** A message of this format and no other; undefined where that is not sure. */
function readKind(value: JsonRecord, { event = '' }: StreamFrame): Named | undefined {
  // Agents wrap the messages once more.
  const message = asRecord(value['event']) ?? value;
  const name = KINDS.find((kind) => isRecord(message[kind])) ?? Object.keys(message).find((key) => EXCEPTION.test(key));
  if (name) return [name, asRecord(message[name]) ?? {}];
  if (event === 'messageStart' || EXCEPTION.test(event)) return [event, message];
  if (isRecord(asRecord(message['output'])?.['message']) && 'stopReason' in message) return ['message', message];
  if (asNumber(message['contentBlockIndex']) === undefined) return undefined;
  if (isRecord(message['delta'])) return ['contentBlockDelta', message];
  return [isRecord(message['start']) ? 'contentBlockStart' : 'contentBlockStop', message];
}

/** The last messages of a reply, which would say little of the format on their own. */
function readLastKind(value: JsonRecord): Named | undefined {
  const message = asRecord(value['event']) ?? value;
  if (asString(message['stopReason'])) return ['messageStop', message];
  const metadata = asRecord(message['metadata']) ?? message;
  return isRecord(metadata['usage']) ? ['metadata', metadata] : undefined;
}

/** A tool that runs at the endpoint, and what it has given so far. */
interface ToolResult {
  id: string;
  failed: boolean;
  type: string | undefined;
  content: unknown[];
}

class BedrockConverseDecoder extends JsonDecoder {
  protected readonly terminator = 'a messageStop';
  /** What is open, by the index of its block. */
  readonly #calls = new Map<number, string>();
  readonly #results = new Map<number, ToolResult>();
  readonly #formats = new Map<number, string>();
  /** What the last delta belonged to: adjacent texts are one text that citations have cut. */
  #place = '';
  #part = 0;
  #stopReason = '';

  readonly #kinds = new Map<string, (value: JsonRecord, out: Delta[]) => boolean | void>([
    ['messageStart', () => void (this.#place = '')],
    ['contentBlockStart', (value, out) => this.#block(indexOf(value), asRecord(value['start']) ?? {}, out)],
    ['contentBlockDelta', (value, out) => this.#block(indexOf(value), asRecord(value['delta']) ?? {}, out)],
    ['contentBlockStop', (value, out) => this.#stopBlock(indexOf(value), out)],
    ['messageStop', (value, out) => this.#stopMessage(value, out)],
    ['metadata', (value, out) => this.#metadata(value, out)],
    ['message', (value, out) => this.#wholeMessage(value, out)],
  ]);

  /** The members of a block's start, of its deltas, and of whole blocks: one union for all. */
  readonly #members = new Map<string, (content: unknown, index: number, out: Delta[]) => void>([
    ['text', (content, _index, out) => this.#text(content, out)],
    ['toolUse', (content, index, out) => this.#toolUse(asRecord(content) ?? {}, index, out)],
    ['toolResult', (content, index) => this.#toolResult(content, index)],
    ['reasoningContent', (content, index, out) => this.#reasoning(asRecord(content) ?? {}, index, out)],
    ['citation', (content, _index, out) => this.#citation(asRecord(content) ?? {}, out)],
    ['citationsContent', (content, index, out) => this.#cited(asRecord(content) ?? {}, index, out)],
    ['image', (content, index, out) => this.#image(asRecord(content) ?? {}, index, out)],
  ]);

  protected read(value: JsonRecord, frame: StreamFrame, out: Delta[]): boolean {
    const [kind, message] = readKind(value, frame) ?? readLastKind(value) ?? ['', value];
    if (!EXCEPTION.test(kind)) {
      const handler = this.#kinds.get(kind);
      return handler !== undefined && handler(message, out) !== false;
    }
    this.fail(asString(message['message']) ? message : kind, out);
    return true;
  }

  #stopMessage(message: JsonRecord, out: Delta[]): void {
    this.#stopReason = asString(message['stopReason']) ?? '';
    if (this.#stopReason) this.finishReason(this.#stopReason, out);
  }

  /** The last message, unless an agent goes on with what its tool has given. */
  #metadata(message: JsonRecord, out: Delta[]): void {
    this.model(asRecord(asRecord(message['trace'])?.['promptRouter'])?.['invokedModelId'], out);
    const usage = asRecord(message['usage']);
    if (usage) {
      const cached = asNumber(usage['cacheReadInputTokens']);
      const input = asNumber(usage['inputTokens']);
      out.push({
        type: 'usage',
        usage: {
          // The API counts what went through its cache beside the rest.
          inputTokens:
            input === undefined ? undefined : input + (cached ?? 0) + (asNumber(usage['cacheWriteInputTokens']) ?? 0),
          outputTokens: asNumber(usage['outputTokens']),
          totalTokens: asNumber(usage['totalTokens']),
          cachedInputTokens: cached,
        },
      });
    }
    if (this.terminated && this.#stopReason !== 'tool_use') this.finish(out);
  }

  /** The answer of the API that does not stream. */
  #wholeMessage(value: JsonRecord, out: Delta[]): void {
    asArray(asRecord(asRecord(value['output'])?.['message'])?.['content']).forEach((block, index) => {
      if (!isRecord(block) || !this.#block(index, block, out)) this.unknownFrames++;
      this.#stopBlock(index, out);
    });
    this.#stopMessage(value, out);
    this.#metadata(value, out);
  }

  #block(index: number, block: JsonRecord, out: Delta[]): boolean {
    const keys = Object.keys(block);
    const known = keys.filter((key) => this.#members.has(key));
    for (const key of known) this.#members.get(key)!(block[key], index, out);
    return known.length > 0 || keys.length === 0;
  }

  #stopBlock(index: number, out: Delta[]): void {
    const call = this.#calls.get(index);
    if (call !== undefined) this.closeCall(call, out);
    this.#stopResult(index, out);
  }

  /** The part that a delta of this kind goes on with. */
  #partFor(place: string): string {
    if (place !== this.#place) this.#part++;
    this.#place = place;
    return String(this.#part);
  }

  #text(content: unknown, out: Delta[]): void {
    const text = asString(content);
    if (text) out.push({ type: 'text', text, part: this.#partFor('text') });
  }

  #toolUse(use: JsonRecord, index: number, out: Delta[]): void {
    const id = asString(use['toolUseId']);
    if (id) {
      this.#place = '';
      this.#calls.set(index, id);
      const type = asString(use['type']);
      this.openCall(id, asString(use['name']) ?? '', out, type ? opaque({ type }) : undefined);
    }
    const call = this.#calls.get(index);
    if (call !== undefined) this.callInput(call, use['input'], out);
  }

  #toolResult(content: unknown, index: number): void {
    const start = asRecord(content);
    const id = asString(start?.['toolUseId']);
    if (start && id) {
      this.#place = '';
      const failed = start['status'] === 'error';
      this.#results.set(index, { id, failed, type: asString(start['type']), content: [] });
    }
    this.#results.get(index)?.content.push(...asArray(start ? start['content'] : content));
  }

  #stopResult(index: number, out: Delta[]): void {
    const result = this.#results.get(index);
    if (!result) return;
    this.#results.delete(index);
    const { id, failed, content, type } = result;
    this.closeCall(id, out);
    const said = content.map((item) => asString(asRecord(item)?.['text']) ?? '').join('');
    out.push({
      type: 'tool-call-output',
      id,
      output: content,
      ...(failed && { error: said || 'error' }),
      ...(type && { providerMetadata: opaque({ resultType: type }) }),
    });
  }

  #reasoning(content: JsonRecord, index: number, out: Delta[]): void {
    const { text, signature } = asRecord(content['reasoningText']) ?? content;
    const redactedContent = content['redactedContent'];
    const part = this.#partFor(`reasoning-${index}`);
    if (asString(text)) out.push({ type: 'reasoning', text: String(text), part });
    const kept = asString(signature) ? { signature } : redactedContent ? { redactedContent } : undefined;
    if (kept) out.push({ type: 'reasoning', text: '', part, providerMetadata: opaque(kept) });
  }

  #citation(citation: JsonRecord, out: Delta[]): void {
    const { source, location, title } = citation;
    const web = asRecord(asRecord(location)?.['web']);
    this.source(web?.['url'] ?? (/^https?:/.test(asString(source) ?? '') ? source : undefined), title, out);
  }

  #cited(content: JsonRecord, index: number, out: Delta[]): void {
    for (const piece of asArray(content['content'])) this.#block(index, asRecord(piece) ?? {}, out);
    for (const citation of asArray(content['citations'])) this.#citation(asRecord(citation) ?? {}, out);
  }

  #image(image: JsonRecord, index: number, out: Delta[]): void {
    const format = asString(image['format']) ?? this.#formats.get(index);
    if (format) this.#formats.set(index, format);
    const bytes = asString(asRecord(image['source'])?.['bytes']);
    if (!bytes) return;
    this.#place = '';
    const mediaType = `image/${format ?? 'png'}`;
    out.push({ type: 'file', mediaType, url: `data:${mediaType};base64,${bytes}` });
  }
}

const indexOf = (value: JsonRecord) => asNumber(value['contentBlockIndex']) ?? 0;
const opaque = (values: JsonRecord): ProviderMetadata => ({ 'bedrock-converse': values });
