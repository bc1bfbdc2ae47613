/**
 * A response → frames, in whatever framing its body is: told by the content type where that is to be believed, else by
 * the first characters, since half the servers of this field call their streams something else.
 */
import { ChatError, type StreamFrame } from '../model/index.js';
import { JsonArrayParser } from './json-array-parser.js';
import { NdjsonParser } from './ndjson-parser.js';
import { discard, MAX_HEAD, mediaType, readText, withoutQuery } from './read-text.js';
import type { ReplyTimer } from './reply-timer.js';
import { MAX_EVENT_LENGTH, SseParser } from './sse-parser.js';
import { statusError } from './status-error.js';
import { nextTask, TimeSlice } from './time-slice.js';

export interface ReadFramesOptions {
  signal?: AbortSignal;
  /** Characters one event may hold. Default 16 Mi. */
  maxEventLength?: number;
  /** Ends the wait for what does not come. Default: no limit. */
  timer?: ReplyTimer;
  /** What calls itself text is asked to be nothing but that, whatever it looks like. Default false. */
  isPlainText?: boolean;
}

/** What all framings have in common: text in, cut anywhere; frames out. */
interface FrameParser {
  push(text: string): StreamFrame[];
  end(): StreamFrame[];
}

/**
 * The frames of a response, as they arrive. Throws a `ChatError` for an answer that is no reply, and whatever the body's
 * reader throws when the connection breaks. Leaving the loop early cancels the body.
 */
export async function* readFrames(
  response: Response,
  { signal, maxEventLength = MAX_EVENT_LENGTH, timer, isPlainText = false }: ReadFramesOptions = {},
): AsyncGenerator<StreamFrame> {
  if (!response.ok) throw await statusError(response, signal, timer);
  const type = mediaType(response.headers);
  if (BINARY.test(type)) {
    discard(response);
    throw unexpectedContent(response, type);
  }
  if (!response.body && !isJson(type)) {
    throw new ChatError('empty', 'expected a stream of events, got an answer without a body');
  }
  const parsers: Readonly<Record<Framing, () => FrameParser>> = {
    sse: () => new SseParser(maxEventLength),
    ndjson: () => new NdjsonParser(maxEventLength),
    json: () => new JsonArrayParser(maxEventLength),
    line: () => new LineParser(maxEventLength),
    text: () => new TextPieces(),
  };
  const told = framingOfHeaders(type, response.headers, isPlainText);
  let parser: FrameParser | undefined = told && parsers[told]();
  let head = '';
  const feed = function* (text: string, ended: boolean): Generator<StreamFrame> {
    let piece = text;
    if (!parser) {
      head += text;
      const framing = framingOfText(head, type, ended);
      if (!framing) return;
      if (framing === 'foreign') throw unexpectedContent(response, type, head);
      parser = parsers[framing]();
      piece = head;
    }
    yield* parser.push(piece);
    if (ended) yield* parser.end();
  };
  const slice = new TimeSlice();
  for await (const text of readText(response.body, signal, timer)) {
    slice.begin();
    for (const frame of feed(text, false)) {
      timer?.begin();
      yield frame;
      if (!slice.isOver()) continue;
      await nextTask();
      slice.begin();
    }
  }
  yield* feed('', true);
}

type Framing = 'sse' | 'ndjson' | 'json' | 'line' | 'text';

/** What the headers say, where they can be believed. */
function framingOfHeaders(type: string, headers: Headers, isPlain: boolean): Framing | undefined {
  if (isPlain && type.startsWith('text/') && type !== 'text/event-stream') return 'text';
  return headers.get('x-vercel-ai-data-stream') === 'v1' ? 'line' : undefined;
}

/** What the first characters say; undefined while they say nothing yet. */
function framingOfText(head: string, type: string, ended: boolean): Framing | 'foreign' | undefined {
  // A text may begin with a colon; only an event stream has fields behind such lines.
  const start = head.trimStart().replace(/^(?::[^\r\n]*[\r\n]+)+/, '');
  const decided = ended || head.length > MAX_HEAD;
  const isEvents = type === 'text/event-stream';
  if (start === '' && ended) return isEvents || head.trim() !== '' ? 'sse' : 'json';
  // Comments that fill a proxy's buffer, so that the events are passed on.
  if (isEvents && decided && /^(?::|$)/.test(start)) return 'sse';
  if (start === '') return decided ? 'text' : undefined;
  if (start.startsWith('data:') || (isEvents && FIELD.test(start))) return 'sse';
  // Other fields are words that a text may begin with, too: there, data has to follow.
  const hasField = SSE_LINES.some((line) => start.startsWith(line));
  if (hasField && (!type.startsWith('text/') || isEvents || /[\r\n]data:/.test(start))) return 'sse';
  if ((hasField || start.startsWith(':') || SSE_LINES.some((line) => line.startsWith(start))) && !decided) {
    return undefined;
  }
  if (NDJSON.test(type)) return 'ndjson';
  if (isJson(type)) return 'json';
  const isHtml = HTML.test(start) || (type === 'text/html' && start.startsWith('<'));
  if (isHtml || (!type.startsWith('text/') && CONTROLS.test(head))) return 'foreign';
  if (HTML_START.startsWith(start.slice(0, HTML_START.length).toLowerCase()) && !decided) return undefined;
  if (LINE.test(start)) return 'line';
  if (start.length < 3 && /^[0-9a-k]:?$/.test(start) && !decided) return undefined;
  if (!/^[[{]/.test(start)) return isEvents && !decided && !/[\r\n]/.test(start) ? undefined : 'text';
  // JSON, or an answer that begins with a bracket: a value in one line, and another behind it, or one that is a reply.
  const end = start.search(/[\r\n]/);
  if (end < 0 && !decided) return undefined;
  const line = end < 0 ? start : start.slice(0, end);
  return isJsonText(line) && (end >= 0 || !type.startsWith('text/') || REPLY.test(line)) ? 'json' : 'text';
}

/** Types of JSON by the line. */
const NDJSON = /ndjson|jsonl|json-?lines|stream\+json|json-seq/;

/** A line of an event stream, of whatever field. */
const FIELD = /^(?:[a-z]+:|(?:data|event|id|retry)[\r\n])/;

/** What a whole reply in JSON has, and an answer that is asked to be JSON hardly. */
const REPLY =
  /^\{"(?:text|token|content|message|response)"|"(?:choices|candidates|content|message|output|response|error|token)"\s*:/;

function isJson(type: string): boolean {
  return type === 'application/json' || type.endsWith('+json');
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Which is the answer.
    return false;
  }
}

/** How a line begins that only an event stream begins with. */
const SSE_LINES = ['data:', 'event:', 'id:', 'retry:'];

/** A line of the AI SDK's older data stream. */
const LINE = /^[0-9a-k]:["{[]/;

const HTML_START = '<!doctype html';
const HTML = /^<(?:!doctype html|html|head|body|\?xml)/i;

/** What no text holds. */
// oxlint-disable-next-line no-control-regex -- that is the point
const CONTROLS = /[\0-\x08\x0e-\x1a\x1c-\x1f]|\uFFFD/;

/** Types that are never text, whatever they begin with. */
const BINARY = /^(?:image|audio|video|font)\/|vnd\.amazon\.eventstream|pdf$|zip$|protobuf|wasm$/;

/** Lines as frames. */
class LineParser implements FrameParser {
  readonly #lines: NdjsonParser;

  constructor(maxLineLength: number) {
    this.#lines = new NdjsonParser(maxLineLength);
  }

  push(text: string): StreamFrame[] {
    return this.#lines.push(text).map(asLine);
  }

  end(): StreamFrame[] {
    return this.#lines.end().map(asLine);
  }
}

const asLine = (frame: StreamFrame): StreamFrame => ({ ...frame, framing: 'line' });

/** Text has no borders: what arrives is a frame. */
class TextPieces implements FrameParser {
  push(text: string): StreamFrame[] {
    return text ? [{ data: text, framing: 'text' }] : [];
  }

  end(): StreamFrame[] {
    return [];
  }
}

function unexpectedContent(response: Response, type: string, head = ''): ChatError {
  return new ChatError(
    'unexpected-content',
    `expected text/event-stream, JSON or text from ${withoutQuery(response.url)}, got ${type || 'no content type'}${head && `: ${head.slice(0, 80)}`}`,
    { status: response.status, detail: type },
  );
}
