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
  statusKind,
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

/** What an event is that holds no object, by its name. */
function kindOfWords(event: string | undefined): EventKind {
  if (event === undefined) return 'text';
  // Before the first event of another format.
  if (/^(?:endpoint|handshake|hello|welcome)$/i.test(event)) return 'other';
  // Of a text that has no other name they are the pieces; objects of these names are often no pieces.
  return /^(?:add|partial)$/i.test(event) ? 'unknown' : eventKind(event);
}

const WORDS: readonly EventKind[] = ['text', 'reasoning', 'unknown'];

/** How a back end writes: JSON values, or text as it is. Undefined for a frame that says nothing of it. */
function modeOf(frame: StreamFrame, kind = kindOfWords(frame.event)): 'json' | 'bare' | undefined {
  if (frame.framing === 'text') return 'bare';
  const values = parseJsonValues(frame.data).flatMap((value) => (Array.isArray(value) ? value : [value]));
  if (values.some((value) => tellsJson(value, frame.event, kind))) return 'json';
  if (!WORDS.includes(kind) || frame.framing === 'json' || (frame.text ?? frame.data).trim() === '') return undefined;
  if (isEndMark(frame.data)) return undefined;
  // A torn or unknown value is no text; a number, or a word of JSON that is one of English, too, is a piece of one.
  const value = parseJson(frame.data);
  if (value === undefined) return TORN_JSON.test(frame.data) ? undefined : 'bare';
  const isPiece = value !== null && values.length > 0 && !values.some(isRecord);
  return isPiece ? 'bare' : undefined;
}

/** Whether a value is one that a back end of this kind sends; `undefined` is a line that does not parse. */
function tellsJson(value: unknown, event: string | undefined, kindOfName: EventKind): boolean {
  if (typeof value === 'string') return !isEndMark(value) && WORDS.includes(kindOfName);
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
  /** Text under a name that tells nothing: it is the answer if all that comes has this name. */
  #unnamed: StreamFrame | undefined;
  #textName: string | undefined;
  /** Amid bare text: JSON that would be an end or an error if nothing came behind it. */
  #held: StreamFrame | undefined;
  #said = '';
  #pieces = 0;

  override push(frame: StreamFrame): Delta[] {
    let kind = kindOfWords(frame.event);
    if (kind === 'unknown') {
      kind = frame.event === this.#textName ? 'text' : 'other';
      if (kind === 'other' && !this.#mode && isWords(frame)) return this.#guess(frame);
    }
    if (frame.event === 'error') return [...this.#settle(), ...this.#release(), ...super.push(frame)];
    const isEnd = kind === 'end' ? !isRecord(parseJson(frame.data)) : frame.framing !== 'text' && isEndMark(frame.data);
    if (isEnd) return this.#end();
    this.#setMode(frame, kind);
    const isJson = this.#mode === undefined ? kind === 'text' || !isWords(frame) : kind === 'end';
    if (this.#mode === 'json' ? !isQuoted(frame) : isJson) return this.#json(frame, kind);
    if (kind === 'text' || kind === 'reasoning') {
      return this.#mode === 'bare' ? this.#bare(frame, kind) : this.#quoted(frame, kind);
    }
    if (frame.data !== '' && kind !== 'ping') this.unknownFrames++;
    return [];
  }

  override end(): Delta[] {
    const out = this.#settle();
    const held = this.#held;
    this.#held = undefined;
    return [...out, ...(held ? super.push(held) : []), ...super.end()];
  }

  /** A second one of the same name makes the first a text. */
  #guess(frame: StreamFrame): Delta[] {
    if (this.#unnamed?.event === frame.event) return [...this.#settle(), ...this.push(frame)];
    if (this.#unnamed) this.unknownFrames++;
    this.#unnamed = frame;
    return [];
  }

  /** What came under a name that tells nothing is the answer: there was no other. */
  #settle(): Delta[] {
    const frame = this.#unnamed;
    this.#unnamed = undefined;
    if (!frame) return [];
    this.#textName = frame.event;
    return this.push(frame);
  }

  /** The back end says that it is done; a reply without a word is one, too. */
  #end(): Delta[] {
    this.terminated = true;
    return this.end();
  }

  #setMode(frame: StreamFrame, kind: EventKind): void {
    if (this.#isDoubtful && !isQuoted(frame) && modeOf(frame, kind) === 'bare') this.#mode = undefined;
    if (this.#mode) return;
    this.#mode = modeOf(frame, kind);
    if (this.#mode && this.#unnamed) {
      this.#unnamed = undefined;
      this.unknownFrames++;
    }
    this.#isDoubtful = this.#mode === 'json' && isQuoted(frame);
  }

  #json(frame: StreamFrame, kind: EventKind): Delta[] {
    const out = this.#release();
    // What may yet turn out to be the beginning of a text.
    if (!this.#mode && kind === 'text' && (parseJson(frame.data) ?? undefined) === undefined) {
      this.#lead += frame.text ?? frame.data;
    }
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
    const words = textOf(value, kind);
    const isMark = kind !== 'reasoning' && isEndMark(words);
    const isLast = isMark || endsReply(value, kind);
    if (words !== undefined && !isMark && !this.#isRepeated(words, kind, isLast || statusKind(value) === 'end')) {
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
    if (this.#said === '') return false;
    if (kind === 'whole') return true;
    const isLong = words.length > MAX_PIECE;
    if (!isLast) return words === this.#said && isLong && kind !== undefined;
    return opening(words) === opening(this.#said) && (isLong || this.#pieces > 1 || kind === 'end');
  }

  #say(words: string, out: Delta[], type: 'text' | 'reasoning' = 'text'): void {
    // A clean end is all the end there is.
    this.recognised = this.terminated = true;
    if (type === 'text') {
      this.#said += words;
      if (words) this.#pieces++;
    }
    if (words) out.push({ type, text: words });
  }
}

/** Longer than a piece that is the same as the one before it. */
const MAX_PIECE = 40;

/** Enough of a text to know it again; of a short one all. */
function opening(words: string): string {
  return words.trim().slice(0, MAX_PIECE);
}

/** Whether a frame holds words, whatever its name; no object, and nothing torn. */
function isWords(frame: StreamFrame): boolean {
  const isObject = parseJsonValues(frame.data).some((value) => isRecord(value) || Array.isArray(value));
  return !isObject && modeOf(frame, 'unknown') !== undefined;
}

function isQuoted({ data }: StreamFrame): boolean {
  return data.trimStart().startsWith('"') && typeof parseJsonValues(data)[0] === 'string';
}

/** Whether a piece of bare text is JSON that would end the reply. */
function isLastWord({ data, framing }: StreamFrame): boolean {
  if (framing === 'text' || !data.startsWith('{')) return false;
  const value = parseJson(data);
  return isRecord(value) && (Boolean(value['error']) || endsReply(value, kindOf(value)));
}
