/**
 * OpenAI's Responses API, as Azure, xAI, DeepSeek, OpenRouter, LM Studio, Bedrock and Copilot speak it too: a reply is a list
 * of items, of which each is told up to four times: in deltas, at the end of the text, at the end of the item, and in the
 * whole response at the end. Whatever of it comes first counts; the rest says it again.
 * https://platform.openai.com/docs/api-reference/responses-streaming
 */
import type { Delta, ProviderMetadata, StreamFrame, Usage } from '../model/index.js';
import { finishReasonOf } from './finish-reason.js';
import {
  asArray,
  asNumber,
  asRecord,
  asString,
  isRecord,
  parseJsonValues,
  stringifyJson,
  type JsonRecord,
} from './json.js';
import { JsonDecoder } from './json-decoder.js';
import { createResponsesRequest } from './openai-responses-request.js';
import type { Protocol } from './protocol.js';

export const openaiResponses: Protocol = {
  name: 'openai-responses',
  request: createResponsesRequest,
  decoder: () => new ResponsesDecoder(),
  matches: (_headers, frame) => parseJsonValues(frame.data).some((value) => isRecord(value) && isOwn(value, frame)),
};

function isOwn(value: JsonRecord, frame: StreamFrame): boolean {
  const type = eventType(value, frame);
  // Other formats have errors of this name, and say less of them.
  if (type === 'error')
    return 'sequence_number' in value || ('code' in value && 'message' in value && 'param' in value);
  return type.startsWith('response.');
}

/** Of an answer that was not streamed: the type of the event that it would have ended with. */
function eventType(value: JsonRecord, { event = '' }: StreamFrame): string {
  return value['object'] === 'response' ? 'response.done' : (asString(value['type']) ?? event);
}

/** One item of the reply while it arrives. */
interface Item {
  type: string;
  /** Its first: Copilot sends another with every event. */
  id: string;
  /** Of its texts and arguments, what has been said already: a kind and its index. */
  said: Set<string>;
  /** The id of the call that it is. */
  call?: string;
  isDone?: true;
}

/** A kind of text: the delta that it becomes, and the item that holds it. */
type Kind = 'text' | 'refusal' | 'summary' | 'raw';
const KINDS: Readonly<Record<Kind, readonly [type: 'text' | 'refusal' | 'reasoning', item: string]>> = {
  text: ['text', 'message'],
  refusal: ['refusal', 'message'],
  summary: ['reasoning', 'reasoning'],
  raw: ['reasoning', 'reasoning'],
};

/** Events `….delta` and `….done` that bring a text. */
const TEXTS: ReadonlyMap<string, Kind> = new Map([
  ['response.output_text', 'text'],
  ['response.output_audio_transcript', 'text'],
  ['response.audio.transcript', 'text'],
  ['response.refusal', 'refusal'],
  ['response.reasoning_summary_text', 'summary'],
  ['response.reasoning_summary', 'summary'],
  ['response.reasoning_text', 'raw'],
  ['response.reasoning', 'raw'],
]);

/** Parts of items by their own type. */
const PARTS: ReadonlyMap<unknown, Kind> = new Map([
  ['output_text', 'text'],
  ['text', 'text'],
  ['output_audio', 'text'],
  ['refusal', 'refusal'],
  ['summary_text', 'summary'],
  ['reasoning_text', 'raw'],
]);

/** Events `….delta` and `….done` that bring the input of a call. */
const INPUTS: ReadonlyMap<string, string> = new Map([
  ['response.function_call_arguments', 'function_call'],
  ['response.custom_tool_call_input', 'custom_tool_call'],
  ['response.mcp_call_arguments', 'mcp_call'],
  ['response.mcp_call.arguments', 'mcp_call'],
]);

/** Items that are calls, and say where their input is. */
const CALLS: ReadonlySet<string> = new Set(INPUTS.values());

class ResponsesDecoder extends JsonDecoder {
  protected readonly terminator = 'response.completed';
  readonly #items: Item[] = [];
  /** The item that each index speaks of now. */
  readonly #byIndex = new Map<number, Item>();
  /** Files that have been named as what a text rests on. */
  readonly #cited = new Set<string>();
  /** What an `error` event said: `response.failed` is to follow, and says it better. */
  #failure: unknown;

  readonly #events = new Map<string, (event: JsonRecord, out: Delta[]) => void>([
    ['response.created', (event, out) => this.model(asRecord(event['response'])?.['model'], out)],
    ['response.output_item.added', (event, out) => this.#open(event, asRecord(event['item']) ?? {}, out)],
    ['response.output_item.done', (event, out) => this.#readDone(event, out)],
    ['response.content_part.done', (event, out) => this.#readPartDone(event, out)],
    ['response.reasoning_summary_part.done', (event, out) => this.#readPartDone(event, out)],
    ['response.output_text.annotation.added', ({ annotation }, out) => this.#readAnnotation(annotation, out)],
    ['response.image_generation_call.partial_image', (event, out) => this.#readPreview(event, out)],
    ['error', (event) => this.#expectFailure(event)],
    ...ENDS.map((type) => [type, (event: JsonRecord, out: Delta[]) => this.#readEnd(type, event, out)] as const),
  ]);

  protected read(event: JsonRecord, frame: StreamFrame, out: Delta[]): boolean {
    const type = eventType(event, frame);
    if (this.#failure !== undefined && type !== 'response.failed') {
      this.finish(out);
      return true;
    }
    const handle = this.#events.get(type);
    if (handle) {
      handle(event, out);
      return true;
    }
    const at = type.lastIndexOf('.');
    const subject = type.slice(0, at);
    const verb = type.slice(at + 1);
    const kind = TEXTS.get(subject);
    const call = INPUTS.get(subject);
    if (kind && WORDS.has(verb)) this.#readText(kind, event, verb === 'done', out);
    else if (call && WORDS.has(verb)) this.#readInput(call, event, verb === 'done', out);
    else return STATES.test(type);
    return true;
  }

  protected override finish(out: Delta[]): void {
    if (this.#failure === undefined) super.finish(out);
    else this.fail(this.#failure, out);
  }

  #expectFailure(event: JsonRecord): void {
    this.#failure = event['error'] ?? event;
    this.terminated = true;
  }

  /** The item of this type that an event speaks of; a new one where none was opened. */
  #itemOf(type: string, event: JsonRecord): Item {
    const index = asNumber(event['output_index']);
    const id = asString(event['item_id']) ?? asString(asRecord(event['item'])?.['id']);
    const fits = (item: Item | undefined) => item !== undefined && item.type === type && !item.isDone;
    const at = index === undefined ? undefined : this.#byIndex.get(index);
    if (at && fits(at)) return at;
    // Nothing at that place: it is new. Something else: a server that does not count.
    const known =
      index !== undefined && !at
        ? undefined
        : (this.#items.findLast((item) => fits(item) && item.id === id) ??
          (id === undefined || at ? this.#items.findLast(fits) : undefined));
    return known ?? this.#addItem(type, id, index);
  }

  #addItem(type: string, id: string | undefined, index: number | undefined): Item {
    const item: Item = { type, id: id || `output-${this.#items.length}`, said: new Set() };
    this.#items.push(item);
    if (index !== undefined) this.#byIndex.set(index, item);
    return item;
  }

  #open(event: JsonRecord, item: JsonRecord, out: Delta[]): void {
    const opened = this.#addItem(asString(item['type']) ?? '', asString(item['id']), asNumber(event['output_index']));
    if (CALLS.has(opened.type)) this.#openCall(opened, item, out);
  }

  #openCall(item: Item, { name, call_id }: JsonRecord, out: Delta[]): string {
    if (item.call !== undefined) return item.call;
    item.call = asString(call_id) || item.id;
    const metadata = item.type === 'custom_tool_call' ? opaque({ type: item.type }) : undefined;
    this.openCall(item.call, asString(name) ?? '', out, metadata);
    return item.call;
  }

  #readText(kind: Kind, event: JsonRecord, isWhole: boolean, out: Delta[]): void {
    const index = asNumber(event[kind === 'summary' ? 'summary_index' : 'content_index']) ?? 0;
    const text = event['delta'] ?? event['text'] ?? event['refusal'] ?? event['transcript'];
    this.#say(this.#itemOf(KINDS[kind][1], event), kind, index, text, isWhole, out);
  }

  /** What is whole counts only where nothing of it has come before. */
  #say(item: Item, kind: Kind, index: number, value: unknown, isWhole: boolean, out: Delta[]): void {
    const text = asString(value);
    const place = kind + index;
    if (!text || (isWhole && item.said.has(place))) return;
    item.said.add(place);
    out.push({ type: KINDS[kind][0], text, part: partOf(item, place) });
  }

  #readPartDone(event: JsonRecord, out: Delta[]): void {
    const part = asRecord(event['part']);
    const kind = PARTS.get(part?.['type']);
    if (!part || !kind) return;
    this.#readPart(this.#itemOf(KINDS[kind][1], event), part, event['summary_index'] ?? event['content_index'], out);
  }

  #readPart(item: Item, part: JsonRecord, index: unknown, out: Delta[]): void {
    const kind = PARTS.get(part['type']);
    if (!kind) return;
    this.#say(item, kind, asNumber(index) ?? 0, part['text'] ?? part['refusal'] ?? part['transcript'], true, out);
    for (const annotation of asArray(part['annotations'])) this.#readAnnotation(annotation, out);
  }

  #readInput(type: string, event: JsonRecord, isWhole: boolean, out: Delta[]): void {
    const item = this.#itemOf(type, event);
    // Of a call that was not opened the name comes with the item's end.
    if (item.call !== undefined)
      this.#addInput(item, event['delta'] ?? event['arguments'] ?? event['input'], isWhole, out);
  }

  #addInput(item: Item, input: unknown, isWhole: boolean, out: Delta[]): void {
    if (!input || (isWhole && item.said.has('input'))) return;
    item.said.add('input');
    const text = asString(input);
    if (item.type === 'custom_tool_call' && text !== undefined) this.callText(item.call!, text, out);
    else this.callInput(item.call!, input, out);
  }

  #readDone(event: JsonRecord, out: Delta[]): void {
    const item = asRecord(event['item']);
    if (item) this.#readItem(this.#itemOf(asString(item['type']) ?? '', event), item, out);
  }

  /** A whole item: what of it has not been said. */
  #readItem(item: Item, value: JsonRecord, out: Delta[]): void {
    item.isDone = true;
    if (CALLS.has(item.type)) this.#readCall(item, value, out);
    else if (item.type === 'message') this.#readMessage(item, value, out);
    else if (item.type === 'reasoning') this.#readReasoning(item, value, out);
    else if (item.type === 'image_generation_call') this.#readImage(item, value['result'], value['output_format'], out);
    else if (item.type !== 'mcp_list_tools') this.#readOther(item, value, out);
  }

  #readCall(item: Item, value: JsonRecord, out: Delta[]): void {
    const id = this.#openCall(item, value, out);
    this.#addInput(item, value['arguments'] ?? value['input'], true, out);
    this.closeCall(id, out);
    // Of a tool that the server ran.
    const { output, error } = value;
    if (error) out.push({ type: 'tool-call-output', id, error: asString(error) ?? stringifyJson(error) ?? '' });
    else if (output !== undefined && output !== null) out.push({ type: 'tool-call-output', id, output });
  }

  #readMessage(item: Item, value: JsonRecord, out: Delta[]): void {
    asArray(value['content']).forEach((part, index) => {
      if (isRecord(part)) this.#readPart(item, part, index, out);
    });
    // Newer models ask to be told which of their texts were comments.
    const phase = asString(value['phase']);
    for (const place of phase ? item.said : []) {
      if (place.startsWith('text')) {
        out.push({ type: 'text', text: '', part: partOf(item, place), providerMetadata: opaque({ phase }) });
      }
    }
  }

  /** The thoughts that the server can read again are marked with what makes an item of them. */
  #readReasoning(item: Item, value: JsonRecord, out: Delta[]): void {
    for (const list of [value['summary'], value['content']]) {
      asArray(list).forEach((part, index) => {
        if (isRecord(part)) this.#readPart(item, part, index, out);
      });
    }
    const encrypted = asString(value['encrypted_content']);
    const places = [...item.said];
    if (!encrypted && !places.some((place) => place.startsWith('raw'))) return;
    for (const place of places.length > 0 ? places : ['summary0']) {
      const providerMetadata = opaque({
        id: item.id,
        ...(encrypted && { encrypted_content: encrypted }),
        ...(place.startsWith('raw') && { isRaw: true }),
      });
      out.push({ type: 'reasoning', text: '', part: partOf(item, place), providerMetadata });
    }
  }

  /** What the server's own tools did; a page may show it. */
  #readOther(item: Item, value: JsonRecord, out: Delta[]): void {
    const mustReturn = item.type === 'compaction';
    out.push({
      type: 'data',
      name: item.type,
      data: value,
      ...(mustReturn && { providerMetadata: opaque({ item: value }) }),
    });
    for (const output of asArray(value['outputs'])) {
      const url = asString(asRecord(output)?.['url']);
      if (url) out.push({ type: 'file', mediaType: 'image/*', url });
    }
  }

  #readPreview(event: JsonRecord, out: Delta[]): void {
    this.#readImage(
      this.#itemOf('image_generation_call', event),
      event['partial_image_b64'],
      event['output_format'],
      out,
    );
  }

  #readImage({ id }: Item, base64: unknown, format: unknown, out: Delta[]): void {
    const data = asString(base64);
    const mediaType = `image/${asString(format) || 'png'}`;
    if (data) out.push({ type: 'file', id, mediaType, url: `data:${mediaType};base64,${data}` });
  }

  /** An address, or a file of the server's, which has none. */
  #readAnnotation(value: unknown, out: Delta[]): void {
    const annotation = asRecord(value);
    if (!annotation) return;
    this.source(annotation['url'], annotation['title'], out);
    const { type, file_id } = annotation;
    const file = `${String(type)} ${String(file_id)}`;
    if (typeof file_id !== 'string' || this.#cited.has(file)) return;
    this.#cited.add(file);
    out.push({ type: 'data', name: asString(type) ?? 'file_citation', data: annotation });
  }

  #readEnd(type: string, event: JsonRecord, out: Delta[]): void {
    const response = asRecord(event['response']) ?? event;
    this.model(response['model'], out);
    // Ids rotate and indices shift where items are left out: of each type the items stand in the same order.
    const before = [...this.#items];
    for (const value of asArray(response['output']).filter(isRecord)) {
      const itemType = asString(value['type']) ?? '';
      const at = before.findIndex((item) => item.type === itemType);
      const item = before.splice(at, at < 0 ? 0 : 1)[0] ?? this.#addItem(itemType, asString(value['id']), undefined);
      if (!item.isDone) this.#readItem(item, value, out);
    }
    const usage = asRecord(response['usage']);
    if (usage) out.push({ type: 'usage', usage: readUsage(usage) });
    const status = asString(response['status']) ?? type.slice('response.'.length);
    const reason = asString(asRecord(response['incomplete_details'])?.['reason']);
    this.#finishWith(status === 'incomplete' && reason ? `${status}:${reason}` : status, out);
    if (status === 'failed') this.fail(response['error'] ?? this.#failure ?? response, out);
    else this.finish(out);
  }

  /** This API has one word for every good end. */
  #finishWith(rawReason: string, out: Delta[]): void {
    this.closeCalls(out);
    const calls = this.#items.some(({ type }) => type === 'function_call' || type === 'custom_tool_call');
    const reason = rawReason === 'completed' && calls ? 'tool-calls' : finishReasonOf(rawReason);
    out.push({ type: 'finish', reason, rawReason });
  }
}

const WORDS: ReadonlySet<string> = new Set(['delta', 'done']);
const ENDS = [
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
  'response.done',
] as const;

/** Events that bring nothing for a reader, or nothing that does not come again. */
const STATES =
  /^(?:ping|keepalive|response\.(?:in_progress|queued|(?:content_part|reasoning_summary_part)\.added|(?:code_interpreter_call_code|output_audio|audio)\.(?:delta|done)|\w+_(?:call|list_tools)\.(?:in_progress|searching|interpreting|generating|completed|incomplete|failed)))$/;

const partOf = (item: Item, place: string) => `${item.id}/${place}`;
const opaque = (values: JsonRecord): ProviderMetadata => ({ 'openai-responses': values });

function readUsage(usage: JsonRecord): Usage {
  return {
    inputTokens: asNumber(usage['input_tokens']),
    outputTokens: asNumber(usage['output_tokens']),
    totalTokens: asNumber(usage['total_tokens']),
    reasoningTokens: asNumber(asRecord(usage['output_tokens_details'])?.['reasoning_tokens']),
    cachedInputTokens: asNumber(asRecord(usage['input_tokens_details'])?.['cached_tokens']),
  };
}
