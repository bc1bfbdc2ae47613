/**
 * Problem: text that stops anywhere stops inside markup: `**bo`, `[text](htt`, `| a table's he`, a lone `-` that makes
 * the paragraph above it a heading. Shown as it stands it flashes punctuation and changes its past.
 * Choice: pure functions on text. `visibleTail` holds back last lines that do not say yet what they are;
 * `completeInline` closes what is open in the last inline run, holds back a marker that has no text yet, shows an
 * unfinished link as its text and an unfinished image as nothing; `completeHtml` does so for a block of tags.
 * What may still be a longer thing waits a few characters; what is most likely a link or emphasis is shown as such.
 * Only the display: what is settled never passes here.
 * Bound: one pass each, and markup no longer than the lexer's. A last line that is longer than 1,024 characters is never held back.
 */
import { MAX_RUNS } from './guard-rules.js';
import { CodeEnds, MAX_SPAN } from './inline-text.js';
import { MAX_PARENTHESES } from './link-end.js';
import { INLINE_TAGS } from './raw-html.js';

/** The address of a link whose own is still arriving. */
export const PENDING = '\ue001';

const MAX_HELD = 1024;
const MAX_OPEN = 64;
const MAX_LABEL = 64;

/** Markers of quotations, lists and notes in front of a line's own text. */
const CONTAINERS = /^[ \t]*(?:>[ \t]*|(?:[-*+]|\d{1,9}[.)])[ \t]+|\[\^[^\]\s]+\]:[ \t]*)*/;

/** Of a line without its containers: what may still become something else than it looks like. */
const UNDECIDED: readonly RegExp[] = [
  // Markers, underlines, rules, delimiter rows.
  /^(?:[-*+_=:|](?:[ \t]*[-*+_=:|])*|#{1,6}|\d{1,9}[.)]?)?[ \t]*$/,
  // An opening fence until its line ends: half a language is none. So is a closing one.
  /^(?:`+|~+|`{3,}[^`]*|~{3,}.*)[ \t]*$/,
  // A task's box, an alert's kind, a footnote, the label of a definition; longer words are a link's.
  /^\[(?: |[^\]\s]{0,32})(?:\][ \t]*)?$/,
  /^\[[^\]]+\]:[ \t]*(?:\S*|\S+[ \t]+(?:["'(].*)?)$/,
  // By itself on a line a tag starts a block of HTML, with text behind it a paragraph.
  /^<[!?/]?(?:[a-z][^<>]*>?)?[ \t]*$/i,
];
const HALF_CLOSING_FENCE = /^(?:`+|~+)$/;
const MAY_BE_INVISIBLE = /^[!&<\\`*_~[]/;
const DELIMITER_ROW = /^[-:| \t]*$/;
/** Without a summary's text a browser shows a word of its own. */
const EMPTY_DETAILS = /(?:^|\n)[ \t]*<details(?:[ \t]+open)?>\s*(?:<[a-z]*>?\s*)?$/gi;

/**
 * `text` without its last line while that does not say yet what it is, and without what may become a table's header
 * row until the delimiter row below it is complete: shown with its pipes it would flash them, shown without them its
 * words would jump into their cells. A header row without a leading pipe cannot be told from prose, and is shown.
 * `endsInCode` is asked only where something would be held back, and says whether the text ends in a block of code.
 */
export function visibleTail(text: string, endsInCode: (text: string) => boolean = () => false): string {
  const start = text.lastIndexOf('\n') + 1;
  if (text.length - start > MAX_HELD) return text;
  const line = withoutContainers(text.slice(start));
  if (HALF_CLOSING_FENCE.test(line)) return text.slice(0, start);
  let end = isUndecided(line) ? start : text.length;
  const row = DELIMITER_ROW.test(line) ? lineStart(text, start - 1) : start;
  if (row >= 0 && isFirstRow(text, row)) end = row;
  end = matchAt(EMPTY_DETAILS, text.slice(0, end), Math.max(0, end - 64))?.index ?? end;
  const held = text.slice(end);
  return held.trim() === '' || !endsInCode(text) ? text.slice(0, end) : text;
}

function isUndecided(line: string): boolean {
  if (UNDECIDED.some((pattern) => pattern.test(line))) return true;
  return MAY_BE_INVISIBLE.test(line) && completeInline(line).trim() === '';
}

function withoutContainers(line: string): string {
  return line.slice(CONTAINERS.exec(line)?.[0].length);
}

/** Where the line begins that ends at `end`; -1: there is none. */
function lineStart(text: string, end: number): number {
  return end < 0 ? -1 : text.lastIndexOf('\n', end - 1) + 1;
}

/** True for a line that begins with a pipe below one that does not. */
function isFirstRow(text: string, start: number): boolean {
  if (withoutContainers(text.slice(start, start + MAX_HELD))[0] !== '|') return false;
  const above = lineStart(text, start - 1);
  if (above < 0) return true;
  const line = withoutContainers(text.slice(above, Math.min(start - 1, above + MAX_HELD)));
  return line[0] !== '|' && !(line.includes('|') && DELIMITER_ROW.test(line));
}

/** The text of a block of HTML, with the tags closed that would pass if they were. */
export function completeHtml(text: string): string {
  const last = text.lastIndexOf('<');
  if (last >= 0 && text.length - last <= MAX_HELD && matchAt(HALF_TAG, text, last)) text = text.slice(0, last);
  const open: string[] = [];
  for (const [, slash, written = ''] of text.matchAll(/<(\/?)([a-z]+)>/gi)) {
    const name = written.toLowerCase();
    if (name !== 'summary' && !INLINE_TAGS.has(name)) continue;
    if (slash === '') open.push(name);
    else if (open.includes(name)) open.length = open.lastIndexOf(name);
    if (open.length > MAX_OPEN) return text;
  }
  return text + open.reverse().map(closingTag).join('');
}

/** Whatever is looked at in a run; the text between is passed over. */
const SPECIAL = /[\\`<&[\]*_~@]|!(?=\[|$)|:\/\/|www\./gi;
const TAG = /<(?:(\/?)([a-z][a-z0-9]*)[^<>]*>|[^\s<>]*>)/iy;
/** A tag or an address in angle brackets. Words behind a `<` that are not attributes are a comparison. */
const HALF_TAG =
  /<(?:\/?[a-z][^\s<>]*(?:\s+[a-z][\w-]*=(?:"[^"]*"?|'[^']*'?|[^\s"'<>]*))*\s*(?:[a-z][\w-]*)?\/?|\/)?$/iy;
const HALF_REFERENCE = /&(?:#(?:x[\da-f]{0,6}|\d{0,7})|[a-z][a-z\d]{0,31})?$/iy;
/** What a bare address ends at. */
const ADDRESS_END = /[\s<。．，、？！：；（）【】「」『』〈〉《》]/g;
/** What an address in `<>` or a title in `()` cannot have inside, by what would end it. */
const QUOTES_END: Readonly<Record<string, string>> = { '>': '<', ')': '(' };
const TITLE_ENDS: Readonly<Record<string, string>> = { '"': '"', "'": "'", '(': ')' };
const SCHEME = /(?:https?|ftp)$/i;
/** What stands between a scheme and an address is shown with the address. */
const HALF_ADDRESS = /(?:(?<=\b(?:https?|ftp)):\/{0,2}|(?<=\bwww)\.)$/i;
const ADDRESS_START = /(?:(?:https?|ftp):|www)$/i;
const WHOLE_ADDRESS_START = /^(?:\w+:\/\/|www\.)[a-z\d-]/i;
/** What an address does not end with, where nothing follows. */
const ADDRESS_TRAIL = /[?!.,:;*_'"~()&]+$/;
const PUNCTUATION = /[!-/:-@[-`{-~]/g;
const PENDING_END = `](${PENDING})`;
const ADDRESS = '://';
const CJK = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;

/** Something that has begun in a run and not ended. */
interface Opener {
  /** Where its markup begins, and where the text inside it does. */
  readonly at: number;
  start: number;
  /** The delimiter, the tag's name, `[` or `![`; `(` for a link whose text is complete. */
  readonly kind: string;
  /** How many delimiters are left to close. */
  count: number;
  /** How many runs of such delimiters there were up to here. */
  readonly runs?: number;
}

/** An address without brackets. A backslash at `at` keeps the lexer from making a link of it. */
interface Address {
  readonly at: number;
  end: number;
}

/**
 * The source of an unfinished inline run, completed so that it renders as what it is becoming. Where its last line has
 * ended, the next one can close what is open, but not make more of the last word.
 */
export function completeInline(source: string, lineEnded = false): string {
  if (!lineEnded) return new OpenRun(source).complete();
  return new OpenRun(`${source}\n`).complete().replace(/\n$/, '');
}

class OpenRun {
  readonly #source: string;
  /** What is behind this is not shown. */
  #end: number;
  #openers: Opener[] = [];
  readonly #brackets: Opener[] = [];
  /** Where the last complete link begins: it can be in no other. */
  #lastLink = -1;
  readonly #addresses: Address[] = [];
  /** Inside an address delimiters open nothing. */
  #addressEnd = 0;
  #codes: CodeEnds | undefined;
  readonly #runs: Record<string, number> = { '*': 0, _: 0, '~': 0 };

  constructor(source: string) {
    this.#source = source;
    this.#end = source.length;
  }

  complete(): string {
    const source = this.#source;
    for (let i = 0; i < this.#end;) {
      SPECIAL.lastIndex = i;
      const found = SPECIAL.exec(source);
      if (!found) break;
      i = this.#readers[found[0][0] ?? '']?.(found.index) ?? found.index + 1;
    }
    this.#openAddress();
    let close = '';
    const dropped: number[] = [];
    let textEnd = this.#textEnd();
    for (const opener of [...this.#openers, ...this.#brackets].sort((a, b) => b.at - a.at)) {
      if (opener.at >= this.#end || this.#isPast(opener)) continue;
      if (opener.start >= textEnd || this.#isHeldBack(opener)) {
        this.#end = opener.at;
        textEnd = this.#textEnd();
      } else if (opener.kind !== '[' && opener.kind !== '(') close += this.#closing(opener, textEnd);
      else if (opener.kind === '[' && isLiteral(source, opener.at)) continue;
      else if (this.#lastLink > opener.at) dropped.push(opener.at);
      else {
        this.#lastLink = opener.at;
        close += PENDING_END;
      }
    }
    return this.#write(dropped.reverse(), close);
  }

  /** An address without brackets that the next character may continue is a link to be, too. */
  #openAddress(): void {
    if (this.#brackets.length > 0 || this.#openers.at(-1)?.kind === '`') return;
    const half = HALF_ADDRESS.exec(this.#source.slice(Math.max(0, this.#end - 16), this.#end))?.[0];
    if (half) this.#end -= half.length;
    const address = this.#addresses.find(({ at, end }) => at < this.#end && end >= this.#end);
    const scheme = address && ADDRESS_START.exec(this.#source.slice(Math.max(0, address.at - 6), address.at))?.[0];
    const at = address && scheme ? address.at - scheme.length : this.#end;
    const text = this.#source.slice(at, this.#end);
    if (text.length > MAX_HELD || !WHOLE_ADDRESS_START.test(text)) return;
    if (this.#openers.some((opener) => opener.at > at)) return;
    this.#end -= ADDRESS_TRAIL.exec(text)?.[0].length ?? 0;
    this.#openers.push({ at, start: at, kind: ADDRESS, count: 0 });
  }

  /** Each returns where to go on; those that end the run move its end there. */
  readonly #readers: Readonly<Record<string, (at: number) => number>> = {
    '\\': (at) => (/^\n?$/.test(this.#source.slice(at + 1)) ? this.#stop(at) : at + 2),
    '&': (at) => (this.#isHalf(HALF_REFERENCE, at) ? this.#stop(at) : at + 1),
    '`': (at) => this.#readCode(at),
    '<': (at) => this.#readTag(at),
    '!': (at) => this.#readImage(at),
    '[': (at) => this.#openBracket(at, '['),
    ']': (at) => this.#closeBracket(at),
    '*': (at) => this.#readDelimiters(at),
    _: (at) => this.#readDelimiters(at),
    '~': (at) => this.#readDelimiters(at),
    ':': (at) => (SCHEME.test(this.#source.slice(Math.max(0, at - 5), at)) ? this.#readAddress(at + 1) : at + 1),
    w: (at) => this.#readAddress(at + 3),
    W: (at) => this.#readAddress(at + 3),
    '@': (at) => this.#readAddress(at),
  };

  #stop(at: number): number {
    return (this.#end = at);
  }

  #isHalf(pattern: RegExp, at: number): boolean {
    return this.#source.length - at <= MAX_HELD && matchAt(pattern, this.#source, at) !== null;
  }

  /** Markup that began there would be too long. */
  #isTooFar(at: number, end = this.#source.length): boolean {
    return end - at > MAX_SPAN;
  }

  /** Nothing closes it any more. */
  #isPast({ at, kind, runs = Infinity }: Opener, end?: number): boolean {
    return this.#isTooFar(at, end) || (this.#runs[kind] ?? 0) - runs > MAX_RUNS;
  }

  /** Where the shown text ends without blanks. */
  #textEnd(): number {
    let end = this.#end;
    while (end > 0 && isBlank(this.#source[end - 1])) end -= 1;
    return end;
  }

  #readCode(at: number): number {
    const source = this.#source;
    const start = runEnd(source, at);
    const close = (this.#codes ??= new CodeEnds(source)).next(start - at, start);
    if (this.#isTooFar(at, close < 0 ? source.length : close)) return start;
    if (close >= 0) return close;
    let end = source.length;
    while (end > start && source[end - 1] === '`') end -= 1;
    this.#openers.push({ at, start, kind: '`', count: start - at });
    return this.#stop(end);
  }

  #readTag(at: number): number {
    const tag = matchAt(TAG, this.#source, at);
    if (!tag) return this.#isHalf(HALF_TAG, at) ? this.#stop(at) : at + 1;
    const end = at + tag[0].length;
    const kind = tag[2]?.toLowerCase() ?? '';
    if (INLINE_TAGS.has(kind)) {
      const partner = tag[1] === '' ? -1 : this.#openers.findLastIndex((opener) => opener.kind === kind);
      if (partner >= 0 && !this.#isTooFar(this.#openers[partner]!.at, end)) this.#openers.length = partner;
      else if (tag[0].length === kind.length + 2) this.#open({ at, start: end, kind, count: 1 });
    }
    return end;
  }

  #readImage(at: number): number {
    if (this.#source[at + 1] === '[') return this.#openBracket(at, '![');
    // A lone one after a blank is most likely an image's; after a word it is an exclamation.
    return isBlank(this.#source[at - 1]) || this.#source[at - 1] === '[' ? this.#stop(at) : at + 1;
  }

  #openBracket(at: number, kind: string): number {
    this.#brackets.push({ at, start: at + kind.length, kind, count: 0 });
    return at + kind.length;
  }

  #closeBracket(at: number): number {
    const bracket = this.#brackets.pop();
    if (!bracket) return at + 1;
    const end = this.#source[bracket.start] === '^' ? at + 1 : destinationEnd(this.#source, at + 1);
    if (this.#isTooFar(bracket.at, end < 0 ? undefined : end)) return at + 1;
    if (end < 0) {
      const last = at + 1 === this.#source.length;
      this.#brackets.push(last || bracket.kind === '![' ? bracket : { ...bracket, kind: '(' });
      return this.#stop(last && isLiteral(this.#source, bracket.at) ? at + 1 : at);
    }
    if (end > at + 1) {
      // What began inside a link cannot end behind it.
      this.#openers = this.#openers.filter((opener) => opener.at < bracket.at);
      if (bracket.kind === '[') this.#lastLink = bracket.at;
    }
    return end;
  }

  /** Nothing is shown of an image, of a footnote's label, and of a number that may be a link's text or a citation. */
  #isHeldBack({ at, start, kind }: Opener): boolean {
    if (kind === '![') return true;
    if (kind !== '[' || this.#end - start > MAX_LABEL || isLiteral(this.#source, at)) return false;
    return /^(?:\s*\d{0,4}|\^.*)$/.test(this.#source.slice(start, this.#end));
  }

  #closing({ kind, start, count }: Opener, textEnd: number): string {
    if (kind === ADDRESS) return PENDING_END;
    if (INLINE_TAGS.has(kind)) return closingTag(kind);
    // A blank at both ends is no part of code, and keeps a backtick apart from the closing ones.
    const apart = kind === '`' && (/[ `]/.test(this.#source[start] ?? '') || this.#source[textEnd - 1] === '`');
    return (apart ? ' ' : '') + kind.repeat(count);
  }

  #readDelimiters(at: number): number {
    const source = this.#source;
    const end = runEnd(source, at);
    if (end === source.length) return this.#stop(at);
    const char = source[at] ?? '';
    const [before, after] = [sideOf(source[at - 1]), sideOf(source[end])];
    const runs = (this.#runs[char]! += before === 'blank' && after === 'blank' ? 0 : 1);
    // CommonMark's flanking, eased where it keeps emphasis from working between CJK letters.
    const left = after !== 'blank' && (after !== 'mark' || before !== 'word');
    const right = before !== 'blank' && (before !== 'mark' || after !== 'word');
    let count = end - at;
    if (right && (char !== '_' || !left || after === 'mark')) count = this.#closeDelimiters(char, count, at);
    if (count < end - at) this.#endAddress(at);
    const mayOpen = left && (char !== '_' || !right || before === 'mark') && at >= this.#addressEnd;
    // Where it could close as well a single star is multiplication more often than emphasis, and two between digits a
    // power; a single `~` is "about".
    const isPower = char === '*' && isDigit(source[at - 1]) && isDigit(source[end]);
    const guess = char === '~' ? count === 2 : (count > 1 && !isPower) || !right || before === 'cjk';
    if (count > 0 && mayOpen && guess) this.#open({ at: end - count, start: end, kind: char, count, runs });
    return end;
  }

  #closeDelimiters(kind: string, count: number, at: number): number {
    for (let i = this.#openers.length - 1; i >= 0 && count > 0; i -= 1) {
      const opener = this.#openers[i];
      if (opener?.kind !== kind) continue;
      if (this.#isPast(opener, at)) break;
      const used = Math.min(opener.count, count);
      opener.count -= used;
      count -= used;
      this.#openers.length = opener.count === 0 ? i : i + 1;
    }
    return count;
  }

  #open(opener: Opener): void {
    if (this.#openers.length >= MAX_OPEN)
      this.#openers = this.#openers.filter((other) => !this.#isPast(other, opener.at));
    if (this.#openers.length < MAX_OPEN) this.#openers.push(opener);
  }

  #readAddress(at: number): number {
    if (at >= this.#addressEnd) this.#addressEnd = matchAt(ADDRESS_END, this.#source, at)?.index ?? this.#source.length;
    this.#addresses.push({ at, end: this.#addressEnd });
    return at + 1;
  }

  /** Emphasis around an address ends it. */
  #endAddress(at: number): void {
    if (at >= this.#addressEnd) return;
    for (const address of this.#addresses) if (address.end === this.#addressEnd) address.end = at;
    this.#addressEnd = at;
  }

  /** The shown text, without what is `dropped`, and with a backslash in each address that is no link yet. */
  #write(dropped: readonly number[], close: string): string {
    const source = this.#source;
    const shown = this.#end;
    // The one that still grows, and those in the text of a link to be.
    const start = this.#openers.find(({ kind }) => kind === ADDRESS)?.at ?? shown;
    const isNoLink = ({ at, end }: Address): boolean =>
      at < start && !this.#isTooFar(at) && (end >= shown || at > (dropped[0] ?? shown));
    const muted = this.#addresses.filter(isNoLink).map(({ at }) => at);
    for (const { index } of source.slice(start, shown).matchAll(PUNCTUATION)) muted.push(start + index);
    const edits = [
      ...dropped.map((at) => ({ at, insert: '', skip: 1 })),
      ...(start < shown ? [{ at: start, insert: '[', skip: 0 }] : []),
      ...muted.map((at) => ({ at, insert: '\\', skip: 0 })),
    ];
    let text = '';
    let from = 0;
    for (const { at, insert, skip } of edits.sort((a, b) => a.at - b.at)) {
      text += source.slice(from, at) + insert;
      from = at + skip;
    }
    // A blank behind what is closed would be a text of its own, until the next word comes and it stands in there.
    return text + (close === '' ? source.slice(from, shown) : source.slice(from, this.#textEnd()) + close);
  }
}

/**
 * True for brackets that are no link's: behind a letter or digit (`a[0`), around numbers, an alert's (`[!NOTE]`), of a
 * half-open range (`[0, n)`).
 */
function isLiteral(source: string, at: number): boolean {
  if (source[at + 1] === '^') return false;
  const inside = /^(?:\d+[,;]|![^[]|[^()[\]\n]{0,64}\))/;
  return /[a-z\d]/i.test(source[at - 1] ?? '') || inside.test(source.slice(at + 1, at + 67));
}

function closingTag(name: string): string {
  return `</${name}>`;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function isBlank(char: string | undefined): boolean {
  return char === undefined || /\s/.test(char);
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}

/** What stands beside a delimiter. Half a surrogate pair is an emoji's more often than a letter's. */
function sideOf(char: string | undefined): 'blank' | 'cjk' | 'word' | 'mark' {
  if (char === undefined || isBlank(char)) return 'blank';
  if (CJK.test(char)) return 'cjk';
  return /[\p{L}\p{N}\p{M}]/u.test(char) ? 'word' : 'mark';
}

/** The end of the run of equal characters that begins at `at`. */
function runEnd(text: string, at: number): number {
  let end = at + 1;
  while (text[end] === text[at]) end += 1;
  return end;
}

/** End of `(destination "title")` or `[label]` after a link's text; -1: it is still arriving; `from`: there is none. */
function destinationEnd(text: string, from: number): number {
  if (from === text.length) return -1;
  if (text[from] === '[') {
    const end = text.indexOf(']', from);
    return end < 0 ? -1 : end + 1;
  }
  if (text[from] !== '(') return from;
  let depth = 0;
  let begun = false;
  let ended = false;
  let quote: string | undefined;
  for (let i = from + 1; i < text.length; i += 1) {
    const char = text[i] ?? '';
    if (isBlank(char)) {
      ended ||= begun && quote !== '>';
      continue;
    }
    if (char === '\\') i += 1;
    else if (quote) {
      if (char === QUOTES_END[quote]) return from;
      quote = char === quote ? undefined : quote;
    } else if (char === ')') {
      if (depth === 0 || ended) return i + 1;
      depth -= 1;
    } else if (ended) {
      quote = TITLE_ENDS[char];
      if (!quote) return from; // words behind the address: no link
    } else if (char === '<' && !begun) quote = '>';
    else if (char === '(' && (depth += 1) > MAX_PARENTHESES) return from;
    begun = true;
  }
  return -1;
}
