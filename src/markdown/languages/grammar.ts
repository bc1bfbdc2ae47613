/**
 * Problem: code is coloured while it is written, and what a line is must not depend on lines that come later. Grammars
 * made for whole texts (Prism's, highlight.js') look ahead over lines, are read again from the start, and search with
 * patterns whose time nothing bounds.
 * Choice: grammars as tables of modes. A mode has rules, tried in their order at each place of the line; the first that
 * matches colours, and may enter a mode or leave it. What is open at the end of a line is the state for the next.
 * Bound: the patterns are linear on a line. No text can be matched in two ways; what would be searched again from each
 * place is told at the first only, or passes few of the places where it could begin; and what looks back over blanks is
 * asked where they end (a `(?!\s)` or `\b` is before it). The caller bounds the line, and modes are nested no deeper than
 * MAX_DEPTH.
 */
import type { CodeToken, LineReader, ReadLine, TokenKind } from '../line-reader.js';

/** '' is nothing particular. */
export type Kind = TokenKind | '';

/** What a match is, where its text alone does not say. */
export type Classify = (text: string, line: string, at: number) => Kind;

/** Text of one kind up to its end, which only its beginning told. */
interface Raw {
  readonly kind: Kind;
  /** It ends behind this text… */
  readonly end?: string;
  /** …or with a line: behind it, or in front of it. It begins with the next one then. */
  readonly endsWith?: (line: string) => 'behind' | 'before' | null;
}

/** Another language, up to what `until` finds, and that included. */
interface Embedded {
  readonly language: string;
  readonly until: RegExp;
}

type Entered = Raw | Embedded | null;

/** A mode to enter; `<` leaves this one, `=mode` goes over to another. */
type Action = string | ((match: string, line: string) => Entered);

/** Patterns have no groups that capture. */
export type Rule = readonly [pattern: RegExp, kind: Kind | Classify, action?: Action];

export type Modes = Readonly<Record<string, Mode>>;

export interface Mode {
  readonly rules: readonly Rule[];
  /** What is between matches. */
  readonly kind?: Kind;
  /** Entering it enters a language. */
  readonly embedded?: Embedded;
}

export interface Grammar {
  /** A text begins in `main`. */
  readonly modes: Modes;
  readonly ignoreCase?: boolean;
}

/** What is open, innermost first. */
interface Frame {
  readonly mode: CompiledMode | null;
  readonly raw: Raw | null;
  readonly under: Frame | null;
  /** The embedded language that it belongs to. */
  readonly host: Host | null;
  readonly depth: number;
}

/** Where an embedded language ends, with all that is open in it. */
interface Host {
  readonly until: RegExp;
  readonly under: Frame;
}

interface CompiledMode extends Mode {
  readonly grammar: Grammar;
  readonly pattern: RegExp;
}

const MAX_DEPTH = 200;

const compiled = new WeakMap<Mode, CompiledMode>();

function compile(grammar: Grammar, name: string): CompiledMode {
  const mode = grammar.modes[name];
  if (!mode) throw new Error(`expected a mode "${name}"`);
  let made = compiled.get(mode);
  if (!made) {
    const pattern = new RegExp(
      mode.rules.map(([{ source }]) => `(${source})`).join('|') || '(?!)',
      grammar.ignoreCase ? 'gi' : 'g',
    );
    made = { ...mode, grammar, pattern };
    compiled.set(mode, made);
  }
  return made;
}

/** `find`: grammars by name, for what is embedded. */
export function createReader(grammar: Grammar, find: (language: string) => Grammar | null): LineReader {
  const start = enterMode(null, grammar, 'main');
  return (line, state) => new Line(line, (state as Frame | undefined) ?? start, find).read();
}

function enterMode(under: Frame | null, grammar: Grammar, name: string): Frame {
  return push(under, { mode: compile(grammar, name) });
}

function push(under: Frame | null, entered: Partial<Frame>): Frame {
  const depth = (under?.depth ?? 0) + 1;
  if (under && depth > MAX_DEPTH) return under;
  return { mode: null, raw: null, host: under?.host ?? null, ...entered, under, depth };
}

class Line {
  readonly #line: string;
  readonly #find: (language: string) => Grammar | null;
  readonly #tokens: CodeToken[] = [];
  #frame: Frame;
  #at = 0;
  /** What begins with the next line. */
  readonly #next: Raw[] = [];

  constructor(line: string, frame: Frame, find: (language: string) => Grammar | null) {
    this.#line = line;
    this.#frame = frame;
    this.#find = find;
  }

  read(): ReadLine {
    while (this.#readOn());
    let state = this.#frame;
    for (const raw of this.#next.reverse()) state = push(state, { raw });
    return { tokens: this.#tokens, state };
  }

  /** False: the line is read. Otherwise an embedded language has begun or ended. */
  #readOn(): boolean {
    let host: Host | null = null;
    let found: RegExpExecArray | null = null;
    for (let each = this.#frame.host; each; each = each.under.host) {
      const match = matchFrom(each.until, this.#line, this.#at);
      if (match && (!found || match.index <= found.index)) [host, found] = [each, match];
    }
    if (this.#readUntil(found ? found.index : this.#line.length)) return true;
    if (!host || !found) return false;
    this.#take(this.#at + found[0].length, '');
    this.#frame = host.under;
    return true;
  }

  /** Reads up to `end`; true where it stopped because another language begins. */
  #readUntil(end: number): boolean {
    const { host } = this.#frame;
    const text = this.#line.slice(0, end);
    // Each step goes on in the text, or into or out of a mode; a grammar that went to and fro for ever is stopped.
    let steps = 2 * (end - this.#at) + 64;
    do {
      const { raw, mode } = this.#frame;
      if (raw) {
        if (this.#readRaw(raw, text)) continue;
        break;
      }
      const match = mode && matchFrom(mode.pattern, text, this.#at);
      if (!match) break;
      this.#take(match.index, mode.kind ?? '');
      const [, kind, action] = mode.rules[match.findIndex((part, index) => index > 0 && part !== undefined) - 1]!;
      this.#take(match.index + match[0].length, typeof kind === 'string' ? kind : kind(match[0], text, match.index));
      if (action !== undefined) this.#act(action, match[0]);
      if (this.#frame.host !== host) return true;
    } while ((steps -= 1) > 0 && this.#at < end);
    this.#take(end, this.#frame.raw?.kind ?? this.#frame.mode?.kind ?? '');
    return false;
  }

  /** False: it goes on to the end of the line. */
  #readRaw({ kind, end, endsWith }: Raw, text: string): boolean {
    const found = end === undefined ? -1 : text.indexOf(end, this.#at);
    const ends = endsWith?.(text);
    this.#take(found >= 0 ? found + end!.length : ends === 'before' ? 0 : text.length, kind);
    if (found < 0 && !ends) return false;
    this.#frame = this.#frame.under!;
    return true;
  }

  #act(action: Action, match: string): void {
    const { under, mode } = this.#frame;
    if (typeof action !== 'string') {
      const entered = action(match, this.#line);
      if (!entered) return;
      if ('until' in entered) this.#embed(this.#frame, entered);
      else if (entered.endsWith) this.#next.push(entered);
      else this.#frame = push(this.#frame, { raw: entered });
    } else if (action === '<') this.#frame = under ?? this.#frame;
    else if (action.startsWith('=')) this.#enter(under, mode!.grammar, action.slice(1));
    else this.#enter(this.#frame, mode!.grammar, action);
  }

  #enter(under: Frame | null, grammar: Grammar, name: string): void {
    const embedded = grammar.modes[name]?.embedded;
    if (embedded && under) this.#embed(under, embedded);
    else this.#frame = enterMode(under, grammar, name);
  }

  #embed(under: Frame, { language, until }: Embedded): void {
    const grammar = this.#find(language);
    this.#frame = push(under, { mode: grammar ? compile(grammar, 'main') : PLAIN, host: { until, under } });
  }

  #take(end: number, kind: Kind): void {
    if (end <= this.#at) return;
    this.#tokens.push({ text: this.#line.slice(this.#at, end), kind: kind || null });
    this.#at = end;
  }
}

const PLAIN: CompiledMode = compile({ modes: { main: { rules: [] } } }, 'main');

function matchFrom(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
