/**
 * Problem: one list, one quotation, one fence may be the whole answer; read again from its first line with every piece,
 * it costs the square of its length.
 * Choice: what nothing that follows can change is left out of the text that is read again, and what stays reads as it
 * did before: of a list its last item, of a quotation or an item its last block (behind an empty heading, where the
 * first line has to stay for its marker), of a fence its first and last lines, of a table its head and last row, of
 * running text what stands behind the last place at which no markup can be open. Pure text and tokens; the caller
 * compares what the shortened text renders to with what is there, and reads on with it only where that is the same.
 * Bound: one pass over the open block.
 */
import type { Token, Tokens } from 'marked';
import { inlineTagKind, matchInlineTags } from './raw-html.js';
import { lastSection, mayEnd, weigh } from './sections.js';

/** `run`: text in an element of its own; `text`: that of a tight item, which stands in the item. */
type OpenKind = 'list' | 'item' | 'quote' | 'code' | 'table' | 'run' | 'text';

export interface OpenBlock {
  readonly kind: OpenKind;
  /** Its place among the tokens of the one around it. */
  readonly index: number;
  /** Of a list: whether its items are paragraphs. */
  readonly loose: boolean;
}

/** Of what something is left out. */
export interface LeftOut {
  /** The open blocks from the outside in, down to the innermost of which something is left out. */
  readonly path: readonly OpenBlock[];
  /** How much is left out of the section that a run goes on with. */
  readonly left?: number;
}

export interface Elision extends LeftOut {
  readonly text: string;
  /** How much is left out of the run at the end. */
  readonly cut: number;
}

/** Stands for the text left out of a run: to Markdown a letter like any other. */
export const STUB = '\ue000';

/** An empty heading: nothing continues it, whatever follows. */
const CLOSED = '#';

/** So many characters of a run stay at least. */
const KEPT = 64;
/** So long a tight list in another block stays whole. */
const MAX_KEPT_LIST = 1024;
/** A longer line is looked at for being a table's when the block is final (blocks.ts). */
export const LONG_HEAD = 4096;

/** The content of a block: its lines without the markers of the blocks around it; the first is line `at` of the text. */
interface Content {
  readonly tokens: readonly Token[];
  readonly lines: readonly string[];
  readonly at: number;
  /** The first line carries the marker of an item, so it has to stay. */
  readonly marked: boolean;
}

/** What plug-ins say about what is left out. */
export interface PluginBounds {
  /** Kinds of tokens that a plug-in renders: it is given all of one, or nothing of it is left out. */
  readonly rendered: ReadonlySet<string>;
  /** Inline text has markup that is unknown here, or is rendered so: only whole sections of it are left out. */
  readonly hasInline: boolean;
}

export const NO_PLUGINS: PluginBounds = { rendered: new Set(), hasInline: false };

/** How many of some blocks nothing that follows can change. */
type CountFinal = (tokens: readonly Token[]) => number;

/**
 * Leaves finished blocks, items, rows and lines out. `text` has complete lines; `before`: what was left out earlier; `left`:
 * how much of that is of the section that a run goes on with. Null: there is nothing to leave out.
 */
export function elideBlocks(
  text: string,
  tokens: readonly Token[],
  before: readonly OpenBlock[],
  countFinal: CountFinal,
  plugins: PluginBounds,
  left?: number,
): Elision | null {
  return new Elider(text, before, countFinal, plugins, left).elide(tokens);
}

/** Leaves the finished part of the last run of text out. Its last line need not be complete. */
export function elideRun(text: string, tokens: readonly Token[], plugins: PluginBounds, left?: number): Elision | null {
  return new Elider(text, [], null, plugins, left).elide(tokens);
}

class Elider {
  readonly #lines: (string | null)[];
  readonly #before: readonly OpenBlock[];
  /** Null: running text only. */
  readonly #countFinal: CountFinal | null;
  readonly #path: OpenBlock[] = [];
  /** How much of the path has something left out of it. */
  #depth = 0;
  /** How much of the path is that of before. */
  #known = 0;
  #cut = 0;
  readonly #plugins: PluginBounds;
  #left: number | undefined;

  constructor(
    text: string,
    before: readonly OpenBlock[],
    countFinal: CountFinal | null,
    plugins: PluginBounds,
    left?: number,
  ) {
    this.#lines = text.split('\n');
    this.#before = before;
    this.#countFinal = countFinal;
    this.#plugins = plugins;
    this.#left = left;
  }

  elide(tokens: readonly Token[]): Elision | null {
    this.#open({ tokens, lines: this.#lines.map((line) => line ?? ''), at: 0, marked: false });
    if (this.#depth === 0) return null;
    const depth = this.#known === this.#before.length ? Math.max(this.#depth, this.#known) : this.#depth;
    return {
      text: this.#lines.filter((line) => line !== null).join('\n'),
      path: this.#path.slice(0, depth),
      cut: this.#cut,
      left: this.#left,
    };
  }

  /** Goes into the last of the blocks, and leaves those in front of it out. */
  #open({ tokens, lines, at, marked }: Content): void {
    const index = this.#countFinal?.(tokens) ?? lastShown(tokens);
    const token = tokens[index];
    const start = countLines(tokens.slice(0, index));
    const isOuter = this.#path.length === 0;
    if (!token || lastShown(tokens) !== index || (isOuter && index > 0)) return;
    let place = index;
    if (this.#countFinal && start > 0) {
      // Behind a list marked reads the text of an item as a paragraph.
      const hasList = tokens.slice(0, index).some(({ type }) => type === 'list');
      const container = !hasList ? '' : token.raw.trimStart().startsWith('-') ? '* ' : '- ';
      if (marked && !this.#replaceEnd(at, lines[0]!, container + CLOSED)) return;
      place = marked ? 1 : 0;
      this.#drop(at + place, at + start);
    }
    const content = { tokens, lines: lines.slice(start), at: at + start, marked: marked && start === 0 };
    if (!this.#plugins.rendered.has(token.type)) this.#kinds[token.type]?.(token, [place, index], content);
  }

  readonly #kinds: Readonly<Record<string, (token: Token, index: [number, number], content: Content) => void>> = {
    list: (token, index, { at, marked }) => {
      const { items, loose, raw } = token as Tokens.List;
      // Turning loose changes all of its items, and would have everything around it read again.
      if (!loose && this.#path.length > 0 && raw.length < MAX_KEPT_LIST) return;
      const last = items.length - 1;
      const start = countLines(items.slice(0, last));
      this.#enter('list', index, loose);
      const drops = this.#countFinal !== null && start > 0 && !marked;
      if (drops) this.#drop(at, at + start);
      const { tokens, text } = items[last]!;
      this.#enter('item', [drops ? 0 : last, last]);
      this.#open({ tokens, lines: text.split('\n'), at: at + start, marked: true });
    },
    blockquote: (token, index, { at, marked }) => {
      const { tokens, text } = token as Tokens.Blockquote;
      this.#enter('quote', index);
      // The first line of an alert is not among its blocks.
      const first = countNewlines(text.slice(0, Math.max(0, text.indexOf(tokens[0]?.raw ?? ''))));
      const lines = text.split('\n').slice(first);
      this.#open({ tokens, lines, at: at + first, marked: marked && first === 0 });
    },
    code: (token, index, { at, lines, marked }) => {
      const length = countLines([token]);
      const first = 'codeBlockStyle' in token && !marked ? 0 : 1;
      // The last two lines stay: the last may be the end of the fence.
      this.#enter('code', index);
      if (this.#countFinal && length - 2 > first && lines[length - 2]?.trim()) this.#drop(at + first, at + length - 2);
    },
    table: (token, index, { at }) => {
      const length = countLines([token]);
      this.#enter('table', index);
      if (this.#countFinal && length > 3) this.#drop(at + 2, at + length - 1);
    },
    paragraph: (token, index, content) => {
      this.#enter('run', index);
      this.#openRun(token as Tokens.Paragraph, content);
    },
    text: (token, index, content) => {
      this.#enter('text', index);
      this.#openRun(token as Tokens.Paragraph, content);
    },
  };

  #openRun({ tokens, text }: Tokens.Paragraph, { lines, at }: Content): void {
    const texts = text.split('\n');
    if (this.#countFinal || !this.#hasOwnLines(texts, lines, at)) return;
    const isDeeper = lines.at(-1)!.trimEnd().length > texts.at(-1)!.trimEnd().length;
    const room = Math.min(text.length - KEPT, isDeeper ? text.lastIndexOf('\n') : Infinity);
    const section = lastSection(tokens, room);
    const wasCut = this.#left !== undefined && section.at === 0 && text.startsWith(STUB);
    const [start, before] = wasCut ? [1, this.#left!] : [section.at, 0];
    const end = mayEnd(text, start, before);
    const kept = (end < 0 ? room : Math.min(room, end)) - section.at;
    const finished = this.#plugins.hasInline ? 0 : finishedLength(section.tokens, text.slice(section.at), kept);
    const length = section.at + finished;
    const left = text.slice(0, length);
    const line = countNewlines(left);
    const last = texts[line]!;
    const rest =
      last.slice(left.length - (left.lastIndexOf('\n') + 1)) + spacesBehind(this.#lines[at + line] ?? '', last);
    if (length === 0 || !this.#replaceEnd(at, lines[0]!, STUB + rest)) return;
    this.#drop(at + 1, at + 1 + line);
    this.#cut = length;
    this.#left = before + weigh(text.slice(start, length));
  }

  /** Whether the lines of a run are known from its text, and nothing but lines of text. */
  #hasOwnLines(texts: readonly string[], lines: readonly string[], at: number): boolean {
    // A row of cells may be a table's head, or what stands below it.
    if (lines.at(-1)!.length < LONG_HEAD && lines.at(-1)!.includes('|')) return false;
    // Lines may stand further in than their text; of the last one that says what may follow.
    if (lines.some((whole, place) => whole.trim() !== (texts[place]?.trim() ?? ''))) return false;
    // Of a quotation, too, where one has no marker.
    const isQuoted = this.#path.some(({ kind }) => kind === 'quote');
    return !isQuoted || this.#lines.slice(at + 1, at + lines.length).every((line) => line?.includes('>'));
  }

  #enter(kind: OpenKind, [place, before]: [number, number], loose = false): void {
    const known = this.#before[this.#path.length];
    if (this.#known === this.#path.length && known?.kind === kind && known.index === before) this.#known += 1;
    this.#path.push({ kind, index: place, loose });
  }

  #drop(from: number, to: number): void {
    this.#lines.fill(null, from, to);
    this.#depth = this.#path.length;
  }

  /** False where the line does not end so. */
  #replaceEnd(at: number, end: string, by: string): boolean {
    const line = this.#lines[at] ?? '';
    const before = line.slice(0, line.length - spacesBehind(line, end).length);
    if (!before.endsWith(end)) return false;
    const start = before.slice(0, before.length - end.length);
    // The box of a task is not among the item's text: it stays in front of that, and goes with a paragraph.
    this.#lines[at] = (this.#path.at(-1)?.kind === 'text' ? start : start.replace(/\[[ xX]\][ \t]+$/, '')) + by;
    return true;
  }
}

/** Leaves a list that has turned loose, or was before, as marked leaves loose lists. */
export function loosen(list: Tokens.List): void {
  list.loose = true;
  for (const item of list.items) {
    item.loose = true;
    const [box, text] = item.tokens;
    if (box?.type === 'checkbox' && text && 'tokens' in text) {
      text.tokens?.unshift(box);
      item.tokens.shift();
    }
    for (const token of item.tokens) if (token.type === 'text') token.type = 'paragraph';
  }
}

/**
 * Whether the tokens still have the open blocks of the path, which nothing turned into something else; a list that was
 * loose before stays so, and a table's head is not made again.
 */
export function follows(tokens: readonly Token[], path: readonly OpenBlock[]): boolean {
  let inner: readonly Token[] = tokens;
  for (const { kind, index, loose } of path) {
    const token = inner[index];
    if (token?.type !== TYPES[kind]) return false;
    if (kind === 'list') {
      const list = token as Tokens.List;
      if (list.loose && !loose) return false;
      if (loose && !list.loose) loosen(list);
      inner = list.items;
    } else if (kind === 'table') (token as Tokens.Table).header = [];
    else inner = (token as Tokens.Blockquote).tokens;
  }
  return true;
}

/** The text that the path ends in, where it is running text of which something is left out. */
export function openRun(tokens: readonly Token[], path: readonly OpenBlock[]): readonly Token[] | undefined {
  let inner: readonly Token[] | undefined = tokens;
  for (const { kind, index } of path) {
    const token: Token | undefined = inner?.[index];
    inner = kind === 'list' ? (token as Tokens.List).items : (token as Tokens.Paragraph | undefined)?.tokens;
  }
  return /^(?:run|text)$/.test(path.at(-1)?.kind ?? '') ? inner : undefined;
}

/** Whether nothing stands behind the open blocks yet. */
export function endsIn(tokens: readonly Token[], path: readonly OpenBlock[]): boolean {
  let inner: readonly Token[] = tokens;
  return path.every(({ kind, index }) => {
    const token = inner[index];
    const isLast = lastShown(inner) === index;
    inner = (kind === 'list' ? (token as Tokens.List).items : (token as Tokens.Blockquote).tokens) ?? [];
    return isLast;
  });
}

const TYPES: Readonly<Record<OpenKind, string>> = {
  list: 'list',
  item: 'list_item',
  quote: 'blockquote',
  code: 'code',
  table: 'table',
  run: 'paragraph',
  text: 'text',
};

/** Spaces at the end of an item's last line, which are not among its text. */
function spacesBehind(line: string, text: string): string {
  return line.endsWith(text) ? '' : line.slice(line.trimEnd().length);
}

export function lastShown(tokens: readonly Token[]): number {
  return tokens.findLastIndex(({ raw }) => raw.trim() !== '');
}

function countLines(tokens: readonly Token[]): number {
  return tokens.reduce((sum, { raw }) => sum + countNewlines(raw), 0);
}

function countNewlines(text: string): number {
  return text.split('\n').length - 1;
}

/**
 * How much of a run is plain text up to a place where it may be cut, with nothing open there that a later character could
 * close.
 */
function finishedLength(tokens: readonly Token[], source: string, kept: number): number {
  let at = 0;
  let finished = 0;
  /** Elements that tags have opened. */
  let depth = 0;
  let before: Token | undefined;
  matchInlineTags(tokens);
  for (const token of tokens) {
    const { type, raw } = token;
    if (type === 'checkbox') continue;
    const room = kept - at;
    // Behind this the run is not as it was read: it had been completed for display.
    const length = commonLength(raw, source.slice(at, at + raw.length));
    if (room <= 0 || (length < raw.length && type !== 'text')) break;
    const isWhole = raw.length <= room;
    if (depth === 0 && isWhole && mayBegin(token, before, source, at)) finished = at;
    if (type === 'text') {
      const opener = raw.search(OPENER);
      const end = Math.min(opener < 0 ? raw.length : opener, length);
      const cut = CUT.exec(raw.slice(0, Math.min(end, room)));
      if (cut && depth === 0) finished = at + cut[0].length;
      if (end < raw.length) break;
    } else if (type === 'html') {
      const kind = inlineTagKind(token);
      if (kind === 'pending') break;
      depth += kind === 'open' ? 1 : kind === 'close' ? -1 : 0;
    } else if (mayBeUndone(token)) break;
    before = token;
    at += raw.length;
  }
  return finished;
}

/** Whether what begins at a token reads the same behind a letter as behind what stands there, and goes on to do so. */
function mayBegin(token: Token, before: Token | undefined, source: string, at: number): boolean {
  if (/\s/.test(source[at - 1] ?? ' ')) return false;
  if (token.type !== 'text') return /^[[!`<\\]/.test(token.raw) && !mayBeUndone(token);
  WORD.lastIndex = at;
  return before?.type !== 'text' && WORD.test(source);
}

/** A blank, or what will be no address. */
const WORD = /[\p{L}\p{N}]*[ \n]|[\p{L}\p{N}]+[*~]/uy;

/** Emphasis may begin in front of a mail address; what begins in emphasis, and closes behind it, is stronger. */
function mayBeUndone(token: Token): boolean {
  if (token.type === 'link') return token.raw.startsWith('_');
  if (token.type === 'text') return /[`<[]/.test(token.raw);
  return 'tokens' in token && (token.tokens?.some(mayBeUndone) ?? false);
}

function commonLength(a: string, b: string): number {
  if (a === b) return a.length;
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/** What a later character may still make markup of. */
const OPENER = /[`<]|!?\[(?![^\][`<\\]*\])|[*~](?!\s|$)|(?<![\p{L}\p{N}])_(?!\s|$)|[*_~!]$/u;

/** In front of a space; between letters of scripts that have none; in what is too long to be the name of a mailbox. */
const CUT = /^[^]*(?:[^\s\\](?=[ \n])|[^\P{L}\0-\x7f](?=[^\P{L}\0-\x7f])|[a-z\d](?=[a-z\d]{80}))/iu;
