/**
 * Problem: marked tries its inline rules at many places of a run, and a rule that fails may look as far as the run goes:
 * for a comment's end, for the backticks that close, for what an address or an `@` ends, for a closing `*`. The work
 * grows with the square of the run, or with its depth where what matched is read again inside.
 * Choice: what is looked for is looked for once and remembered for the text that is being read (`InlineText`), so that
 * marked's rules come to what they always come to, only sooner. And inline markup is at most `MAX_SPAN` characters long: what
 * has not closed by then is text.
 * Bound: steps in proportion to the text. Counts, not a clock: the same text is read the same everywhere.
 */
import { mayBeCjk } from './extensions/cjk.js';
import { linkEnd } from './link-end.js';

/** So many characters inline markup may span: emphasis, a link with its address, code, a tag. */
export const MAX_SPAN = 4096;
/** A link's text, of those. */
const MAX_LINK_TEXT = 2048;
/** What a mail address may have in front of its `@` (RFC 5321, 4.5.3.1.1). */
const MAX_MAIL_NAME = 64;

/** What a bare mail address has in front of its `@`, and behind. */
const MAIL_NAME = /[\w.+-]/;
const MAIL_HOST = /@[\w-]+(?:\.[\w-]*[a-z\d])+(?![\w-])/iy;

/** A text while it is read, with what was looked for in it. */
export class InlineText {
  /** Where the rules are tried now; -1: they are not yet. */
  at = -1;
  readonly #source: string;
  #lasts: Map<string, number> | undefined;
  /** How much of a text there is behind the end of its last tag of a kind, while it is not read yet. */
  #tails: Map<string, number> | undefined;
  #codes: CodeEnds | undefined;
  #mails: readonly { readonly start: number; readonly end: number }[] | undefined;
  #mail = 0;
  #mayBeCjk: boolean | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  get mayBeCjk(): boolean {
    return (this.#mayBeCjk ??= mayBeCjk(this.#source));
  }

  /** The rules are tried where `rest` begins. */
  goTo(rest: string): void {
    this.at = this.#source.length - rest.length;
  }

  /** How much text there is up to the next mail address, or to the `@` of the one that the place is in. */
  untilMail(): number {
    const { start, end } = this.mail() ?? { start: this.#source.length, end: 0 };
    return (start > this.at ? start : end) - this.at;
  }

  /** Whether `text` comes behind the place, or may be there. */
  has(text: string): boolean {
    return this.#last(text) > this.at;
  }

  /** Whether what `text` begins with may end: it is the end of this text, or of this text with some of it hidden. */
  isEnded(text: string, end: string): boolean {
    if (this.at >= 0) return this.#last(end) >= this.#source.length - text.length;
    const tails = (this.#tails ??= new Map());
    const tail = tails.get(end) ?? text.length - text.lastIndexOf(end);
    tails.set(end, tail);
    return tail <= text.length;
  }

  /** How much from the place on is code, which as many backticks begin; 0: nothing ends it. */
  codeLength(backticks: number): number {
    this.#codes ??= new CodeEnds(this.#source);
    return Math.max(0, this.#codes.next(backticks, this.at + backticks) - this.at);
  }

  /** The bare mail address that the place is in, or the next one; null: there is none. */
  mail(): { readonly start: number; readonly end: number } | null {
    this.#mails ??= findMails(this.#source);
    while ((this.#mails[this.#mail]?.end ?? Infinity) <= this.at) this.#mail += 1;
    return this.#mails[this.#mail] ?? null;
  }

  /**
   * How much from the place on marked has to see to read the link that begins there; 0: none does. `start`: the pattern
   * of what stands in front of its address.
   */
  linkLength(start: RegExp): number {
    const source = this.#source;
    start.lastIndex = 0;
    const isPossible = this.has('](') && this.has(')');
    const label = isPossible ? start.exec(source.slice(this.at, this.at + MAX_LINK_TEXT))?.[1] : undefined;
    if (label === undefined) return 0;
    const from = this.at + start.lastIndex;
    const end = linkEnd(source.slice(from, this.at + MAX_SPAN));
    // Backticks in front of a bracket can be code or not, which may put the end of the link's text elsewhere; a tag that
    // begins in it may end behind the link.
    if (label.includes('<') || (end < 0 && label.includes('``'))) return MAX_SPAN;
    return end < 0 ? 0 : start.lastIndex + end;
  }

  #last(text: string): number {
    const lasts = (this.#lasts ??= new Map());
    let last = lasts.get(text);
    if (last === undefined) lasts.set(text, (last = this.#source.lastIndexOf(text)));
    return last;
  }
}

/** Where runs of backticks end, by their length; asked from the front to the back. */
export class CodeEnds {
  readonly #ends = new Map<number, number[]>();

  constructor(source: string) {
    for (const { 0: run, index } of source.matchAll(/`+/g)) {
      const ends = this.#ends.get(run.length) ?? [];
      this.#ends.set(run.length, ends);
      ends.push(index + run.length);
    }
    for (const ends of this.#ends.values()) ends.reverse();
  }

  /** The end of the next such run behind a place; -1: there is none. */
  next(length: number, from: number): number {
    const ends = this.#ends.get(length) ?? [];
    while ((ends.at(-1) ?? Infinity) <= from) ends.pop();
    return ends.at(-1) ?? -1;
  }
}

function findMails(source: string): { start: number; end: number }[] {
  const mails: { start: number; end: number }[] = [];
  for (let end = source.indexOf('@'); end >= 0; end = source.indexOf('@', end + 1)) {
    MAIL_HOST.lastIndex = end;
    if (!MAIL_HOST.test(source)) continue;
    let start = end;
    while (start > 0 && MAIL_NAME.test(source[start - 1]!)) start -= 1;
    if (start < end && end - start <= MAX_MAIL_NAME) mails.push({ start, end });
  }
  return mails;
}
