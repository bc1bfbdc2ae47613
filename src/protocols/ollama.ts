/**
 * Ollama's own API: an object a line, `/api/chat` with `message` and `/api/generate` with `response`. Tool arguments are objects.
 * `/api/generate` knows no messages: what was said before is the `context` that came with the last answer.
 * https://docs.ollama.com/api/chat · https://docs.ollama.com/api/streaming
 */
import { messageText, type Delta, type Message, type MessagePart, type StreamFrame } from '../model/index.js';
import { readDataUrl } from './data-url.js';
import { asArray, asNumber, asRecord, asString, isRecord, type JsonRecord } from './json.js';
import { frameValues, JsonDecoder } from './json-decoder.js';
import { isAnswered, joinQuestions, joinTexts, jsonRequest, outputText, rounds, textOf } from './openai-request.js';
import type { Protocol, ProtocolRequest, RequestOptions } from './protocol.js';

const NAME = 'ollama';

export const ollama: Protocol = {
  name: NAME,
  request: createRequest,
  decoder: () => new OllamaDecoder(),
  matches: (_headers, frame) => frameValues(frame).some((value) => isLine(value) && typeof value['done'] === 'boolean'),
};

function createRequest(messages: readonly Message[], options: RequestOptions): ProtocolRequest {
  const { endpoint, system } = options;
  const said = GENERATE.test(endpoint) ? toPrompt(messages, system) : { messages: toMessages(messages, system) };
  return jsonRequest(options, said);
}

const GENERATE = /\/api\/generate\/?(?:[?#]|$)/;

function toPrompt(messages: readonly Message[], system: string | undefined): JsonRecord {
  const question = messages.findLast(({ role }) => role === 'user');
  const context = messages
    .flatMap(({ parts }) => parts.map((part) => part.providerMetadata?.[NAME]?.['context']))
    .findLast((value) => value !== undefined);
  return {
    ...(system ? { system } : {}),
    prompt: question ? messageText(question) : '',
    ...toImages(question?.parts ?? []),
    ...(context === undefined ? {} : { context }),
  };
}

function toMessages(messages: readonly Message[], system: string | undefined): JsonRecord[] {
  const instructions = system ? [{ role: 'system', content: system }] : [];
  return [...instructions, ...joinQuestions(messages.flatMap(toWire), joinMessages)];
}

function joinMessages(before: JsonRecord, next: JsonRecord): JsonRecord {
  const images = [...asArray(before['images']), ...asArray(next['images'])];
  const content = joinTexts(before['content'], next['content']);
  return { role: 'user', content, ...(images.length > 0 && { images }) };
}

function toWire(message: Message): JsonRecord[] {
  const { role, parts } = message;
  if (role === 'assistant') return rounds(parts).flatMap(roundToWire);
  return [{ role, content: messageText(message), ...toImages(parts) }];
}

/** A round of an answer; none where it has nothing to say. */
function roundToWire(parts: readonly MessagePart[]): JsonRecord[] {
  const content = textOf(parts, 'text') || textOf(parts, 'refusal');
  const calls = parts.filter(isAnswered);
  if (!content && calls.length === 0) return [];
  // What was thought before a call helps to go on from its result; before an answer it is history.
  const thinking = calls.length > 0 && textOf(parts, 'reasoning');
  return [
    {
      role: 'assistant',
      content,
      ...(thinking && { thinking }),
      ...(calls.length > 0 && {
        tool_calls: calls.map(({ id, name, input }) => ({ id, function: { name, arguments: asRecord(input) ?? {} } })),
      }),
    },
    ...calls.map((call) => ({
      role: 'tool',
      tool_name: call.name,
      tool_call_id: call.id,
      content: outputText(call),
    })),
  ];
}

function toImages(parts: readonly MessagePart[]): JsonRecord {
  const images = parts.flatMap((part) => (part.type === 'file' ? (readDataUrl(part.url)?.data ?? []) : []));
  return images.length > 0 ? { images } : {};
}

function isLine(value: unknown): value is JsonRecord {
  return isRecord(value) && (isRecord(value['message']) || typeof value['response'] === 'string');
}

class OllamaDecoder extends JsonDecoder {
  protected readonly terminator = '"done": true';
  #calls = 0;

  protected read(line: JsonRecord, _frame: StreamFrame, out: Delta[]): boolean {
    if (!isLine(line)) return false;
    this.model(line['model'], out);
    const said = asRecord(line['message']) ?? line;
    const reasoning = asString(said['thinking']);
    if (reasoning) out.push({ type: 'reasoning', text: reasoning });
    const text = asString(said['content']) ?? asString(line['response']);
    if (text) out.push({ type: 'text', text });
    for (const image of [...asArray(said['images']), line['image']]) readImage(asString(image), out);
    for (const call of asArray(said['tool_calls'])) if (isRecord(call)) this.#readCall(call, out);
    if (line['done'] === true) this.#readEnd(line, out);
    if (line['error']) this.fail(line['error'], out);
    return true;
  }

  #readCall(call: JsonRecord, out: Delta[]): void {
    const { name, arguments: input } = asRecord(call['function']) ?? {};
    const id = asString(call['id']) || `call-${this.#calls++}`;
    this.openCall(id, asString(name) ?? '', out);
    this.callInput(id, input, out);
    this.closeCall(id, out);
  }

  #readEnd(line: JsonRecord, out: Delta[]): void {
    const inputTokens = asNumber(line['prompt_eval_count']);
    const outputTokens = asNumber(line['eval_count']);
    if (inputTokens !== undefined || outputTokens !== undefined) {
      out.push({ type: 'usage', usage: { inputTokens, outputTokens } });
    }
    const context = asArray(line['context']);
    if (context.length > 0) out.push({ type: 'text', text: '', providerMetadata: { [NAME]: { context } } });
    const rawReason = asString(line['done_reason']);
    if (rawReason) this.finishReason(rawReason, out);
    // Older servers give no reason.
    this.terminated = true;
  }
}

/** Base64 without its type, which the first characters tell. */
function readImage(data: string | undefined, out: Delta[]): void {
  if (!data) return;
  const mediaType = IMAGE_TYPES.find(([start]) => data.startsWith(start))?.[1] ?? 'image/png';
  out.push({ type: 'file', mediaType, url: `data:${mediaType};base64,${data}` });
}

const IMAGE_TYPES: readonly [string, string][] = [
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
];
