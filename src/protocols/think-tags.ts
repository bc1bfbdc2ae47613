/**
 * Models that were trained to think aloud write `<think>…</think>` into their text. This splits such sections off,
 * as the text arrives and wherever it is cut.
 *
 * A section opens only at the start of a line and outside a fenced code block: an answer *about* these tags keeps its
 * words. It closes anywhere. Held back is never more than a possible tag or fence at the end of a piece.
 */
import type { Delta } from '../model/index.js';

type Section = { type: 'text' | 'reasoning'; text: string };

export class ThinkTagSplitter {
  #held = '';
  #closing = '';
  #fence = '';
  #atLineStart = true;

  push(text: string): Delta[] {
    return this.#read(this.#held + text, false);
  }

  /** No more text: what was held back is what it looked like. */
  end(): Delta[] {
    return this.#read(this.#held, true);
  }

  #read(text: string, last: boolean): Delta[] {
    const out: Section[] = [];
    let at = 0;
    this.#held = '';
    while (at < text.length) {
      const rest = this.#closing ? this.#readReasoning(text, at, last, out) : this.#readLine(text, at, last, out);
      if (rest < 0) break;
      at = rest;
    }
    return out;
  }

  /** Up to the closing tag; returns where to go on, or -1 where the end is held back. */
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
    return -1;
  }

  /** One line of text, or what there is of it. */
  #readLine(text: string, at: number, last: boolean, out: Section[]): number {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline + 1;
    const line = text.slice(at, end);
    if (this.#atLineStart) {
      if (newline < 0 && !last && mayBeMark(line)) {
        this.#held = line;
        return -1;
      }
      const opening = this.#fence ? null : OPENING.exec(line);
      if (opening) {
        emit(out, 'text', opening[1]!);
        this.#closing = `</${opening[2]}>`;
        return at + opening[0].length;
      }
      this.#toggleFence(line);
    }
    emit(out, 'text', line);
    this.#atLineStart = newline >= 0;
    return end;
  }

  #toggleFence(line: string): void {
    const mark = FENCE.exec(line)?.[1];
    if (!mark) return;
    if (!this.#fence) this.#fence = mark;
    else if (mark[0] === this.#fence[0] && mark.length >= this.#fence.length) this.#fence = '';
  }
}

const OPENING = /^(\s*)<(think|thinking)>/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** Whether a line may still turn out to begin with a tag or a fence. */
function mayBeMark(line: string): boolean {
  const start = line.trimStart();
  return '<thinking'.startsWith(start) || /^(`+|~+)$/.test(start);
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
