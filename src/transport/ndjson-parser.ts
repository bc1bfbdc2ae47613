/**
 * Newline-delimited JSON → frames, one a line that is not blank, in time linear in the input. It goes by several names
 * (`application/x-ndjson`, `application/jsonl`, Cohere's `application/stream+json`) and may carry the separator of
 * RFC 7464 (`application/json-seq`: U+001E before each text), which is taken off.
 *
 * Only LF ends a line, with or without a CR before it: a lone CR is white space of JSON. The line that the end of the
 * stream leaves without its newline is handed out marked `unterminated`, for many servers forget the last one, and
 * whoever reads it can tell a whole one from a torn one. A line is bounded, so that an endless one cannot fill the memory.
 */
import { ChatError, type StreamFrame } from '../model/index.js';
import { MAX_EVENT_LENGTH } from './sse-parser.js';

export class NdjsonParser {
  /** Pieces of a line whose end has not arrived: joined once, so that a long line costs its length, not its square. */
  #line: string[] = [];
  #length = 0;
  readonly #max: number;

  /** @param maxLineLength characters one line may hold before `push` throws `too-large` */
  constructor(maxLineLength = MAX_EVENT_LENGTH) {
    this.#max = maxLineLength;
  }

  /** Takes the next piece of decoded text, cut anywhere; returns the lines it completes. */
  push(text: string): StreamFrame[] {
    const frames: StreamFrame[] = [];
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#take(text.slice(start, end));
      const frame = this.#endLine();
      if (frame) frames.push(frame);
      start = end + 1;
    }
    if (start < text.length) this.#take(text.slice(start));
    return frames;
  }

  /** The stream is over: the line that was pending, if it is not blank. */
  end(): StreamFrame[] {
    const frame = this.#endLine();
    return frame ? [{ ...frame, unterminated: true }] : [];
  }

  #take(piece: string): void {
    this.#length += piece.length;
    if (this.#length > this.#max) {
      throw new ChatError('too-large', `expected a line of at most ${this.#max} characters, got a longer one`);
    }
    this.#line.push(piece);
  }

  #endLine(): StreamFrame | undefined {
    const line = this.#line.join('');
    this.#line = [];
    this.#length = 0;
    const data = line.slice(separators(line), line.endsWith('\r') ? -1 : undefined);
    return data.trim() === '' ? undefined : { data, framing: 'json' };
  }
}

/** How many separators a line begins with: RFC 7464 allows several, with nothing between them. */
function separators(line: string): number {
  let count = 0;
  while (line.charCodeAt(count) === RECORD_SEPARATOR) count++;
  return count;
}

const RECORD_SEPARATOR = 0x1e;
