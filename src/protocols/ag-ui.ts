/**
 * AG-UI: the events of an agent's run, as `@ag-ui/encoder` writes them.
 * https://docs.ag-ui.com/concepts/events
 *
 * A stream may hold several runs, and say something behind the end of one: the reply is over when the stream is, and
 * complete where every run that began has finished. What was never said to be a run has no end but that of its messages.
 */
import type { Delta, StreamFrame, Usage } from '../model/index.js';
import { createAgUiRequest, NAME } from './ag-ui-request.js';
import { asArray, asNumber, asRecord, asString, isRecord, type JsonRecord } from './json.js';
import { frameValues, JsonDecoder } from './json-decoder.js';
import type { Protocol } from './protocol.js';

export const agUi: Protocol = {
  name: NAME,
  request: createAgUiRequest,
  decoder: () => new AgUiDecoder(),
  matches: (_headers, frame) =>
    frameValues(frame).some((value) => isRecord(value) && EVENT.test(asString(value['type']) ?? '')),
};

/** Every event whose name is nobody else's (`RAW` and `CUSTOM` may be). */
const EVENT =
  /^(?:RUN_(?:STARTED|FINISHED|ERROR)|(?:TEXT_MESSAGE|TOOL_CALL|THINKING|REASONING|STATE|MESSAGES|ACTIVITY|STEP|SUBAGENT)_[A-Z_]+)$/;

type Handler = (event: JsonRecord, out: Delta[]) => void;

class AgUiDecoder extends JsonDecoder {
  protected readonly terminator = 'RUN_FINISHED';
  #hasRuns = false;
  #hasReasoning = false;
  readonly #texts = new Set<string | undefined>();
  /** Messages of somebody else, which an agent may tell again. */
  readonly #foreign = new Set<string>();
  /** What chunks speak of, which name it only when it changes. */
  #message: string | undefined;
  #thought: string | undefined;
  #call: string | undefined;
  readonly #called = new Set<string>();
  /** Opaque values of calls that are not closed yet. */
  readonly #encrypted = new Map<string, unknown>();
  readonly #usage: Record<string, number> = {};

  protected read(event: JsonRecord, _frame: StreamFrame, out: Delta[]): boolean {
    const type = asString(event['type']) ?? '';
    const handler = this.#handlers.get(type);
    handler?.(event, out);
    return handler !== undefined;
  }

  readonly #handlers = new Map<string, Handler>([
    ['RUN_STARTED', (event, out) => this.#startRun(event, out)],
    ['RUN_FINISHED', (event, out) => this.#finishRun(event, out)],
    ['RUN_ERROR', (event, out) => this.#failRun(event, out)],
    ['TEXT_MESSAGE_START', (event) => this.#startMessage(event)],
    ['TEXT_MESSAGE_CONTENT', (event, out) => this.#text(event, out)],
    ['TEXT_MESSAGE_CHUNK', (event, out) => this.#text(event, out)],
    ['TEXT_MESSAGE_END', () => (this.terminated ||= !this.#hasRuns)],
    ['REASONING_MESSAGE_CONTENT', (event, out) => this.#reasoning(event, out)],
    ['REASONING_MESSAGE_CHUNK', (event, out) => this.#reasoning(event, out)],
    ['REASONING_MESSAGE_START', ({ messageId }) => (this.#thought = asString(messageId))],
    ['REASONING_ENCRYPTED_VALUE', (event, out) => this.#encryptedValue(event, out)],
    ['THINKING_TEXT_MESSAGE_CONTENT', (event, out) => this.#reasoning(event, out)],
    // Before it had events for reasoning, TanStack AI told it here; now it tells it twice.
    ['STEP_FINISHED', (event, out) => this.#hasReasoning || this.#say('reasoning', event['delta'], undefined, out)],
    ['TOOL_CALL_START', (event, out) => this.#openCall(event, out)],
    ['TOOL_CALL_ARGS', (event, out) => this.#callArguments(event, out)],
    ['TOOL_CALL_CHUNK', (event, out) => this.#callChunk(event, out)],
    ['TOOL_CALL_END', (event, out) => this.#closeCall(asString(event['toolCallId']), out)],
    ['TOOL_CALL_RESULT', (event, out) => this.#callResult(event, out)],
    ['STATE_SNAPSHOT', ({ snapshot }, out) => data(out, 'state', snapshot)],
    ['STATE_DELTA', ({ delta }, out) => data(out, 'state-delta', delta)],
    ['MESSAGES_SNAPSHOT', ({ messages }, out) => this.#snapshot(asArray(messages), out)],
    ['ACTIVITY_SNAPSHOT', (event, out) => activity(out, event, 'content')],
    ['ACTIVITY_DELTA', (event, out) => activity(out, event, 'patch')],
    ['CUSTOM', ({ name, value }, out) => data(out, asString(name) ?? 'custom', value)],
    ['SUBAGENT_ERROR', ({ message, code }, out) => data(out, 'subagent-error', { message, code })],
    ...SILENT.map((type): [string, Handler] => [type, () => {}]),
  ]);

  #startRun(event: JsonRecord, out: Delta[]): void {
    this.#hasRuns = true;
    this.terminated = false;
    this.#model(event, out);
  }

  #finishRun(event: JsonRecord, out: Delta[]): void {
    this.#model(event, out);
    this.#readUsage(event['usage'], out);
    this.#endRun('RUN_FINISHED', out);
    if (event['result'] !== undefined && event['result'] !== null) data(out, 'result', event['result']);
    for (const interrupt of asArray(asRecord(event['outcome'])?.['interrupts'])) {
      data(out, 'interrupt', interrupt);
      const id = asString(asRecord(interrupt)?.['toolCallId']);
      if (id !== undefined) out.push({ type: 'tool-call-end', id, approval: true });
    }
  }

  #failRun(event: JsonRecord, out: Delta[]): void {
    this.#readUsage(event['usage'], out);
    this.#endRun('RUN_ERROR', out);
    this.fail(asString(event['message']) ?? event, out);
  }

  #endRun(word: string, out: Delta[]): void {
    for (const id of this.#called) this.#closeCall(id, out);
    this.finishReason(word, out);
  }

  /** Not of the protocol; TanStack AI tells it. */
  #model(event: JsonRecord, out: Delta[]): void {
    this.model(event['model'] ?? asRecord(asRecord(event['metadata'])?.['tanstack'])?.['model'], out);
  }

  /** An entry for each model, of each run: a reply has cost them all. */
  #readUsage(usage: unknown, out: Delta[]): void {
    const entries = asArray(usage).filter(isRecord);
    if (entries.length === 0) return;
    const sum = this.#usage;
    for (const entry of entries) {
      for (const key of USAGE_KEYS) {
        const count = asNumber(entry[key]);
        if (count !== undefined) sum[key] = (sum[key] ?? 0) + count;
      }
    }
    out.push({ type: 'usage', usage: { ...(sum as Usage) } });
  }

  #startMessage({ messageId, role }: JsonRecord): void {
    this.#message = asString(messageId);
    if (this.#message !== undefined && role !== undefined && role !== 'assistant') this.#foreign.add(this.#message);
  }

  #text(event: JsonRecord, out: Delta[]): void {
    if (event['messageId'] !== undefined || event['role'] !== undefined) {
      this.#startMessage({ ...event, messageId: event['messageId'] ?? this.#message });
    }
    if (this.#message !== undefined && this.#foreign.has(this.#message)) return;
    this.#texts.add(this.#message);
    this.#say('text', event['delta'], this.#message, out);
  }

  #reasoning({ messageId, delta }: JsonRecord, out: Delta[]): void {
    this.#hasReasoning = true;
    this.#thought = asString(messageId) ?? this.#thought;
    this.#say('reasoning', delta, this.#thought, out);
  }

  #say(type: 'text' | 'reasoning', delta: unknown, part: string | undefined, out: Delta[]): void {
    const text = asString(delta);
    if (text) out.push({ type, text, ...(part !== undefined && { part }) });
  }

  #encryptedValue({ subtype, entityId, encryptedValue }: JsonRecord, out: Delta[]): void {
    const id = asString(entityId) ?? '';
    const providerMetadata = { [NAME]: { encryptedValue } };
    if (subtype === 'tool-call') {
      if (this.#called.has(id) && !this.isOpen(id)) out.push({ type: 'tool-call-end', id, providerMetadata });
      else this.#encrypted.set(id, encryptedValue);
      return;
    }
    if (this.#texts.has(id)) {
      out.push({ type: 'text', text: '', part: id, providerMetadata });
      return;
    }
    // TanStack AI names the step; what it seals is the thought before.
    out.push({ type: 'reasoning', text: '', part: this.#thought ?? id, providerMetadata });
    if (this.#thought !== id) this.#thought = undefined;
  }

  /** Told again under its id, by another run, it is the same call. */
  #openCall({ toolCallId, toolCallName, parentMessageId }: JsonRecord, out: Delta[]): void {
    const id = asString(toolCallId);
    if (id === undefined || this.#called.has(id)) return;
    this.#called.add(id);
    const parent = asString(parentMessageId);
    const own = parent === undefined ? undefined : { [NAME]: { parentMessageId: parent } };
    this.openCall(id, asString(toolCallName) ?? '', out, own);
  }

  #callArguments({ toolCallId, delta }: JsonRecord, out: Delta[]): void {
    const id = asString(toolCallId) ?? '';
    if (this.isOpen(id)) this.callInput(id, delta, out);
  }

  #callChunk(chunk: JsonRecord, out: Delta[]): void {
    const id = asString(chunk['toolCallId']) ?? this.#call;
    if (this.#call !== id) this.#closeCall(this.#call, out);
    this.#call = id;
    this.#openCall({ ...chunk, toolCallId: id }, out);
    this.#callArguments({ ...chunk, toolCallId: id }, out);
  }

  #closeCall(id: string | undefined, out: Delta[]): void {
    if (id === undefined) return;
    const encryptedValue = this.#encrypted.get(id);
    this.closeCall(id, out, encryptedValue === undefined ? undefined : { [NAME]: { encryptedValue } });
  }

  #callResult({ toolCallId, messageId, content }: JsonRecord, out: Delta[]): void {
    const id = asString(toolCallId) ?? '';
    const output = content ?? null;
    this.#closeCall(id, out);
    // Of a call that an earlier reply has made.
    if (!this.#called.has(id)) data(out, 'tool-result', { toolCallId: id, content: output });
    else {
      const own = messageId === undefined ? {} : { providerMetadata: { [NAME]: { messageId } } };
      out.push({ type: 'tool-call-output', id, output, ...own });
    }
  }

  /** The conversation as the agent has it: news only of an agent that has told nothing of its answer in pieces. */
  #snapshot(messages: readonly unknown[], out: Delta[]): void {
    if (this.#texts.size > 0 || this.#called.size > 0) return;
    const thought = this.#hasReasoning;
    const question = messages.findLastIndex((message) => asRecord(message)?.['role'] === 'user');
    for (const message of messages.slice(question + 1).filter(isRecord)) {
      const { id: messageId, role, content, toolCallId } = message;
      if (role === 'tool') this.#callResult({ toolCallId, messageId, content }, out);
      if (role === 'reasoning' && !thought) this.#reasoning({ messageId, delta: content }, out);
      if (role !== 'assistant') continue;
      this.#text({ messageId, delta: content }, out);
      for (const call of asArray(message['toolCalls']).filter(isRecord)) {
        const fn = asRecord(call['function']);
        this.#openCall({ toolCallId: call['id'], toolCallName: fn?.['name'], parentMessageId: messageId }, out);
        this.#callArguments({ toolCallId: call['id'], delta: fn?.['arguments'] }, out);
      }
    }
  }
}

function data(out: Delta[], name: string, value: unknown): void {
  out.push({ type: 'data', name, data: value });
}

function activity(out: Delta[], { messageId, activityType, ...event }: JsonRecord, key: 'content' | 'patch'): void {
  const name = `${asString(activityType) ?? 'activity'}${key === 'patch' ? '-delta' : ''}`;
  const id = key === 'content' ? asString(messageId) : undefined;
  out.push({ type: 'data', name, data: event[key], ...(id !== undefined && { id }) });
}

const USAGE_KEYS = ['inputTokens', 'outputTokens', 'totalTokens', 'reasoningTokens', 'cachedInputTokens'] as const;

/** Known, and nothing in them to read. */
const SILENT = [
  'REASONING_START',
  'REASONING_MESSAGE_END',
  'REASONING_END',
  'THINKING_START',
  'THINKING_TEXT_MESSAGE_START',
  'THINKING_TEXT_MESSAGE_END',
  'THINKING_END',
  'STEP_STARTED',
  'SUBAGENT_STARTED',
  'SUBAGENT_FINISHED',
  'RAW',
];
