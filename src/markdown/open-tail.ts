/**
 * Problem: text that stops anywhere stops inside markup: `**bo`, `[text](htt`, a lone `-` that makes the paragraph
 * above it a heading. Shown as it stands it flashes punctuation and changes its past.
 * Choice: two pure functions. `visibleTail` holds back a last line that is nothing but a marker so far;
 * `completeInline` closes what is open in the last inline run, drops a marker that has no text yet, shows an
 * unfinished link as its text and an unfinished image as nothing. Only the display: what is settled never passes here.
 * Bound: one scan of the run; a run longer than 8 kB is shown as it stands.
 */

const MARKER_ONLY = /^[ \t]*(?:>[ \t]*)*(?:[-*+_=](?:[ \t]*[-*+_=])*|#{1,6}|\d{1,9}[.)]?|`+|~+|\|[-:| \t]*)?[ \t]*$/;
const OPENING_FENCE = /^[ \t]*(?:`{3,}[^`]*|~{3,}.*)$/;
const DEFINITION = /^ {0,3}\[[^\]]+\]:[ \t]*\S*(?:[ \t]+["'(].*)?$/;
const HTML_TAG = /^ {0,3}<\/?[a-z]*$/i;
const MAX_SCAN = 8192;

/** `text` without a last line that does not yet say what it is. */
export function visibleTail(text: string): string {
  const start = text.lastIndexOf('\n') + 1;
  const line = text.slice(start);
  const held = [MARKER_ONLY, OPENING_FENCE, DEFINITION, HTML_TAG].some((pattern) => pattern.test(line));
  return held ? text.slice(0, start) : text;
}

interface Opener {
  readonly char: string;
  count: number;
  /** Where the text inside it begins. */
  start: number;
}

/** The source of an unfinished inline run, completed so that it renders as what it is becoming. */
export function completeInline(source: string): string {
  if (source.length > MAX_SCAN) return source;
  const openers: Opener[] = [];
  const brackets: { at: number; image: boolean }[] = [];
  let text = source;
  let close = '';
  for (let i = 0; i < text.length;) {
    const char = text[i] ?? '';
    const run = runLength(text, i);
    if (char === '\\') {
      if (i === text.length - 1) text = text.slice(0, i);
      i += 2;
    } else if (char === '`') {
      const end = closingBackticks(text, i + run, run);
      if (end < 0) {
        const content = text.slice(i + run).replace(/`+$/, '');
        text = content.trim() === '' ? text.slice(0, i) : text.slice(0, i + run) + content;
        if (content.trim() !== '') close = '`'.repeat(run);
        break;
      }
      i = end;
    } else if (char === '<') {
      const tag = /^<(?:\/?[a-z][^<>]*>|[^\s<>]*>)/i.exec(text.slice(i, i + 2048));
      if (!tag && /^<\/?(?:[a-z][^<>\n]{0,200})?$/i.test(text.slice(i))) text = text.slice(0, i);
      i += tag ? tag[0].length : 1;
    } else if (char === '[') {
      brackets.push({ at: i, image: text[i - 1] === '!' });
      i += 1;
    } else if (char === ']') {
      const bracket = brackets.pop();
      const end = bracket ? destinationEnd(text, i + 1) : i + 1;
      if (bracket && end < 0) {
        text = bracket.image ? text.slice(0, bracket.at - 1) : withoutBracket(text.slice(0, i), bracket.at, openers);
        break;
      }
      i = end;
    } else if (char === '*' || char === '_' || char === '~') {
      if (i + run === text.length) text = text.slice(0, i);
      else delimit(openers, text, i, run);
      i += run;
    } else i += 1;
  }
  for (const bracket of brackets.reverse()) {
    if (bracket.at >= text.length) continue;
    text = bracket.image ? text.slice(0, bracket.at - 1) : withoutBracket(text, bracket.at, openers);
  }
  for (const opener of openers.reverse()) {
    if (opener.start >= text.length || text.slice(opener.start).trim() === '')
      text = text.slice(0, opener.start - opener.count);
    else close += opener.char.repeat(opener.count);
  }
  const trimmed = text.trimEnd();
  return close === '' ? text : trimmed + close + text.slice(trimmed.length);
}

function withoutBracket(text: string, at: number, openers: readonly Opener[]): string {
  for (const opener of openers) if (opener.start > at) opener.start -= 1;
  return text.slice(0, at) + text.slice(at + 1);
}

function runLength(text: string, at: number): number {
  let end = at + 1;
  while (text[end] === text[at]) end += 1;
  return end - at;
}

function closingBackticks(text: string, from: number, count: number): number {
  for (let i = text.indexOf('`', from); i >= 0;) {
    const run = runLength(text, i);
    if (run === count) return i + run;
    i = text.indexOf('`', i + run);
  }
  return -1;
}

/** End of `(destination)` or `[label]` after a link's text; -1: it is still arriving. */
function destinationEnd(text: string, from: number): number {
  const opening = text[from];
  if (opening === undefined) return -1;
  if (opening === '[') {
    const end = text.indexOf(']', from);
    return end < 0 ? -1 : end + 1;
  }
  if (opening !== '(') return from;
  let depth = 0;
  for (let i = from; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '(') depth += 1;
    else if (text[i] === ')' && --depth === 0) return i + 1;
  }
  return -1;
}

function delimit(openers: Opener[], text: string, at: number, run: number): void {
  const char = text[at] ?? '';
  const before = text[at - 1] ?? ' ';
  const after = text[at + run] ?? ' ';
  let count = run;
  if (!/\s/.test(before)) {
    for (let i = openers.length - 1; i >= 0 && count > 0; i -= 1) {
      const opener = openers[i];
      if (opener?.char !== char) continue;
      const used = Math.min(opener.count, count);
      opener.count -= used;
      count -= used;
      openers.length = opener.count === 0 ? i : i + 1;
    }
  }
  // Between two letters a single star is multiplication more often than emphasis, `_` part of a name, `~` "about".
  const guess = count >= 2 || (char !== '~' && !/[\p{L}\p{N}]/u.test(before));
  if (count > 0 && count <= 3 && guess && !/\s/.test(after)) openers.push({ char, count, start: at + run });
}
