/**
 * Server-Sent Events → frames, by the HTML standard (§9.2.6 "Interpreting an event stream"), in time linear in the input.
 *
 * Two deviations, both for servers that are common in this field: the data of an event that the end of the stream leaves
 * without its blank line is handed out marked `unterminated` (the standard drops it; gateways forget that line, and
 * whoever reads the payload can tell a whole one from a torn one), and one event is bounded, so that an endless line
 * cannot fill the memory.
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

  /** The stream is over: what was pending, if it held data. */
  end(): StreamFrame[] {
    const frames: StreamFrame[] = [];
    if (this.#line.length > 0) this.#endLine(this.#line.join(''), frames);
    this.#line = [];
    if (this.#data.length > 0) frames.push({ ...this.#dispatch(), unterminated: true });
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
      this.#event = '';
      this.#length = 0;
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) {
      this.#length -= line.length;
      return; // a comment
    }
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line.charCodeAt(colon + 1) === SPACE ? colon + 2 : colon + 1);
    if (field === 'data') {
      this.#data.push(value);
      return;
    }
    this.#length -= line.length;
    if (field === 'event') this.#event = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
  }

  #dispatch(): StreamFrame {
    const frame: StreamFrame = { data: this.#data.join('\n') };
    if (this.#event) frame.event = this.#event;
    if (this.#id) frame.id = this.#id;
    this.#data = [];
    return frame;
  }
}

const LINE_END = /\r\n|\r|\n/g;
const LF = 10;
const SPACE = 32;
