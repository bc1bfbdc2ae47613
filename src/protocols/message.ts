/**
 * Small hand-written back ends, the kind that tutorials show, and frameworks that speak alike (LangServe, Dify, Flowise,
 * n8n, llama.cpp's own `/completion`…): `{"message": "…"}` goes out, and what comes back is bare text, or JSON with one
 * obvious key. No end is agreed upon, so a stream that ends cleanly is complete.
 */
import { messageText, type Delta, type Message, type StreamFrame } from '../model/index.js';
import { eventKind, type EventKind } from './event-kind.js';
import { asString, isRecord, parseJson, parseJsonValues, type JsonRecord } from './json.js';
import { JsonDecoder } from './json-decoder.js';
import {
  endsReply,
  failureIn,
  finishReasonIn,
  kindOf,
  reasoningOf,
  sourcesIn,
  textOf,
  usageIn,
} from './message-value.js';
import type { Protocol, ProtocolRequest, RequestOptions } from './protocol.js';

export const message: Protocol = {
  name: 'message',
  request: createRequest,
  decoder: () => new MessageDecoder(),
  matches: (_headers, frame) => modeOf(frame) === 'json',
};

/** The same back ends, answering in nothing but text. */
export const text: Protocol = {
  name: 'text',
  request: createRequest,
  decoder: () => new MessageDecoder(),
  matches: (_headers, frame) => modeOf(frame) === 'bare',
};

function createRequest(messages: readonly Message[], options: RequestOptions): ProtocolRequest {
  const { endpoint, model, system, params, messageKey = 'message' } = options;
  const said = messages.map(({ role, parts }) => ({ role, content: messageText({ parts }) }));
  return {
    url: endpoint,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream, application/x-ndjson, application/json, text/plain',
    },
    body: {
      [messageKey]: said.findLast(({ role }) => role === 'user')?.content ?? '',
      messages: said.filter(({ content }) => content !== ''),
      ...(model ? { model } : {}),
      ...(system ? { system } : {}),
      ...params,
    },
  };
}

/** How a back end writes: JSON values, or text as it is. Undefined for a frame that says nothing of it. */
function modeOf(frame: StreamFrame): 'json' | 'bare' | undefined {
  if (frame.framing === 'text') return 'bare';
  const kind = frame.event === undefined ? 'text' : eventKind(frame.event);
  const values = parseJsonValues(frame.data).flatMap((value) => (Array.isArray(value) ? value : [value]));
  if (values.some((value) => tellsJson(value, frame.event))) return 'json';
  if (kind !== 'text' || frame.framing === 'json' || (frame.text ?? frame.data).trim() === '') return undefined;
  if (isEndMark(frame.data)) return undefined;
  // A torn or unknown value is no text; a number, or a word of JSON that is one of English, too, is a piece of one.
  const value = parseJson(frame.data);
  if (value === undefined) return TORN_JSON.test(frame.data) ? undefined : 'bare';
  const isPiece = value !== null && values.length > 0 && !values.some(isRecord);
  return isPiece ? 'bare' : undefined;
}

/** Whether a value is one that a back end of this kind sends; `undefined` is a line that does not parse. */
function tellsJson(value: unknown, event: string | undefined): boolean {
  if (typeof value === 'string') return !isEndMark(value) && (!event || eventKind(event) === 'text');
  if (!isRecord(value)) return false;
  const kind = kindOf(value, event);
  // Only frameworks of this kind (Dify, Flowise, LangChain) name an event inside of it like this; it may be any of theirs.
  return (
    kind === 'error' ||
    asString(value['event']) !== undefined ||
    (textOf(value, kind) ?? reasoningOf(value)) !== undefined
  );
}

/** `[DONE]` and what others write in its place. */
function isEndMark(value: unknown): boolean {
  return typeof value === 'string' && /^\s*\[(?:DONE|END|STOP|EOS|COMPLETE)\]\s*$/.test(value);
}

const TORN_JSON = /^\s*[{[]\s*["{]/;

class MessageDecoder extends JsonDecoder {
  protected readonly terminator = 'the rest of an event';
  #mode: 'json' | 'bare' | undefined;
  /** JSON, by nothing more than a text in quotes: the first line of a bare text may be one, too. */
  #isDoubtful = false;
  /** White space before the first word, or a first word that looked like torn JSON. */
  #lead = '';
  /** Amid bare text: JSON that would be an end or an error if nothing came behind it. */
  #held: StreamFrame | undefined;
  #said = '';

  override push(frame: StreamFrame): Delta[] {
    const kind = frame.event === undefined ? 'text' : eventKind(frame.event);
    if (frame.event === 'error') return [...this.#release(), ...super.push(frame)];
    const isEnd = kind === 'end' ? !isRecord(parseJson(frame.data)) : frame.framing !== 'text' && isEndMark(frame.data);
    if (isEnd) return this.#end();
    this.#setMode(frame);
    if (this.#mode === 'json' ? !isQuoted(frame) : this.#mode === undefined || kind === 'end') return this.#json(frame);
    if (kind === 'text' || kind === 'reasoning') {
      return this.#mode === 'bare' ? this.#bare(frame, kind) : this.#quoted(frame, kind);
    }
    if (frame.data !== '' && kind !== 'ping') this.unknownFrames++;
    return [];
  }

  override end(): Delta[] {
    const held = this.#held;
    this.#held = undefined;
    return [...(held ? super.push(held) : []), ...super.end()];
  }

  /** The back end says that it is done; a reply without a word is one, too. */
  #end(): Delta[] {
    this.terminated = true;
    return this.end();
  }

  #setMode(frame: StreamFrame): void {
    if (this.#isDoubtful && !isQuoted(frame) && modeOf(frame) === 'bare') this.#mode = undefined;
    if (this.#mode) return;
    this.#mode = modeOf(frame);
    this.#isDoubtful = this.#mode === 'json' && isQuoted(frame);
  }

  #json(frame: StreamFrame): Delta[] {
    const out = this.#release();
    // What may yet turn out to be the beginning of a text.
    if (!this.#mode && parseJson(frame.data) === undefined) this.#lead += frame.text ?? frame.data;
    out.push(...super.push(frame));
    // No end is needed, but half an event is none.
    if (frame.unterminated && parseJsonValues(frame.data).includes(undefined)) this.terminated = false;
    return out;
  }

  #quoted(frame: StreamFrame, kind: 'text' | 'reasoning'): Delta[] {
    const out: Delta[] = [];
    for (const value of parseJsonValues(frame.data)) {
      if (isEndMark(value)) return [...out, ...this.#end()];
      if (typeof value === 'string') this.#say(value, out, kind);
      else this.malformedFrames++;
    }
    return out;
  }

  #bare(frame: StreamFrame, kind: 'text' | 'reasoning'): Delta[] {
    const out = this.#release();
    if (isLastWord(frame)) this.#held = frame;
    else this.#say(this.#lead + (frame.text ?? frame.data), out, kind);
    this.#lead = '';
    return out;
  }

  /** What was held back was text after all. */
  #release(): Delta[] {
    const out: Delta[] = [];
    if (this.#held) this.#say(this.#held.text ?? this.#held.data, out);
    this.#held = undefined;
    return out;
  }

  protected read(value: JsonRecord, frame: StreamFrame, out: Delta[]): boolean {
    const kind = kindOf(value, frame.event);
    if (kind === 'error' || value['error']) {
      this.fail(failureIn(value), out);
      return true;
    }
    this.model(value['model'], out);
    const reasoning = kind === 'other' ? undefined : reasoningOf(value);
    if (reasoning) this.#say(reasoning, out, 'reasoning');
    const isLast = endsReply(value, kind);
    const words = textOf(value, kind);
    if (words !== undefined && !this.#isRepeated(words, kind, isLast)) {
      this.#say(words, out, kind === 'reasoning' ? 'reasoning' : 'text');
    }
    for (const { url, title } of sourcesIn(value)) this.source(url, title, out);
    const usage = usageIn(value);
    if (usage) out.push({ type: 'usage', usage });
    const rawReason = finishReasonIn(value);
    if (rawReason) this.finishReason(rawReason, out);
    const isKnown = out.length > 0 || words !== undefined || isLast || kind === 'ping' || 'done' in value;
    if (isKnown) this.terminated = true;
    if (isLast) this.finish(out);
    return isKnown;
  }

  /** Last events, and those of a kind of their own, like to say the whole answer once more. */
  #isRepeated(words: string, kind: EventKind | undefined, isLast: boolean): boolean {
    if (this.#said === '') return isEndMark(words);
    if (kind === 'end' || kind === 'whole') return true;
    return words === this.#said && (isLast || (kind !== undefined && words.length > MAX_PIECE));
  }

  #say(words: string, out: Delta[], type: 'text' | 'reasoning' = 'text'): void {
    // A clean end is all the end there is.
    this.recognised = this.terminated = true;
    if (type === 'text') this.#said += words;
    if (words) out.push({ type, text: words });
  }
}

/** Longer than a piece that is the same as the one before it. */
const MAX_PIECE = 40;

function isQuoted({ data }: StreamFrame): boolean {
  return data.trimStart().startsWith('"') && typeof parseJsonValues(data)[0] === 'string';
}

/** Whether a piece of bare text is JSON that would end the reply. */
function isLastWord({ data, framing }: StreamFrame): boolean {
  if (framing === 'text' || !data.startsWith('{')) return false;
  const value = parseJson(data);
  return isRecord(value) && (Boolean(value['error']) || endsReply(value, kindOf(value)));
}
