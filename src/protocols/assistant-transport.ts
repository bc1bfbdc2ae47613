/**
 * assistant-ui's transport: parts that open and close at a path, and what is written into them. A back end may also change
 * a state of its own; what that means only the page knows, so its operations are handed on as data.
 * https://www.assistant-ui.com/docs/runtimes/custom/assistant-transport
 */
import type { Delta, Message, Usage } from '../model/index.js';
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
import type { Protocol, ProtocolRequest, RequestOptions } from './protocol.js';

export const assistantTransport: Protocol = {
  name: 'assistant-transport',
  request: createRequest,
  decoder: () => new AssistantTransportDecoder(),
  matches: (_headers, frame) => parseJsonValues(frame.data).some((value) => isRecord(value) && isOwn(value)),
};

/** The back end keeps the conversation: what travels is what the person did since its last reply. */
function createRequest(messages: readonly Message[], options: RequestOptions): ProtocolRequest {
  const { endpoint, system, params } = options;
  const last = messages.findLastIndex(({ role }) => role === 'assistant');
  const calls = (messages[last]?.parts ?? []).filter((part) => part.type === 'tool-call');
  return {
    url: endpoint,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: {
      state: null,
      commands: [
        // Results that the back end gave itself it knows.
        ...calls
          .filter(({ output, providerMetadata }) => output !== undefined && !providerMetadata?.['assistant-transport'])
          .map(({ id, name, output, error }) => ({
            type: 'add-tool-result',
            toolCallId: id,
            toolName: name,
            result: output,
            isError: error !== undefined,
          })),
        ...messages
          .slice(last + 1)
          .filter(({ role }) => role === 'user')
          .map(({ parts }) => ({
            type: 'add-message',
            message: {
              role: 'user',
              parts: parts.flatMap((part): JsonRecord[] => {
                if (part.type === 'text') return [{ type: 'text', text: part.text }];
                return part.type === 'file' && part.url ? [{ type: 'image', image: part.url }] : [];
              }),
            },
          })),
      ],
      ...(system ? { system } : {}),
      ...params,
    },
  };
}

/** Events that may come first, by what tells them from other formats' of that type. */
const FIRST: ReadonlyMap<unknown, (value: JsonRecord) => boolean> = new Map([
  ['step-start', (value) => asString(value['messageId']) !== undefined],
  ['part-start', (value) => isRecord(value['part'])],
  ['text-delta', (value) => asString(value['textDelta']) !== undefined && Array.isArray(value['path'])],
  ['update-state', (value) => Array.isArray(value['operations'])],
  ['error', (value) => asString(value['error']) !== undefined && Array.isArray(value['path'])],
]);

const isOwn = (value: JsonRecord) => FIRST.get(value['type'])?.(value) === true;

/** What is open at a path. */
interface Part {
  type: string;
  id: string;
}

class AssistantTransportDecoder extends JsonDecoder {
  protected readonly terminator = 'a finish or [DONE]';
  readonly #parts = new Map<string, Part>();
  #count = 0;
  #usage: Usage = {};

  readonly #events = new Map<unknown, (value: JsonRecord, out: Delta[]) => boolean | void>([
    ['step-start', () => {}],
    ['part-start', (value, out) => this.#start(asRecord(value['part']) ?? {}, out)],
    ['text-delta', (value, out) => this.#text(this.#partOf(value), value['textDelta'], out)],
    ['tool-call-args-text-finish', (value, out) => this.#close(value, out)],
    ['part-finish', (value, out) => this.#close(value, out)],
    ['result', (value, out) => this.#result(value, out)],
    ['step-finish', (value, out) => this.#finish(value, true, out)],
    ['message-finish', (value, out) => this.#finish(value, false, out)],
    ['data', ({ data }, out) => void out.push({ type: 'data', name: 'data', data })],
    ['annotations', ({ annotations: data }, out) => void out.push({ type: 'data', name: 'annotations', data })],
    ['update-state', ({ operations: data }, out) => void out.push({ type: 'data', name: 'update-state', data })],
    ['error', (value, out) => this.#error(value, out)],
  ]);

  protected read(value: JsonRecord, _frame: unknown, out: Delta[]): boolean {
    const event = this.#events.get(value['type']);
    return event !== undefined && event(value, out) !== false;
  }

  /** The parts of a message are numbered as they open. */
  #start(part: JsonRecord, out: Delta[]): boolean {
    const index = String(this.#count++);
    const type = asString(part['type']) ?? '';
    const id = (type === 'tool-call' && asString(part['toolCallId'])) || index;
    this.#parts.set(index, { type, id });
    if (type === 'tool-call') this.openCall(id, asString(part['toolName']) ?? '', out);
    else if (type === 'source') this.source(part['url'], part['title'], out);
    else if (type === 'data') out.push({ type, name: asString(part['name']) ?? type, data: part['data'] });
    else if (type === 'file') {
      const mediaType = asString(part['mimeType']) ?? 'application/octet-stream';
      const data = asString(part['data']) ?? '';
      out.push({ type, mediaType, url: /^\w+:/.test(data) ? data : `data:${mediaType};base64,${data}` });
    } else return type === 'text' || type === 'reasoning';
    return true;
  }

  #partOf(value: JsonRecord): Part | undefined {
    return this.#parts.get(asArray(value['path']).join('.'));
  }

  #text(part: Part | undefined, value: unknown, out: Delta[]): boolean {
    const text = asString(value);
    if (!part || text === undefined) return false;
    const { type, id } = part;
    if (type === 'tool-call') this.callInput(id, text, out);
    else if (text && (type === 'text' || type === 'reasoning')) out.push({ type, text, part: id });
    return true;
  }

  #close(value: JsonRecord, out: Delta[]): void {
    const part = this.#partOf(value);
    if (part?.type === 'tool-call') this.closeCall(part.id, out);
  }

  /** May come before the arguments are said to be whole. */
  #result(value: JsonRecord, out: Delta[]): boolean {
    const part = this.#partOf(value);
    if (part?.type !== 'tool-call') return false;
    this.#close(value, out);
    const output = value['result'];
    const error = asString(output) || stringifyJson(output) || 'error';
    out.push({
      type: 'tool-call-output',
      id: part.id,
      output,
      ...(value['isError'] === true && { error }),
      providerMetadata: { 'assistant-transport': { answered: true } },
    });
    return true;
  }

  #finish(value: JsonRecord, isStep: boolean, out: Delta[]): void {
    const usage = asRecord(value['usage']);
    if (usage) {
      // A step reports itself, the message the whole.
      const count = (name: 'inputTokens' | 'outputTokens') => {
        const tokens = asNumber(usage[name]);
        return isStep && tokens !== undefined ? tokens + (this.#usage[name] ?? 0) : tokens;
      };
      this.#usage = { inputTokens: count('inputTokens'), outputTokens: count('outputTokens') };
      out.push({ type: 'usage', usage: this.#usage });
    }
    const reason = asString(value['finishReason']);
    // Another step follows.
    if (value['isContinued'] === true) this.terminated = false;
    else if (reason) this.finishReason(reason, out);
  }

  #error(value: JsonRecord, out: Delta[]): void {
    const isNotice = value['severity'] === 'warning' || value['severity'] === 'info';
    if (isNotice) out.push({ type: 'data', name: 'notice', data: value });
    else this.fail(value, out);
  }
}
