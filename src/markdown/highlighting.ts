/**
 * Which reader colours the code of a view, and when there is one. What is built in (languages/) is loaded when the first
 * code of a named language is shown; until then, and where that fails, code is plain.
 * Bound: a highlighter is asked once for each name.
 */
import type { Highlighter, LineReader } from './line-reader.js';

type Languages = typeof import('./languages/index.js');

let languages: Languages | undefined;
let loading: Promise<Languages | undefined> | undefined;

/** What is built in. */
export const defaultHighlighter: Highlighter = (language) => {
  if (languages) return languages.readerOf(language);
  loading ??= import('./languages/index.js').then(
    (loaded) => (languages = loaded),
    // Plain code is what a page without that file shows; the next view tries again.
    () => (loading = undefined),
  );
  return loading.then((loaded) => loaded?.readerOf(language) ?? null);
};

export class Highlighting {
  readonly #highlighter: Highlighter | null;
  readonly #onReady: () => void;
  readonly #readers = new Map<string, LineReader | null>();

  /** `onReady`: a reader that was waited for is there. */
  constructor(highlighter: Highlighter | null, onReady: () => void) {
    this.#highlighter = highlighter;
    this.#onReady = onReady;
  }

  /** The reader for the element of a block of code; null where there is none, or none yet. */
  readerFor(code: Element): LineReader | null {
    const language = /^language-(.+)/.exec(code.className)?.[1]?.toLowerCase();
    if (!language || !this.#highlighter) return null;
    const known = this.#readers.get(language);
    if (known !== undefined) return known;
    this.#readers.set(language, null);
    try {
      const found = this.#highlighter(language);
      if (found && 'then' in found) found.then((reader) => this.#arrive(language, reader)).catch(reportError);
      else this.#readers.set(language, found && guard(found));
    } catch (error) {
      // The page's own function: its mistake is the page's to see, and the code stays plain.
      reportError(error);
    }
    return this.#readers.get(language) ?? null;
  }

  #arrive(language: string, reader: LineReader | null): void {
    this.#readers.set(language, reader && guard(reader));
    if (reader) this.#onReady();
  }
}

/** A line that a reader fails at is plain. */
function guard(reader: LineReader): LineReader {
  return (line, state) => {
    try {
      const read = reader(line, state);
      if (!Array.isArray((read as Partial<typeof read> | undefined)?.tokens))
        throw new TypeError(`expected a highlighter to give tokens for a line, got ${JSON.stringify(read)}`);
      return read;
    } catch (error) {
      reportError(error);
      return { tokens: [{ text: line, kind: null }], state };
    }
  };
}
