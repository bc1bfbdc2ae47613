/**
 * Models that were trained to think aloud write `<think>…</think>` into their text. This splits such sections off,
 * as the text arrives and wherever it is cut.
 *
 * A section opens only at the start of a line and outside a fenced code block: an answer *about* these tags keeps its
 * words. It closes anywhere. Held back is never more than the beginning of a tag: what else a line begins with (white
 * space, a fence) is text whatever it turns out to be, so it goes at once and is only counted. One pass, linear in the
 * text however it is cut.
 */
import type { Delta } from '../model/index.js';

/**
 * The deltas of a reply with the sections of its texts split off: a stage of the data path, for all formats alike. What is
 * held back of a text comes before anything else that the reply says.
 */
export class ThinkTagFilter {
  /** Texts whose parts take turns go on where they were. */
  readonly #splitters = new Map<string | undefined, ThinkTagSplitter>();
  #part: string | undefined;

  push(delta: Delta): Delta[] {
    if (delta.type !== 'text') return UNORDERED.has(delta.type) ? [delta] : [...this.#flush(), delta];
    const before = delta.part === this.#part ? [] : this.#flush();
    this.#part = delta.part;
    let splitter = this.#splitters.get(delta.part);
    if (!splitter) this.#splitters.set(delta.part, (splitter = new ThinkTagSplitter()));
    const sections: Delta[] = splitter.push(delta.text).map((section) => ({ ...section, ...part(delta.part) }));
    // What is opaque belongs to the part, wherever in its text it came.
    if (delta.providerMetadata) sections.push({ ...delta, text: '' });
    return [...before, ...sections];
  }

  #flush(): Delta[] {
    const held = this.#splitters.get(this.#part)?.end() ?? [];
    return held.map((section) => ({ ...section, ...part(this.#part) }));
  }
}

const part = (id: string | undefined) => (id === undefined ? {} : { part: id });

/** Deltas that are no part of the text's order. */
const UNORDERED: ReadonlySet<Delta['type']> = new Set(['usage', 'metadata', 'source']);

type Section = { type: 'text' | 'reasoning'; text: string };

export class ThinkTagSplitter {
  /** The beginning of what may be a tag. */
  #held = '';
  /** The tag that closes the section; empty outside of one. */
  #closing = '';
  /** The mark of the code block that is open: `#fenceLength` times this character. */
  #fence = '';
  #fenceLength = 0;
  /** Of the line: nothing but indentation and a run of marks so far. */
  #atLineStart = true;
  #indent = 0;
  #mark = '';
  #markLength = 0;
  /** Nothing behind the run of marks says that it is no fence. */
  #mayBeFence = true;

  push(text: string): Section[] {
    return this.#read(text, false);
  }

  /** No more text, or something else between: what was held back is what it looked like. */
  end(): Section[] {
    return this.#read('', true);
  }

  #read(added: string, last: boolean): Section[] {
    const out: Section[] = [];
    const text = this.#held + added;
    this.#held = '';
    for (let at = 0; at < text.length;) {
      if (this.#closing) at = this.#readReasoning(text, at, last, out);
      else if (this.#atLineStart) at = this.#readLineStart(text, at, last, out);
      else at = this.#readLineRest(text, at, out);
    }
    return out;
  }

  /** Up to the closing tag. Each of these returns where to go on. */
  #readReasoning(text: string, at: number, last: boolean, out: Section[]): number {
    const found = text.indexOf(this.#closing, at);
    if (found >= 0) {
      emit(out, 'reasoning', text.slice(at, found));
      const next = found + this.#closing.length;
      this.#closing = '';
      return next;
    }
    const keep = last ? 0 : overlap(text, at, this.#closing);
    emit(out, 'reasoning', text.slice(at, text.length - keep));
    this.#held = text.slice(text.length - keep);
    return text.length;
  }

  /** Indentation, a run of marks or a tag, or what there is of one. */
  #readLineStart(text: string, at: number, last: boolean, out: Section[]): number {
    const run = this.#mark ? runOf(text, at, (char) => char === this.#mark) : runOf(text, at, isSpace);
    if (run > at) {
      if (this.#mark) this.#markLength += run - at;
      // Only spaces indent a fence, and up to three of them.
      else this.#indent += /^ +$/.test(text.slice(at, run)) ? run - at : MAX_INDENT + 1;
      emit(out, 'text', text.slice(at, run));
      return run;
    }
    const char = text.charAt(at);
    if (!this.#mark && (char === '`' || char === '~') && this.#indent <= MAX_INDENT) {
      this.#mark = char;
      return at;
    }
    if (!this.#mark && !this.#fence && char === '<') {
      const start = text.slice(at, at + MAX_TAG);
      const opening = OPENING.exec(start);
      if (opening) {
        this.#closing = `</${opening[1]}>`;
        return at + opening[0].length;
      }
      if (!last && TAGS.some((tag) => tag.startsWith(start))) {
        this.#held = start;
        return text.length;
      }
    }
    this.#atLineStart = false;
    return at;
  }

  /** To the end of the line. */
  #readLineRest(text: string, at: number, out: Section[]): number {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    if (this.#markLength >= MIN_FENCE && this.#mayBeFence) {
      const rest = text.slice(at, end);
      // Nothing stands behind a closing fence; behind an opening one of backticks no other backtick (a code span).
      this.#mayBeFence = this.#fence ? rest.trim() === '' : this.#mark === '~' || !rest.includes('`');
    }
    emit(out, 'text', text.slice(at, newline < 0 ? end : end + 1));
    if (newline < 0) return end;
    this.#toggleFence();
    this.#atLineStart = this.#mayBeFence = true;
    this.#indent = this.#markLength = 0;
    this.#mark = '';
    return end + 1;
  }

  #toggleFence(): void {
    if (this.#markLength < MIN_FENCE || !this.#mayBeFence) return;
    if (!this.#fence) {
      this.#fence = this.#mark;
      this.#fenceLength = this.#markLength;
    } else if (this.#mark === this.#fence && this.#markLength >= this.#fenceLength) this.#fence = '';
  }
}

const TAGS = ['<think>', '<thinking>', '<thought>'];
const OPENING = /^<(think|thinking|thought)>/;
const MAX_TAG = '<thinking>'.length;
/** Of a fence, https://spec.commonmark.org/0.31.2/#fenced-code-blocks */
const MAX_INDENT = 3;
const MIN_FENCE = 3;

const isSpace = (char: string) => char !== '\n' && char.trim() === '';

/** The end of the run of such characters that begins at `at`. */
function runOf(text: string, at: number, isOfRun: (char: string) => boolean): number {
  let end = at;
  while (end < text.length && isOfRun(text.charAt(end))) end++;
  return end;
}

function emit(out: Section[], type: Section['type'], text: string): void {
  if (text === '') return;
  const before = out.at(-1);
  if (before?.type === type) before.text += text;
  else out.push({ type, text });
}

/** How many characters at the end of `text` (from `at`) are the beginning of `word`. */
function overlap(text: string, at: number, word: string): number {
  for (let length = Math.min(word.length - 1, text.length - at); length > 0; length--) {
    if (text.endsWith(word.slice(0, length))) return length;
  }
  return 0;
}
