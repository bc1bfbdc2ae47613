/**
 * Problem: one text node of many lines is measured wholly again whenever a line is added to it. And what arrives in a
 * line that is coloured can change what its last words are.
 * Choice: the first lines of a block of code stand in its element; behind them every further few dozen stand in an
 * element of their own, which styles keep apart. Which line stands where is told by its number alone, so finished text
 * never moves. Coloured code has an element for each run of one kind (plain runs too: so that a run may change its kind,
 * and be cut, while the text that was painted stays the node it is); no run goes over the end of a line.
 * Bound: what is settled is not visited, and its lines are not read again.
 */
import { patchNodes, patchText } from './dom-patch.js';
import type { Highlighting } from './highlighting.js';
import { keepOffsets } from './keep-offsets.js';
import type { LineReader, ReadLine, TokenKind } from './line-reader.js';
import { TOKEN_KINDS } from './line-reader.js';
import { FIRST, isGroup, SIZE } from './open-end.js';
import { isText } from './node-kind.js';

/** What is beyond these many characters in a line is plain. */
const MAX_LINE = 1000;

/** A place at the start of a line. */
interface Place {
  /** How many lines are in front of it. */
  readonly lines: number;
  /** What the reader knows there. */
  readonly state: unknown;
}

/** The end of a block of code, from where its text is final. */
export class OpenLines {
  readonly #code: Element;
  readonly #highlighting: Highlighting;
  #start: Place;
  /** What is shown behind that. */
  #text: string;
  /** How much of it was complete lines when it was shown, and what is behind them: those need not be read again. */
  #done = '';
  #behind: Place;
  #reader: LineReader | null = null;

  /**
   * Null where the code does not end with `text`, which is all that is unsettled, from the start of a line. `before`: how
   * the code was open before.
   */
  static at(code: Element, text: string, highlighting: Highlighting, before: OpenLines | null): OpenLines | null {
    const known = before && before.#code === code ? before : null;
    const present = known ? known.#text : (code.textContent ?? '');
    const settled = present.slice(0, present.length - text.length);
    if (!present.endsWith(text) || !/(?:^|\n)$/.test(settled)) return null;
    const start = known ? known.#start : START;
    const reader = highlighting.readerFor(code);
    const lines = new OpenLines(code, highlighting, text, start);
    if (!known || known.#reader === reader) lines.#reader = reader;
    lines.#start = lines.#behind = moveOn(start, settled, lines.#reader);
    return lines;
  }

  private constructor(code: Element, highlighting: Highlighting, text: string, start: Place) {
    this.#code = code;
    this.#highlighting = highlighting;
    this.#text = text;
    this.#start = this.#behind = start;
  }

  /** Shows `text` behind what is settled. */
  patch(text: string): true {
    this.#findReader();
    if (!text.startsWith(this.#done)) [this.#done, this.#behind] = ['', this.#start];
    const { length } = this.#done;
    this.#patchLast(this.#text.length - length, text.slice(length));
    this.#text = text;
    this.#done = text.slice(0, text.lastIndexOf('\n') + 1);
    return true;
  }

  /** A reader that has come since is told all from the beginning, once. */
  #findReader(): void {
    const reader = this.#highlighting.readerFor(this.#code);
    if (reader === this.#reader) return;
    colourLines(this.#code, this.#highlighting);
    const all = this.#code.textContent ?? '';
    this.#reader = reader;
    this.#start = this.#behind = moveOn(START, all.slice(0, all.length - this.#text.length), reader);
    this.#done = '';
  }

  /** Shows `text` behind the lines that are done, where there were `length` characters, and moves on behind its lines. */
  #patchLast(length: number, text: string): void {
    const code = this.#code;
    const { lines } = this.#behind;
    const room = lines < FIRST ? FIRST - lines : SIZE - ((lines - FIRST) % SIZE);
    const startsGroup = lines >= FIRST && room === SIZE;
    const { holder, nodes, groups, kept } = lastNodes(code, length, startsGroup);
    const [here = '', ...further] = startsGroup ? ['', ...(text === '' ? [] : split(text, SIZE))] : split(text, room);
    const before = holder === code ? (groups[0] ?? null) : null;
    const [last] = nodes;
    if (this.#reader) {
      const runs = new Runs(code.ownerDocument, this.#reader, this.#behind);
      keepOffsets([...nodes, ...groups], () => [
        ...patchNodes(holder, nodes, runs.make(here), before),
        ...patchNodes(code, groups, makeGroups(code, further, runs), null),
      ]);
      this.#behind = runs.place;
    } else {
      if (last && isText(last)) patchText(last, here, kept);
      else if (here !== '') holder.insertBefore(code.ownerDocument.createTextNode(here), before);
      patchNodes(code, groups, makeGroups(code, further, null), null);
      this.#behind = moveOn(this.#behind, text, null);
    }
  }
}

const START: Place = { lines: 0, state: undefined };

/** Over complete lines. */
function moveOn({ lines, state }: Place, text: string, reader: LineReader | null): Place {
  let known = state;
  const passed = text.split('\n').slice(0, -1);
  if (reader) for (const line of passed) known = reader(line.slice(0, MAX_LINE), known).state;
  return { lines: lines + passed.length, state: known };
}

/** Gives the lines of a block of code their groups, and their colours where they can be read. */
export function groupLines(code: Element, highlighting: Highlighting): void {
  const text = code.textContent ?? '';
  const pieces = split(text, FIRST);
  const reader = text === '' ? null : highlighting.readerFor(code);
  if (reader || pieces.length > 1) code.replaceChildren(...makePieces(code, pieces, reader));
}

/** Colours code that was shown plain, because its language was not there yet. */
export function colourLines(code: Element, highlighting: Highlighting): void {
  const reader = highlighting.readerFor(code);
  if (!reader || !code.firstChild || !isText(code.firstChild)) return;
  keepOffsets([...code.childNodes], () => {
    const made = makePieces(code, split(code.textContent ?? '', FIRST), reader);
    code.replaceChildren(...made);
    return made;
  });
}

function makePieces(code: Element, [first = '', ...further]: readonly string[], reader: LineReader | null): Node[] {
  const owner = code.ownerDocument;
  const runs = reader && new Runs(owner, reader, START);
  return [...(runs ? runs.make(first) : [owner.createTextNode(first)]), ...makeGroups(code, further, runs)];
}

function makeGroups(code: Element, pieces: readonly string[], runs: Runs | null): Element[] {
  return pieces.map((piece) => makeGroup(code, runs ? runs.make(piece) : [code.ownerDocument.createTextNode(piece)]));
}

function makeGroup(code: Element, nodes: readonly Node[]): Element {
  const group = code.ownerDocument.createElement('span');
  group.className = 'group';
  group.setAttribute('data-chrome', 'wrap');
  group.append(...nodes);
  return group;
}

/** Coloured lines, one text after the other. */
class Runs {
  readonly #owner: Document;
  readonly #reader: LineReader;
  #place: Place;
  readonly #models = new Map<TokenKind | null, Element>();

  constructor(owner: Document, reader: LineReader, place: Place) {
    this.#owner = owner;
    this.#reader = reader;
    this.#place = place;
  }

  /** Behind the complete lines that were made. */
  get place(): Place {
    return this.#place;
  }

  make(text: string): Element[] {
    const runs: Element[] = [];
    for (const line of text.split(/(?<=\n)/)) {
      if (line === '') continue;
      const { tokens, state } = readLine(this.#reader, line, this.#place.state);
      if (line.endsWith('\n')) this.#place = { lines: this.#place.lines + 1, state };
      for (const { text: part, kind } of mergeTokens(tokens)) {
        const run = this.#model(kind).cloneNode(false) as Element;
        run.append(part);
        runs.push(run);
      }
    }
    return runs;
  }

  #model(kind: TokenKind | null): Element {
    let model = this.#models.get(kind);
    if (!model) {
      model = this.#owner.createElement('span');
      model.setAttribute('data-chrome', 'wrap');
      if (kind) model.setAttribute('class', `token-${kind}`);
      this.#models.set(kind, model);
    }
    return model;
  }
}

interface Run {
  text: string;
  kind: TokenKind | null;
}

/** Reads a line, its line break included. The word that is still being written is not told yet. */
function readLine(reader: LineReader, line: string, state: unknown): ReadLine {
  const end = line.endsWith('\n') ? 1 : 0;
  const shown = line.slice(0, line.length - end);
  const short = shown.slice(0, MAX_LINE);
  const read = reader(short, state);
  const tokens = [...read.tokens];
  // What a page's own reader makes of a line is taken only if it is that line.
  if (tokens.map(({ text }) => text).join('') !== short) tokens.splice(0, tokens.length, { text: short, kind: null });
  const last = tokens.at(-1);
  if (!end && last && short === shown && /^\w+$/.test(last.text) && last.kind !== 'comment' && last.kind !== 'string')
    tokens[tokens.length - 1] = { text: last.text, kind: null };
  tokens.push({ text: line.slice(short.length), kind: null });
  return { tokens, state: read.state };
}

/**
 * Neighbours of one kind are one run, and white space goes with what is before it. But words apart are runs apart, unless
 * they are plain: the second may have been shown before its kind was known.
 */
function mergeTokens(tokens: ReadLine['tokens']): Run[] {
  const runs: Run[] = [];
  for (const { text, kind } of tokens) {
    if (text === '') continue;
    const known = kind && TOKEN_KINDS.includes(kind) ? kind : null;
    const last = runs.at(-1);
    if (last && (text.trim() === '' || (last.kind === known && (!known || !/\s/.test(last.text.slice(-1))))))
      last.text += text;
    else if (last && last.text.trim() === '') [last.text, last.kind] = [last.text + text, known];
    else runs.push({ text, kind: known });
  }
  return runs;
}

interface LastNodes {
  /** Where the first of them is, or goes. */
  readonly holder: Element;
  readonly nodes: readonly ChildNode[];
  readonly groups: readonly Element[];
  /** How much of the first node's text is in front of what was looked for. */
  readonly kept: number;
}

/** The nodes that show the last `length` characters: the last ones of a piece, and the groups behind it. */
function lastNodes(code: Element, length: number, startsGroup: boolean): LastNodes {
  const groups: Element[] = [];
  let [left, last] = [length, code.lastChild];
  while (left > 0 && last && isGroup(last) && lengthOf(last) <= left) {
    groups.unshift(last);
    left -= lengthOf(last);
    last = last.previousSibling;
  }
  const holder = !startsGroup && last && isGroup(last) ? last : code;
  if (holder !== code) last = holder.lastChild;
  const nodes: ChildNode[] = [];
  while (left > 0 && last) {
    nodes.unshift(last);
    left -= lengthOf(last);
    last = last.previousSibling;
  }
  let kept = -left;
  // An uncoloured piece is one text, which goes on in it.
  if (nodes.length === 0 && !startsGroup && last && isText(last)) {
    nodes.push(last);
    kept = lengthOf(last);
  }
  return { holder, nodes, groups, kept };
}

function lengthOf(node: Node): number {
  return node.textContent?.length ?? 0;
}

/** The first `room` lines of a text, and every `SIZE` behind them. */
function split(text: string, room: number): string[] {
  const pieces: string[] = [];
  let start = 0;
  let end = 0;
  for (let left = room; ; left -= 1) {
    if (left === 0) {
      if (end === text.length) break;
      pieces.push(text.slice(start, end));
      start = end;
      left = SIZE;
    }
    const next = text.indexOf('\n', end);
    if (next < 0) break;
    end = next + 1;
  }
  pieces.push(text.slice(start));
  return pieces;
}
