/**
 * JSON that arrives piece by piece → frames, one an element of an array at the top level, handed out as soon as it is
 * closed: Gemini's `streamGenerateContent` without SSE is one pretty-printed array that grows. Where there is no array,
 * one a value: a single JSON body, or several behind each other that were sent as `application/json`.
 *
 * One pass in time linear in the input. Strings, their escapes and the depth of brackets are followed, nothing is parsed:
 * whether an element is JSON is found out by whoever reads it. So nothing is refused either. What cannot begin a value (a
 * proxy's error text, a bracket too many) is handed out up to the end of its line as a frame that will not parse. What the
 * end of the stream leaves open is marked `unterminated`. A frame is bounded, so that an endless element cannot fill the
 * memory.
 */
import { ChatError, type StreamFrame } from '../model/index.js';
import { MAX_EVENT_LENGTH } from './sse-parser.js';

/** Where the parser stands: between two values, or inside what. A word may turn out to be the start of garbage. */
type Place = 'between' | 'brackets' | 'string' | 'escape' | 'word' | 'garbage';

export class JsonArrayParser {
  /** Pieces of an element whose end has not arrived: joined once, so that a long one costs its length, not its square. */
  #pieces: string[] = [];
  #length = 0;
  #place: Place = 'between';
  /** Brackets that are open within the element. */
  #depth = 0;
  /** An array at the top level is open: what follows are its elements. */
  #inArray = false;
  readonly #max: number;

  /** @param maxEventLength characters one element may hold before `push` throws `too-large` */
  constructor(maxEventLength = MAX_EVENT_LENGTH) {
    this.#max = maxEventLength;
  }

  /** Takes the next piece of decoded text, cut anywhere; returns the elements it completes. */
  push(text: string): StreamFrame[] {
    const frames: StreamFrame[] = [];
    /** Where in `text` the open element begins or goes on. */
    let start = 0;
    const finish = (end: number) => {
      this.#take(text.slice(start, end));
      frames.push(this.#dispatch());
    };
    for (let at = 0; at < text.length; at++) {
      const char = text.charAt(at);
      // A word is known to be over by the character behind it, which may itself begin something.
      if (this.#place === 'word' && !WORD_CHARACTER.test(char)) {
        this.#take(text.slice(start, at));
        start = at;
        if (SCALAR.test(this.#joined())) frames.push(this.#dispatch());
        else this.#place = 'garbage';
      }
      switch (this.#place) {
        case 'between':
          start = at;
          this.#begin(char);
          break;
        case 'brackets':
          if (char === '"') this.#place = 'string';
          else if (isOpening(char)) this.#depth++;
          else if (isClosing(char) && --this.#depth === 0) finish(at + 1);
          break;
        case 'string':
          if (char === '\\') this.#place = 'escape';
          else if (char !== '"') break;
          else if (this.#depth > 0) this.#place = 'brackets';
          else finish(at + 1);
          break;
        case 'escape':
          // Of `\u0022` only the first character matters here: the others can end no string.
          this.#place = 'string';
          break;
        case 'garbage':
          if (char === '\n' || char === '\r') finish(at);
          break;
        case 'word':
          break;
      }
    }
    if (this.#place !== 'between') this.#take(text.slice(start));
    return frames;
  }

  /** The stream is over: what was pending. */
  end(): StreamFrame[] {
    return this.#place === 'between' ? [] : [{ ...this.#dispatch(), unterminated: true }];
  }

  /** What a character between two values begins. */
  #begin(char: string): void {
    if (SEPARATORS.includes(char)) return;
    if (char === '[' && !this.#inArray) this.#inArray = true;
    else if (char === ']' && this.#inArray) this.#inArray = false;
    else if (isOpening(char)) {
      this.#place = 'brackets';
      this.#depth = 1;
    } else if (char === '"') this.#place = 'string';
    else this.#place = 'word';
  }

  #take(piece: string): void {
    this.#length += piece.length;
    if (this.#length > this.#max) {
      throw new ChatError('too-large', `expected an element of at most ${this.#max} characters, got a longer one`);
    }
    this.#pieces.push(piece);
  }

  /** The element so far; stays joined. */
  #joined(): string {
    const text = this.#pieces.join('');
    this.#pieces = [text];
    return text;
  }

  #dispatch(): StreamFrame {
    const frame: StreamFrame = { data: this.#joined(), framing: 'json' };
    this.#pieces = [];
    this.#length = this.#depth = 0;
    this.#place = 'between';
    return frame;
  }
}

/** What JSON can be without quotes or brackets. */
const SCALAR = /^(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)$/;
/** What the above is made of; the first character may also be another, and then it is none. */
const WORD_CHARACTER = /[-+.\dA-Za-z]/;

/** White space, the comma, the separator of RFC 7464, and a byte order mark that a server put before each part. */
const SEPARATORS = ' \t\n\r,\u001E\uFEFF';

function isOpening(char: string): boolean {
  return char === '{' || char === '[';
}

function isClosing(char: string): boolean {
  return char === '}' || char === ']';
}
