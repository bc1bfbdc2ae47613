/**
 * Problem: marked reads whole documents; text arrives in pieces, and Markdown changes its own past.
 * Choice: only the text after the last settled block is read again. A top-level block is settled when complete lines, or
 * one that begins as only text does (another's marker may still be half there), show that another block follows it, with
 * two exceptions: what may still become a definition, or a definition's title, waits for the blank line that ends it. A
 * definition counts when its block is settled; blocks that looked a label up in vain are noted with it and read again
 * then, nothing else is.
 * Bound: settled text is never read again; the work per piece is that of the unsettled tail.
 */
import { getDefaults } from 'marked';
import type { MarkedOptions, Token, Tokens } from 'marked';
import { CutWatch } from './cut-watch.js';
import { GuardedTokenizer } from './guarded-tokenizer.js';
import { isNumbered } from './extensions/footnotes.js';
import { elideBlocks, elideRun, endsIn, follows, lastShown, LONG_HEAD, NO_PLUGINS, openRun, STUB } from './elide.js';
import type { Elision, LeftOut, PluginBounds } from './elide.js';
import { GuardedLexer, readInline } from './inline-guard.js';
import { completeHtml, completeInline, visibleTail } from './open-tail.js';
import { sectionBreak, sectionsOf, weigh } from './sections.js';

/** A run of inline text: read after the blocks, because it needs their definitions. */
interface InlineRun {
  readonly source: string;
  readonly tokens: Token[];
  /** Tokens that were there before (a task's checkbox). */
  readonly kept: number;
  /** Of the section it goes on with, how much is left out (sections.ts). */
  left?: number;
}

/** Inline text that was read under the definitions that there are. */
interface ReadSection {
  tokens: readonly Token[];
  /** Labels that were looked up and had none. */
  readonly missing: Set<string>;
}

export interface Block {
  readonly token: Token;
  readonly runs: readonly InlineRun[];
  /** Labels that were looked up and had no definition. */
  readonly missing: ReadonlySet<string>;
  /** Where the token is only the end of the block: all of its text, and the definitions in what was left out. */
  readonly source?: string;
  readonly definitions?: readonly Tokens.Def[];
}

export interface BlockChanges {
  /** Blocks that became final, in order. */
  readonly settled: readonly Block[];
  /** What follows them, as it looks now. */
  readonly tail: readonly Block[];
  /** Blocks settled earlier that a definition has changed now. */
  readonly resolved: readonly Block[];
  /** The open block is read as a whole again: something has changed what had looked finished in it. */
  readonly restored: boolean;
}

/** Options of our own for marked's lexer and parser, untouched by what the page does to its global instance. */
export function markedOptions(
  extensions: MarkedOptions<string, string>['extensions'] = null,
): MarkedOptions<string, string> {
  return { ...getDefaults<string, string>(), tokenizer: new GuardedTokenizer(), extensions };
}

/** The open block at the end, whose finished insides are no longer read. */
interface OpenPart extends LeftOut {
  /** All of the text from its beginning. */
  source: string;
  /** Labels that what is left out looked up in vain, and the definitions in it. */
  readonly missing: Set<string>;
  readonly definitions: Tokens.Def[];
}

export interface BlockReaderOptions {
  readonly lexer?: MarkedOptions<string, string>;
  /** An open block of so many characters is looked through for what can be left out. */
  readonly elideFrom?: number;
  readonly plugins?: PluginBounds;
}

const ELIDE_FROM = 512;
/** Characters of blocks that waited for a definition. */
const RESOLVED_AT_ONCE = 2048;
/** What weighs more is read with the definitions in front of it and in it, and not again for one that comes later. */
const MAX_WAITING = 65_536;
/** Lines of which the beginning says that they are text, or go on with what is open. */
const TOLD = /^(?:[\p{L}\p{Extended_Pictographic}"'(“‘«]|\*+[^\s*]|_+[^\s_]|`{1,2}[^`])/u;
/** Whatever line is longer: a definition is not, nor is a rule. */
const MAX_UNTOLD = 8192;
/** Text may go on over blank lines behind what is indented, and marks of quotations may be text. */
const TAKES_BLANKS = /\n[ \t]|(?:>|^)\s*$/;
/** In a quotation, too. */
const BLANK_LINE = /^[> \t]*\n$/;
/** Below what may be the head of a table. */
const DELIMITER_ROW = /\n[ \t>]*[-:|][-:| \t]*(?=\n|$)/g;
/** What may become definitions, and nothing else. */
const DEFINITIONS = /^(?:\s*\[(?!\^)[^\]\n]*(?:\](?::[^\n]*)?)?(?:\n|$))+\s*$/;

export class BlockReader {
  readonly #lexer: GuardedLexer;
  readonly #definitions = Object.create(null) as Record<string, { href: string; title: string }>;
  readonly #waiting = new Map<string, Set<Block>>();
  readonly #resolved = new Set<Block>();
  /** Some of them have been taken. */
  #isResolving = false;
  readonly #elideFrom: number;
  readonly #plugins: PluginBounds;
  #missing = new Set<string>();
  /** Sections of inline text that were read for what is not final: in this update, and in the one before. */
  #sections = new Map<string, ReadSection>();
  #sectionsBefore: ReadonlyMap<string, ReadSection> = new Map();
  #rest = '';
  /** How much of `#rest` has been looked through for finished blocks. */
  #looked = 0;
  #ended = false;
  #open: OpenPart | null = null;
  /** Looks at its source. */
  #cuts!: CutWatch;
  /** A bound may have counted in what is open, which was read as a whole for that. */
  #wasCut = false;
  /** Whether the tokens read last have the blocks that were open before. */
  #follows = true;
  #restored = false;
  /** The length of `#rest` at which something may be left out of it. */
  #elideAt: number;
  /** How much more it takes to try again: up to so much, twice as much with each time in vain. */
  #step: number;
  #elided: (LeftOut & Pick<Elision, 'text'> & { missing: Iterable<string>; definitions: Tokens.Def[] }) | null = null;
  /** As read last; null: text has come since. */
  #tail: readonly Block[] | null = null;
  /** What is shown of `#rest`, and its blocks before their inline text is read; null: they are to be read. */
  #read: { readonly shown: string; readonly blocks: readonly Block[] } | null = null;

  constructor(options: BlockReaderOptions = {}) {
    const { lexer = markedOptions(), elideFrom = ELIDE_FROM, plugins = NO_PLUGINS } = options;
    this.#lexer = new GuardedLexer(lexer);
    this.#plugins = plugins;
    this.#elideFrom = this.#elideAt = elideFrom;
    this.#step = elideFrom / 16;
  }

  push(text: string): void {
    this.#dropBlankLines();
    this.#rest += text;
    this.#tail = null;
    if (!this.#open) return;
    this.#open.source += text;
    this.#cuts.add(text);
  }

  /** Blank lines say what the first few of them do, however many there are; but in code all of them are told. */
  #dropBlankLines(): void {
    // Those are given their source.
    if (this.#plugins.rendered.size > 0) return;
    const rest = this.#rest;
    const end = rest.lastIndexOf('\n') + 1;
    const line = rest.slice(rest.lastIndexOf('\n', end - 2) + 1, end);
    if (!BLANK_LINE.test(line)) return;
    if (!this.#tail) return;
    const leaf = lastShownLeaf(this.#tail);
    if (!leaf && rest.trim() !== '') return;
    if (leaf && (leaf.type === 'code' || leaf.type === 'html' || TAKES_BLANKS.test(leaf.raw))) return;
    let start = end;
    while (start >= line.length && rest.startsWith(line, start - line.length)) start -= line.length;
    if (end - start < Math.max(2 * this.#elideFrom, 8 * line.length)) return;
    this.#rest = rest.slice(0, start) + line.repeat(4) + rest.slice(end);
    this.#looked = 0;
  }

  end(): void {
    this.#ended = true;
  }

  /** What has changed since the last call. */
  take(): BlockChanges {
    this.#restored = false;
    this.#sectionsBefore = this.#sections;
    this.#sections = new Map();
    const settled = this.#settle();
    const waiting = new Set(settled.filter(mayWait));
    const read = (block: Block, index: number): void => {
      settled[index] = this.#readSettled(block);
      if (waiting.has(block)) this.#await(settled[index]);
      else (settled[index].missing as Set<string>).clear();
    };
    settled.forEach((block, index) => {
      this.#define(block);
      if (!waiting.has(block)) read(block, index);
    });
    settled.forEach((block, index) => {
      if (waiting.has(block)) read(block, index);
    });
    const resolved = this.#resolve();
    // What is final is not read again.
    this.#sections = new Map();
    const tail = (this.#tail = this.#readTail());
    if (this.#ended) this.#sectionsBefore = new Map();
    return { settled, tail, resolved, restored: this.#restored };
  }

  /**
   * Leaves what is finished out of the open block, if that is worth it: the blocks that are open in what is still read,
   * how that looks, and what it is left of. Nothing has changed before `accept()`.
   */
  elide(): (Pick<Elision, 'path' | 'cut'> & { readonly whole: Block; readonly block: Block }) | null {
    const rest = this.#rest;
    if (this.#ended || rest.length < this.#elideAt) return null;
    this.#elideAt = rest.length + this.#step;
    this.#step = Math.min(2 * this.#step, this.#elideFrom);
    const path = this.#open?.path ?? [];
    const end = rest.lastIndexOf('\n') + 1;
    const tokens = this.#readBlocks(rest.slice(0, end), this.#open).map(tokenOf);
    const shown = this.#visible(rest);
    const tail = this.#tail ?? this.#readTailOf(shown, this.#open);
    const least = this.#elideFrom / 4;
    const blocks = elideBlocks(rest.slice(0, end), tokens, path, countFinal, this.#plugins, this.#open?.left);
    const inBlocks = blocks && { ...blocks, text: blocks.text + rest.slice(end) };
    const isWorth = inBlocks && rest.length - inBlocks.text.length >= least;
    const run = isWorth ? null : elideRun(shown, tail.map(tokenOf), this.#plugins, this.#open?.left);
    const elision = isWorth ? inBlocks : run && { ...run, text: run.text + rest.slice(shown.length) };
    if (!elision || rest.length - elision.text.length < least) return null;
    const visible = this.#visible(elision.text);
    // What is held back has to be the same, or the two would end alike only by chance.
    if (elision.text.length - visible.length !== rest.length - shown.length) return null;
    const left = this.#readTailOf(visible, elision);
    const [block] = left;
    if (!block || !this.#follows) return null;
    // What is completed for display has to be the same, too.
    if (elision.cut > 0 && lastRun(left) !== STUB + lastRun(tail).slice(elision.cut)) return null;
    if (!endsIn(left.map(tokenOf), elision.path)) {
      // The line that has just begun is another block: soon that can be left out too.
      this.#step /= 2;
      return null;
    }
    const defined = tokens.flatMap((token) => [...definitionsIn(token)]);
    // Those that are read again may still get a title.
    const again = new Set(left.flatMap(({ token }) => [...definitionsIn(token)]).map(({ tag }) => tag));
    while (again.has(defined.at(-1)?.tag ?? '')) defined.pop();
    this.#elided = { ...elision, missing: tail[0]?.missing ?? [], definitions: defined };
    return { path: elision.path, cut: elision.cut, whole: tail[0]!, block };
  }

  /** Reads on with what `elide()` left. */
  accept(): void {
    if (!this.#elided) return;
    const { text, path, left, missing, definitions } = this.#elided;
    if (!this.#open) {
      this.#open = { path, source: this.#rest, missing: new Set(), definitions: [] };
      this.#cuts = new CutWatch();
      this.#cuts.add(this.#rest);
    }
    this.#open = { ...this.#open, path, left };
    for (const label of missing) this.#open.missing.add(label);
    this.#open.definitions.push(...definitions);
    this.#rest = text;
    this.#elided = this.#tail = null;
    this.#looked = 0;
    // Less is not worth it.
    this.#elideAt = Math.max(this.#elideFrom, this.#rest.length + this.#elideFrom / 4);
    this.#step = this.#elideFrom / 16;
  }

  /** Reads the open block as a whole again. */
  restore(): readonly Block[] {
    this.#putBack();
    return (this.#tail = this.#readTail());
  }

  /** What was left out of the open block is going to be read again. */
  #putBack(): void {
    this.#rest = this.#open?.source ?? this.#rest;
    this.#open = null;
    this.#looked = 0;
    // Not in the same update.
    this.#elideAt = Math.max(this.#elideFrom, this.#rest.length + 1);
    this.#restored = true;
  }

  /** A settled block of which only the end was read, read as a whole. */
  reread(block: Block): Block {
    if (block.source === undefined) return block;
    const [whole] = this.#readBlocks(block.source);
    this.#readInline(whole!);
    return whole!;
  }

  #readSettled(block: Block): Block {
    const isRestored = block.source !== undefined && [...block.missing].some((label) => label in this.#definitions);
    this.#restored ||= isRestored;
    if (isRestored) return this.reread(block);
    this.#readInline(block);
    return block;
  }

  #settle(): Block[] {
    // Once, and early: what stands behind the bound may be most of it.
    if (this.#open && !this.#wasCut && this.#cuts.mayBeCut) {
      this.#wasCut = true;
      this.#putBack();
    }
    const lines = this.#rest.lastIndexOf('\n') + 1;
    const length = this.#rest.length - lines;
    const isTold = lines > 0 && (length > MAX_UNTOLD || TOLD.test(this.#rest.slice(lines)));
    const end = this.#ended || isTold ? this.#rest.length : lines;
    // Once more where the line is too long for a row, whatever marks stand in front of it.
    const looked = lines + (isTold ? 1 : 0) + (isTold && length > 2 * MAX_UNTOLD ? 1 : 0);
    if (end === 0 || (looked === this.#looked && !this.#ended)) return [];
    if (this.#open && !this.#ended) {
      // Most often all of it is still that block; what is shown has to be read anyway, and says so too.
      const shown = this.#visible(this.#rest);
      const all = shown.length < end ? [] : this.#readBlocks(shown, this.#open);
      if (this.#follows && lastShown(all.map(tokenOf)) === 0) {
        this.#read = { shown, blocks: all };
        this.#looked = looked;
        return [];
      }
    }
    let blocks = this.#readBlocks(this.#rest.slice(0, end), this.#open);
    if (!this.#ended) blocks = blocks.slice(0, countFinal(blocks.map(tokenOf)));
    if (this.#open && blocks[0]) {
      const open = this.#open;
      const inRun = /^(?:run|text)$/.test(open.path.at(-1)!.kind);
      if (!this.#follows || (inRun && hasLongHead(open.source)) || this.#cuts.end()) {
        this.#putBack();
        return this.#settle();
      }
      const left = this.#rest.length - blocks[0].token.raw.length;
      const source = open.source.slice(0, open.source.length - left);
      const { missing, definitions } = open;
      this.#open = null;
      blocks[0] = { ...blocks[0], missing: new Set(missing), source, definitions };
    }
    const settled = blocks.reduce((sum, block) => sum + block.token.raw.length, 0);
    if (blocks.length > 0) {
      this.#wasCut = false;
      this.#elideAt = this.#elideFrom;
    }
    this.#rest = this.#ended ? '' : this.#rest.slice(settled);
    this.#looked = this.#ended ? 0 : looked - settled;
    return blocks;
  }

  #readTail(): readonly Block[] {
    const { shown, blocks: read } = this.#read ?? { shown: this.#visible(this.#rest) };
    this.#read = null;
    const blocks = this.#readTailOf(shown, this.#open, read);
    return this.#follows || blocks.length === 0 ? blocks : this.restore();
  }

  #visible(text: string): string {
    return visibleTail(text, (rest) => isInCode(lastLeaf(this.#readBlocks(rest))));
  }

  #readTailOf(text: string, leftOut: LeftOut | null = null, read?: readonly Block[]): readonly Block[] {
    if (text === '') return [];
    const blocks = read ?? this.#readBlocks(text, leftOut);
    const leaf = lastLeaf(blocks);
    if (leaf?.type === 'html') (leaf as Tokens.HTML).text = completeHtml((leaf as Tokens.HTML).text);
    const open = lastOpenRun(blocks, text);
    for (const block of blocks) this.#readInline(block, open);
    return blocks;
  }

  #readBlocks(text: string, leftOut: LeftOut | null = null): Block[] {
    const lexer = this.#lexer;
    lexer.inlineQueue = [];
    // Definitions are collected from the settled tokens; what the lexer notes along the way is not certain yet.
    lexer.tokens.links = Object.create(null) as Record<string, { href: string; title: string }>;
    const tokens: Token[] = [];
    try {
      lexer.blockTokens(text, tokens);
    } catch {
      // A stack or an input beyond marked: from there on it is shown as text, which is the whole of what can be said here.
      tokens.push(plainBlock(text.slice(tokens.reduce((sum, { raw }) => sum + raw.length, 0))));
      lexer.state = { ...lexer.state, top: true, lastToken: undefined };
    }
    this.#follows = !leftOut || follows(tokens, leftOut.path);
    const open = leftOut && this.#follows ? openRun(tokens, leftOut.path) : undefined;
    const sources = new Map(lexer.inlineQueue.map((run) => [run.tokens, run.src] as const));
    lexer.inlineQueue = [];
    return tokens.map((token) => {
      const runs: InlineRun[] = [];
      collectRuns(token, sources, runs);
      const run = open && runs.find((candidate) => candidate.tokens === open);
      if (run?.source.startsWith(STUB)) run.left = leftOut?.left;
      return { token, runs, missing: new Set<string>() };
    });
  }

  #readInline(block: Block, open?: OpenTail): void {
    const missing = block.missing as Set<string>;
    // What was looked up in the part that is not read again stays as it was.
    if (block.source === undefined) missing.clear();
    const read = (section: string): readonly Token[] => {
      const { tokens, missing: labels } = this.#readSection(section);
      for (const label of labels) missing.add(label);
      return tokens;
    };
    for (const run of block.runs) {
      run.tokens.length = run.kept;
      const sections = sectionsOf(run.source, run.left);
      const last = sections.pop()!;
      for (const section of sections) run.tokens.push(...read(section), sectionBreak());
      run.tokens.push(...read(run === open?.run ? completeInline(last, open.lineEnded) : last));
    }
  }

  /** Most of what is read with an update was read with the one before, and comes to the same. */
  #readSection(source: string): ReadSection {
    let section = this.#sections.get(source) ?? this.#sectionsBefore.get(source);
    if (!section) {
      section = { tokens: [], missing: new Set() };
      this.#missing = section.missing;
      this.#lexer.tokens.links = this.#lookups;
      section.tokens = readInline(this.#lexer, source);
    }
    // A plug-in may do with its tokens what it likes.
    if (this.#plugins.rendered.size === 0) this.#sections.set(source, section);
    return section;
  }

  /** The definitions, noting what is asked for in vain: the lexer both reads a label and asks whether there is one. */
  readonly #lookups = new Proxy(this.#definitions, {
    get: (target, label) => {
      this.#lookUp(label);
      return Reflect.get(target, label) as unknown;
    },
    getOwnPropertyDescriptor: (target, label) => {
      this.#lookUp(label);
      return Reflect.getOwnPropertyDescriptor(target, label);
    },
  });

  #lookUp(label: string | symbol): void {
    if (typeof label === 'string' && !(label in this.#definitions) && !isNumbered(label)) this.#missing.add(label);
  }

  /** Notes the definitions in a settled block, and the earlier blocks that waited for one of them. */
  #define({ token, definitions = [] }: Block): void {
    for (const def of [...definitions, ...definitionsIn(token)]) {
      if (def.tag in this.#definitions) continue; // the first one wins
      this.#definitions[def.tag] = { href: def.href, title: def.title };
      this.#sections.clear();
      this.#sectionsBefore = this.#sections;
      for (const block of this.#waiting.get(def.tag) ?? []) this.#resolved.add(block);
      this.#waiting.delete(def.tag);
    }
  }

  /** Whether there is more to take, of blocks whose definitions have come. */
  get isBehind(): boolean {
    return this.#resolved.size > 0 && (this.#ended || this.#isResolving || !DEFINITIONS.test(this.#rest));
  }

  /**
   * Blocks whose definitions have come, read again: once, however many of a list of definitions they waited for, and not
   * so many at a time that a page would stand still for it.
   */
  #resolve(): Block[] {
    if (!this.isBehind) return [];
    const resolved: Block[] = [];
    let length = 0;
    for (const block of this.#resolved) {
      if (length >= RESOLVED_AT_ONCE) break;
      this.#resolved.delete(block);
      resolved.push(block);
      length += block.source?.length ?? block.token.raw.length;
    }
    this.#isResolving = this.#resolved.size > 0;
    for (const block of resolved) {
      this.#readInline(block);
      this.#await(block); // what it became may ask for other labels
    }
    return resolved;
  }

  #await(block: Block): void {
    if (this.#ended) return;
    for (const label of block.missing) {
      if (label in this.#definitions) continue;
      const blocks = this.#waiting.get(label);
      if (blocks) blocks.add(block);
      else this.#waiting.set(label, new Set([block]));
    }
  }
}

/** The text of the last run, as it was read. */
function lastRun(blocks: readonly Block[]): string {
  const tokens = blocks.at(-1)?.runs.at(-1)?.tokens ?? [];
  return tokens.reduce((text, { type, raw }) => (type === 'checkbox' ? text : text + raw), '');
}

function mayWait({ token, source = token.raw }: Block): boolean {
  return weigh(source) <= MAX_WAITING;
}

function tokenOf({ token }: Block): Token {
  return token;
}

/** How many of the blocks of complete lines nothing that follows can change. */
function countFinal(tokens: readonly Token[]): number {
  // A list leaves the blanks at its end to a token of their own, and blanks can be a "paragraph" (U+3000).
  let last = lastShown(tokens);
  while (last > 0 && mayTakeMore(tokens[last - 1], tokens[last])) last -= 1;
  return Math.max(last, 0);
}

/** Whether there may be a table with a head of which cells were left out: then it is read as a whole. */
function hasLongHead(text: string): boolean {
  for (const { index } of text.matchAll(DELIMITER_ROW))
    if (index - text.lastIndexOf('\n', index - 1) > LONG_HEAD) return true;
  return false;
}

/** `[label]:` may get an address from the next lines, and a definition a title, whatever those look like at first. */
function mayTakeMore(token: Token | undefined, next: Token | undefined): boolean {
  if (token?.type === 'def') return next !== undefined && /^[ \t]*["'(]/.test(next.raw);
  return (token?.type === 'paragraph' || token?.type === 'text') && /^ {0,3}\[/.test(token.raw);
}

function plainBlock(text: string): Token {
  return { type: 'html', block: true, raw: text, pre: false, text };
}

function collectRuns(token: Token, sources: ReadonlyMap<Token[], string>, runs: InlineRun[]): void {
  const add = (tokens: Token[] | undefined): void => {
    if (!tokens) return;
    const source = sources.get(tokens);
    if (source === undefined) for (const child of tokens) collectRuns(child, sources, runs);
    else runs.push({ source, tokens, kept: tokens.length });
  };
  if (token.type === 'list') for (const item of (token as Tokens.List).items) add(item.tokens);
  else if (token.type === 'table') {
    const table = token as Tokens.Table;
    for (const row of [table.header, ...table.rows]) for (const cell of row) add(cell.tokens);
  } else add('tokens' in token ? token.tokens : undefined);
}

function* definitionsIn(token: Token): Generator<Tokens.Def> {
  if (token.type === 'def' || (token.type === 'footnote' && !isNumbered((token as Tokens.Def).tag)))
    yield token as Tokens.Def;
  if (token.type === 'list') for (const item of (token as Tokens.List).items) yield* definitionsIn(item);
  else if (CONTAINERS.has(token.type))
    for (const child of (token as Tokens.Blockquote).tokens) yield* definitionsIn(child);
}

const CONTAINERS: ReadonlySet<string> = new Set(['blockquote', 'list_item', 'footnote']);

/** The block at the end of `blocks` that holds no other. */
function lastLeaf(blocks: readonly Block[]): Token | undefined {
  let token = blocks[blocks.length - 1]?.token;
  while (token && (token.type === 'list' || CONTAINERS.has(token.type))) {
    const children: readonly Token[] =
      token.type === 'list' ? (token as Tokens.List).items : (token as Tokens.ListItem).tokens;
    const last = children[children.length - 1];
    if (!last) break;
    token = last;
  }
  return token;
}

/** The same, of what is more than blank lines. */
function lastShownLeaf(blocks: readonly Block[]): Token | undefined {
  let tokens = blocks.map(tokenOf);
  let leaf: Token | undefined;
  while (tokens.length > 0) {
    leaf = tokens[lastShown(tokens)];
    if (leaf?.type === 'list') tokens = (leaf as Tokens.List).items;
    else tokens = leaf && CONTAINERS.has(leaf.type) ? (leaf as Tokens.Blockquote).tokens : [];
  }
  return leaf;
}

/** Behind its first line, which may be a fence that is still arriving. */
function isInCode(leaf: Token | undefined): boolean {
  return leaf?.type === 'code' && leaf.raw.includes('\n');
}

interface OpenTail {
  readonly run: InlineRun;
  readonly lineEnded: boolean;
}

/** The inline run that the next piece will continue, if any. */
function lastOpenRun(blocks: readonly Block[], text: string): OpenTail | undefined {
  if (/\n[ \t]*\n\s*$/.test(text.slice(-256))) return undefined;
  const leaf = lastLeaf(blocks);
  const lineEnded = text.endsWith('\n');
  if (lineEnded && (leaf?.type === 'heading' || leaf?.type === 'table')) return undefined;
  const isOpen = ({ source, tokens }: InlineRun): boolean =>
    leaf?.type === 'table' ? source !== '' : leaf !== undefined && 'tokens' in leaf && leaf.tokens === tokens;
  const run = blocks[blocks.length - 1]?.runs.findLast(isOpen);
  return run && { run, lineEnded };
}
