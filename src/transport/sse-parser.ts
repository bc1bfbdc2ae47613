/**
 * Server-Sent Events → frames, by the HTML standard (§9.2.6 "Interpreting an event stream"), in time linear in the input.
 *
 * Three deviations, all for servers that are common in this field. The data of an event that the end of the stream leaves
 * without its blank line is handed out marked `unterminated` (the standard drops it; gateways forget that line, and
 * whoever reads the payload can tell a whole one from a torn one). One event is bounded, so that an endless line cannot
 * fill the memory. And what the standard ignores as unknown fields is kept beside the data, in `text` and `stray`: it is
 * the rest of a piece of text whose newlines nobody escaped, or an error that was written between the events.
 */
import { ChatError, type StreamFrame } from '../model/index.js';

/** Characters one event may hold, unless told otherwise: generated images arrive whole. */
export const MAX_EVENT_LENGTH = 16 * 1024 * 1024;

export class SseParser {
  /** Pieces of a line whose end has not arrived: joined once, so that a long line costs its length, not its square. */
  #line: string[] = [];
  #length = 0;
  #skipLineFeed = false;
  #data: string[] = [];
  #event = '';
  #id: string | undefined;
  #retry: number | undefined;
  readonly #bare = new BareText();
  readonly #max: number;

  /** @param maxEventLength characters one event may hold before `push` throws `too-large` */
  constructor(maxEventLength = MAX_EVENT_LENGTH) {
    this.#max = maxEventLength;
  }

  /** Takes the next piece of decoded text, cut anywhere; returns the events it completes. */
  push(text: string): StreamFrame[] {
    const frames: StreamFrame[] = [];
    let start = 0;
    if (this.#skipLineFeed && text.length > 0) {
      if (text.charCodeAt(0) === LF) start = 1;
      this.#skipLineFeed = false;
    }
    for (LINE_END.lastIndex = start; ; LINE_END.lastIndex = start) {
      const found = LINE_END.exec(text);
      if (!found) break;
      this.#take(text.slice(start, found.index));
      const line = this.#line.length === 1 ? this.#line[0]! : this.#line.join('');
      this.#line = [];
      this.#endLine(line, frames);
      start = found.index + found[0].length;
      // A CR at the very end may be the first half of a CRLF that was cut in two.
      if (start === text.length && found[0] === '\r') this.#skipLineFeed = true;
    }
    if (start < text.length) this.#take(text.slice(start));
    return frames;
  }

  /** The stream is over: what was pending, if it held anything. */
  end(): StreamFrame[] {
    const frames: StreamFrame[] = [];
    const line = this.#line.join('');
    // A line without its end may be torn: half an id or half a name says something else than the whole.
    if (line !== '' && !TORN_FIELD.test(line)) this.#endLine(line, frames);
    this.#line = [];
    if (this.#data.length > 0 || this.#bare.isPending) frames.push({ ...this.#dispatch(), unterminated: true });
    return frames;
  }

  #take(piece: string): void {
    this.#length += piece.length;
    if (this.#length > this.#max) {
      throw new ChatError('too-large', `expected an event of at most ${this.#max} characters, got a longer one`);
    }
    this.#line.push(piece);
  }

  #endLine(line: string, frames: StreamFrame[]): void {
    if (line === '') {
      if (this.#data.length > 0) frames.push(this.#dispatch());
      else this.#bare.endBlock();
      this.#event = '';
      if (!this.#bare.isPending) this.#length = 0;
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const spaced = colon >= 0 && line.charCodeAt(colon + 1) === SPACE;
    const value = colon < 0 ? '' : line.slice(spaced ? colon + 2 : colon + 1);
    if (field === 'data') {
      this.#data.push(value);
      this.#bare.data(value, spaced);
      return;
    }
    if (!FIELDS.has(field)) {
      this.#bare.stray(line);
      return;
    }
    this.#length -= line.length;
    this.#bare.field();
    if (field === 'event') this.#event = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.#retry = Number(value);
  }

  #dispatch(): StreamFrame {
    const frame: StreamFrame = { data: this.#data.join('\n') };
    if (this.#event) frame.event = this.#event;
    if (this.#id) frame.id = this.#id;
    if (this.#retry !== undefined) frame.retry = this.#retry;
    this.#bare.addTo(frame);
    this.#data = [];
    this.#retry = undefined;
    this.#length = 0;
    return frame;
  }
}

/**
 * Recovers what was written as `data: ` + text + two newlines by a server that did not look for newlines in its text.
 * A line of that text which is no field stands in the stream as it is; an empty one looks like the end of an event; so
 * what stands between two events, without the two newlines that end it, belongs to the text of the first.
 */
class BareText {
  /** The lines since the last event, each with its end. */
  #between = '';
  #lines: string[] = [];
  #strays: string[] = [];
  /** Something other than a field's line stands in the event, or its `text` is not its `data` for another reason. */
  #differs = false;
  /** A comment or a field of the format stands in this block: its blank line belongs to that. */
  #hasField = false;
  /** There was an event to which lines may belong. */
  #afterEvent = false;
  /** This server writes no space after `data:`. Then a space that stands there is its text's own. */
  #unspaced = false;

  /** A line that is no field waits to be handed out. */
  get isPending(): boolean {
    return this.#strays.length > 0;
  }

  data(value: string, spaced: boolean): void {
    if (!spaced && value !== '') this.#unspaced = true;
    const restored = spaced && this.#unspaced;
    if (restored) this.#differs = true;
    this.#lines.push(restored ? ` ${value}` : value);
  }

  stray(line: string): void {
    this.#strays.push(line);
    if (this.#lines.length > 0) {
      this.#lines.push(line);
      this.#differs = true;
    } else if (this.#afterEvent) this.#between += `${line}\n`;
  }

  field(): void {
    this.#hasField = true;
  }

  /** A blank line that ends no event. */
  endBlock(): void {
    // Bounded: newlines alone are also what some servers keep a connection open with.
    if (!this.#hasField && this.#afterEvent && this.#between.length < MAX_BLANK) this.#between += '\n';
    this.#hasField = false;
  }

  addTo(frame: StreamFrame): void {
    if (this.#between || this.#differs) {
      const before = this.#between ? `\n\n${this.#between}`.replace(/\n{1,2}$/, '') : '';
      frame.text = before + this.#lines.join('\n');
    }
    if (this.#strays.length > 0) frame.stray = this.#strays.join('\n');
    this.#between = '';
    this.#lines = [];
    this.#strays = [];
    this.#differs = this.#hasField = false;
    this.#afterEvent = true;
  }
}

/** Blank lines that a text may hold in a row. */
const MAX_BLANK = 100;

/** The empty one is a comment's. */
const FIELDS: ReadonlySet<string> = new Set(['', 'event', 'id', 'retry']);
const TORN_FIELD = /^(?:(?:event|id|retry)(?::|$)|d$|da$|dat$|e$|ev$|eve$|even$|i$|r$|re$|ret$|retr$)/;
const LINE_END = /\r\n|\r|\n/g;
const LF = 10;
const SPACE = 32;
