/**
 * What the decoders of JSON formats have in common: frames → JSON values, what is counted, tool calls that have to be
 * closed, sources that are told once, and how a reply ends. A format's own decoder says what one value means.
 */
import { ChatError, type Delta, type ProviderMetadata, type StreamFrame } from '../model/index.js';
import { finishReasonOf } from './finish-reason.js';
import { asArray, asNumber, asRecord, asString, DONE, isRecord, parseJsonValues, stringifyJson } from './json.js';
import type { JsonRecord } from './json.js';
import type { Decoder } from './protocol.js';

export abstract class JsonDecoder implements Decoder {
  malformedFrames = 0;
  unknownFrames = 0;
  /** A value of this format has been read. */
  protected recognised = false;
  /** The format's own end has been seen (a finish reason, a closing event); `[DONE]` counts for every format. */
  protected terminated = false;
  /** What the format's own end is, in the words of an error message. */
  protected abstract readonly terminator: string;
  /** The last delta has been handed out. */
  #over = false;
  #failure: unknown;
  #model = '';
  #lastData = '';
  readonly #calls = new Set<string>();
  /** The input of calls that take plain text, as far as it came. */
  readonly #plainInputs = new Map<string, string>();
  readonly #sources = new Set<string>();

  /** Reads one value into deltas; false for one of a kind that the format does not know. */
  protected abstract read(value: JsonRecord, frame: StreamFrame, out: Delta[]): boolean;

  push(frame: StreamFrame): Delta[] {
    const out: Delta[] = [];
    if (this.#over) return out;
    const values = frameValues(frame);
    if (values.length > 0) this.#lastData = frame.data || frame.stray || '';
    // A frame that the end of the stream tore apart is not malformed: it is the interruption itself.
    if (values.includes(undefined) && !frame.unterminated && frame.event !== 'error') this.malformedFrames++;
    for (const value of values) {
      if (this.#over) break;
      if (value === DONE) this.finish(out);
      else if (isRecord(value) && this.read(value, frame, out)) this.recognised = true;
      else if (frame.event === 'error') this.fail(asRecord(value)?.['error'] ?? value ?? frame.data, out);
      else if (isRecord(value) && value['error']) this.fail(value['error'], out);
      else if (value !== undefined) this.unknownFrames++;
    }
    return out;
  }

  end(): Delta[] {
    if (this.#over) return [];
    const out: Delta[] = [];
    if (this.terminated || this.#failure !== undefined) this.finish(out);
    else out.push({ type: 'error', error: this.#missingEnd() });
    // A connection that was lost may be taken up again.
    this.#over = false;
    return out;
  }

  /** The reply is complete. A server may keep the connection open behind its last word, so this is the end at once. */
  protected finish(out: Delta[]): void {
    if (this.#failure !== undefined) {
      this.fail(this.#failure, out);
      return;
    }
    this.closeCalls(out);
    out.push({ type: 'end' });
    this.#over = true;
  }

  /** The endpoint reports an error: with it the reply is over. What was open stays unfinished. */
  protected fail(error: unknown, out: Delta[]): void {
    out.push({ type: 'error', error: error instanceof ChatError ? error : readError(error) });
    this.#over = true;
  }

  /** The endpoint reports an error and goes on to close the reply in due form; where that ends, it has failed. */
  protected failAtEnd(error: unknown): void {
    this.#failure = error ?? '';
  }

  /** The provider's word on why it ended; more may follow (usage). */
  protected finishReason(rawReason: string, out: Delta[]): void {
    this.terminated = true;
    this.closeCalls(out);
    out.push({ type: 'finish', reason: finishReasonOf(rawReason), rawReason });
  }

  protected model(value: unknown, out: Delta[]): void {
    const model = asString(value);
    if (!model || model === this.#model) return;
    this.#model = model;
    out.push({ type: 'metadata', model });
  }

  /** A source; told again it is the same one. */
  protected source(address: unknown, title: unknown, out: Delta[]): void {
    const url = asString(address);
    if (!url || this.#sources.has(url)) return;
    this.#sources.add(url);
    out.push({ type: 'source', url, title: asString(title) || undefined });
  }

  protected openCall(id: string, name: string, out: Delta[], providerMetadata?: ProviderMetadata): void {
    this.#calls.add(id);
    out.push({ type: 'tool-call-start', id, name, ...(providerMetadata && { providerMetadata }) });
  }

  /** A piece of a call's arguments: JSON text, or from servers that do not stream them the value. */
  protected callInput(id: string, input: unknown, out: Delta[]): void {
    const text = asString(input) ?? (isRecord(input) ? stringifyJson(input) : undefined);
    if (text) out.push({ type: 'tool-call-input', id, text });
  }

  /** A piece of the input of a tool that takes plain text. */
  protected callText(id: string, text: string, out: Delta[]): void {
    this.#plainInputs.set(id, (this.#plainInputs.get(id) ?? '') + text);
    this.callInput(id, text, out);
  }

  protected closeCall(id: string, out: Delta[], providerMetadata?: ProviderMetadata): void {
    if (!this.#calls.delete(id)) return;
    const input = this.#plainInputs.get(id);
    const known = { ...(input !== undefined && { input }), ...(providerMetadata && { providerMetadata }) };
    out.push({ type: 'tool-call-end', id, ...known });
  }

  protected closeCalls(out: Delta[]): void {
    for (const id of this.#calls) this.closeCall(id, out);
  }

  protected isOpen(id: string): boolean {
    return this.#calls.has(id);
  }

  #missingEnd(): ChatError {
    if (this.recognised) {
      return new ChatError('interrupted', `expected ${this.terminator} before the end of the stream, got neither`);
    }
    if (this.#lastData === '') return new ChatError('empty', 'expected a stream of events, got none');
    return new ChatError(
      'unexpected-content',
      `expected a reply in a known format, got ${this.#lastData.slice(0, 80)}`,
    );
  }
}

/** What a frame holds: its data's values, and an error that stands as JSON between the events. */
export function frameValues(frame: StreamFrame): unknown[] {
  const values = parseJsonValues(frame.data).flatMap((value) => (Array.isArray(value) ? value : [value]));
  if (!frame.stray) return values;
  // `error: {…}`, or the lines of an error object on their own.
  const strays = parseJsonValues(frame.stray.replace(/^error:/, '')).flatMap((value) => asArray(value).concat(value));
  const failure = strays.find(
    (value) => isRecord(value) && ('error' in value || ('message' in value && 'code' in value)),
  );
  return failure === undefined ? values : [{ error: asRecord(failure)?.['error'] ?? failure }, ...values];
}

/** An error as a provider reports it, in any of their shapes. */
export function readError(error: unknown): ChatError {
  const record = asRecord(error);
  const inner = asRecord(record?.['error']) ?? record;
  const detail =
    asString(error) ?? asString(inner?.['message']) ?? asString(record?.['error']) ?? stringifyJson(error) ?? '';
  return new ChatError(
    'provider',
    `expected the rest of the reply, got an error from the endpoint: ${detail.slice(0, 300)}`,
    { status: asNumber(inner?.['status_code']) ?? statusOf(inner), detail, cause: error },
  );
}

/** What the status of an answer would have been that had not begun: of what may have passed at the next try. */
const STATUSES: ReadonlyMap<unknown, number> = new Map([
  ['overloaded_error', 529],
  ['api_error', 500],
  ['timeout_error', 504],
  ['rate_limit_error', 429],
  ['rate_limit_exceeded', 429],
  ['server_error', 500],
  ['server_is_overloaded', 503],
]);

function statusOf(error: JsonRecord | undefined): number | undefined {
  const { code, type } = error ?? {};
  if (typeof code === 'string' && /^[45]\d\d$/.test(code)) return Number(code);
  return asNumber(code) ?? STATUSES.get(code) ?? STATUSES.get(type);
}
