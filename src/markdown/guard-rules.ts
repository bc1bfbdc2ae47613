/**
 * Problem: some of marked's patterns look at all that follows, again and again: a paragraph's for a table's rows at each
 * of its lines, a rule's for its end at each marker of a line, text's for an `@` at each of its words, a comment's for
 * its end. And WebKit tries patterns that begin with `^` at every place.
 * Choice: the same patterns without that, each with the reason why it comes to the same, or its bound.
 * Bound: a rule is a line of at most 1,024 characters; of the code in a link's text that hides emphasis, 99 are looked at;
 * emphasis ends within `MAX_SPAN` characters and `MAX_RUNS` runs of delimiters.
 */
import type { Tokenizer } from 'marked';
import { footnoteRules } from './extensions/footnotes.js';
import { MAX_SPAN } from './inline-text.js';
import type { InlineText } from './inline-text.js';

type Rules = Tokenizer<string, string>['rules'];

const MAX_RULE = 1024;

/** Says no at the first place, which is the only one for a pattern that begins with `^`. */
class AnchoredPattern extends RegExp {
  constructor({ source, flags }: RegExp) {
    super(source, `${flags}y`);
  }

  override exec(text: string): RegExpExecArray | null {
    this.lastIndex = 0;
    return super.exec(text);
  }
}

/** A rule is a line, and none that is too long: it is tried again for each marker at the beginning of a line. */
class RulePattern extends AnchoredPattern {
  override exec(text: string): RegExpExecArray | null {
    const start = text.slice(0, MAX_RULE + 1);
    const end = start.indexOf('\n');
    const line = end < 0 ? start : start.slice(0, end);
    // Most that begin like one do not end like one, which is told at once.
    return line.length > MAX_RULE || !'-*_'.includes(line.trimEnd().slice(-1)) ? null : super.exec(line);
  }
}

/** Beginnings of tags that end anywhere, or nowhere. */
const ENDS = [
  ['<!--', '-->'],
  ['<!', '>'],
  ['<?', '?>'],
] as const;

/** What is not ended once is not ended further on. */
class TagPattern extends AnchoredPattern {
  readonly #reading: () => InlineText;

  constructor(pattern: RegExp, reading: () => InlineText) {
    super(pattern);
    this.#reading = reading;
  }

  override exec(text: string): RegExpExecArray | null {
    const [, end] = ENDS.find(([start]) => text.startsWith(start)) ?? [];
    return end !== undefined && !this.#reading().isEnded(text, end) ? null : super.exec(text.slice(0, MAX_SPAN));
  }
}

/** By marked's own pattern, of which there is one for all lexers. */
const patterns = new WeakMap<RegExp, RegExp>();

function guarded(pattern: RegExp, guard = (unguarded: RegExp): RegExp => new AnchoredPattern(unguarded)): RegExp {
  const known = patterns.get(pattern) ?? guard(pattern);
  patterns.set(pattern, known);
  return known;
}

/** What hides delimiters is markup, so it is no longer than that. */
class SpanPattern extends RegExp {
  override exec(text: string): RegExpExecArray | null {
    for (;;) {
      const found = super.exec(text);
      if (!found || found[0].length <= MAX_SPAN) return found;
      // Half a run of backticks begins nothing.
      const [start] = /^`+|^/.exec(found[0])!;
      this.lastIndex = found.index + Math.max(1, start.length);
    }
  }
}

/** The runs of delimiters that one may look at for its partner. */
export const MAX_RUNS = 32;

/** Runs of delimiters behind one that may begin emphasis, as many and as far as it looks. */
class DelimiterPattern extends RegExp {
  #runs = 0;

  override exec(text: string): RegExpExecArray | null {
    if (this.lastIndex === 0) this.#runs = 0;
    const found = super.exec(text);
    if (!found) return null;
    if (found.slice(1).some(Boolean)) this.#runs += 1;
    return found.index > MAX_SPAN || this.#runs > MAX_RUNS ? null : found;
  }
}

/** No emphasis longer than markup may be. */
export function boundDelimiters({ inline, ...rules }: Rules): Rules {
  const bounded: Partial<Rules['inline']> = {};
  for (const name of ['emStrongRDelimAst', 'emStrongRDelimUnd', 'delRDelim'] as const)
    bounded[name] = guarded(inline[name], (unguarded) => new DelimiterPattern(unguarded));
  return { ...rules, inline: { ...inline, ...bounded } };
}

/**
 * A paragraph ends where a table seems to begin. Where it is none, marked begins another paragraph there, and copies both
 * into one, again and again: this one goes on. Only past what can be nothing else.
 */
class ParagraphPattern extends AnchoredPattern {
  readonly #isTable: (text: string) => boolean;

  constructor(pattern: RegExp, isTable: (text: string) => boolean) {
    super(pattern);
    this.#isTable = isTable;
  }

  override exec(text: string): RegExpExecArray | null {
    const found = super.exec(text);
    if (!found) return null;
    let end = found[0].length;
    for (let more: RegExpExecArray | null = found; more;) {
      NO_TABLE.lastIndex = end;
      const lines = NO_TABLE.exec(text)?.[0].slice(1);
      more = lines === undefined || this.#isTable(lines) ? null : super.exec(text.slice(end + 1));
      if (more) end += 1 + more[0].length;
    }
    found[0] = found[1] = text.slice(0, end);
    return found;
  }
}

const NO_TABLE = /\n {0,3}[^\s\d[<>#*+_=`~-][^\n]*\n {0,3}[-: ]*\|[-:| ]*(?:\n|$)/y;

/** A part of a pattern as another. The tests see to it that it is there. */
function replaced(pattern: RegExp, part: string | RegExp, by: string): RegExp {
  return guarded(
    pattern,
    ({ source, flags }) =>
      new RegExp(
        source.replace(part, () => by),
        flags,
      ),
  );
}

export function guardRules(
  { block, inline, other }: Rules,
  reading: () => InlineText,
  isTable: (text: string) => boolean,
): Rules {
  const { hrRegex, listItemRegex } = other;
  const listItems: Record<string, RegExp> = {};
  const asRule = (pattern: RegExp): RegExp => guarded(pattern, (unguarded) => new RulePattern(unguarded));
  const guardedBlock = blockRules.get(block) ?? guardBlockRules(block, asRule);
  blockRules.set(block, guardedBlock);
  const asSpan = (pattern: RegExp): RegExp => guarded(pattern, (unguarded) => new SpanPattern(unguarded));
  return boundDelimiters({
    block: { ...guardedBlock, paragraph: new ParagraphPattern(guardedBlock.paragraph, isTable) },
    inline: {
      ...inline,
      anyPunctuationOutsideCode: asSpan(inline.anyPunctuationOutsideCode),
      autolink: guarded(inline.autolink),
      blockSkip: asSpan(replaced(inline.blockSkip, LABEL, BOUNDED_LABEL)),
      reflinkSearch: asSpan(inline.reflinkSearch),
      tag: new TagPattern(inline.tag, reading),
      // Text is given only up to the next mail address.
      text: replaced(inline.text, BEFORE_MAIL, ''),
      url: guarded(inline.url),
    },
    other: {
      ...other,
      // What marked does with tabs, a character at a time, it does with each line of spaces, too.
      leadingSpaceTab: LEADING_TAB,
      hrRegex: (indent) => asRule(hrRegex(indent)),
      // Marked makes one for each list; there are five bullets.
      listItemRegex: (bullet) => (listItems[bullet] ??= new AnchoredPattern(listItemRegex(bullet))),
    },
  });
}

/** By marked's own, with the notes' in them. */
const blockRules = new WeakMap<Rules['block'], Rules['block']>();

function guardBlockRules(block: Rules['block'], asRule: (pattern: RegExp) => RegExp): Rules['block'] {
  // A paragraph ends where a table begins: the first two lines say so, and its rows need not be looked at.
  const rows = block.table.source.slice(block.table.source.indexOf('(?:\\n((?:(?!'));
  const rules = footnoteRules({ ...block, paragraph: replaced(block.paragraph, rows, '(?:\\n|$)') });
  for (const name of ['blockquote', 'html', 'lheading', 'table'] as const) rules[name] = guarded(rules[name]);
  return { ...rules, hr: asRule(block.hr) };
}

/** A link's text in the pattern for what hides delimiters. */
const LABEL = '(?:[^\\[\\]`]|(?<a>`+)[^`]+\\k<a>(?!`))*?';
const BOUNDED_LABEL = '[^\\[\\]`]*(?:(?<a>`+)[^`]+\\k<a>(?!`)[^\\[\\]`]*){0,99}?';

const LEADING_TAB = /^ *\t[ \t]*/;

/** Where text stops for a bare mail address. */
const BEFORE_MAIL = /\|(?:\[\^a-zA-Z0-9\.![^\]]*\])?\(\?=\[a-zA-Z0-9\.![^\]]*\]\+@\)/g;

/** A bare address of the web. */
const addressPatterns = new WeakMap<RegExp, RegExp>();

export function addressPattern(pattern: RegExp): RegExp {
  const known =
    addressPatterns.get(pattern) ??
    new AnchoredPattern(new RegExp(pattern.source.slice(0, pattern.source.lastIndexOf('|^'))));
  addressPatterns.set(pattern, known);
  return known;
}
