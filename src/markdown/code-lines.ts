/**
 * Problem: one text node of many lines is measured wholly again whenever a line is added to it.
 * Choice: the first lines of a block of code are one text; behind them every further few dozen stand in an element of
 * their own, which styles keep apart. Which line stands where is told by its number alone, so finished text never moves.
 * Bound: what is settled is not visited.
 */
import { patchNodes } from './dom-patch.js';
import { FIRST, SIZE } from './open-end.js';

/** The end of a block of code, from where its text is final. */
export class OpenLines {
  readonly #code: Element;
  /** The last piece that is not wholly settled, and how much of its text and how many of its lines are. */
  #index = 0;
  #length = 0;
  #lines = 0;

  /** Null where the code does not end with `text`, which is all that is unsettled. */
  static at(code: Element, text: string): OpenLines | null {
    const lines = new OpenLines(code);
    let rest = text;
    let index = code.childNodes.length - 1;
    let piece = code.lastChild?.textContent ?? '';
    while (index > 0 && rest.length >= piece.length && rest.endsWith(piece)) {
      rest = rest.slice(0, rest.length - piece.length);
      index -= 1;
      piece = code.childNodes[index]!.textContent ?? '';
    }
    if (index < 0 || !piece.endsWith(rest)) return null;
    lines.#index = index;
    lines.#length = piece.length - rest.length;
    lines.#lines = countNewlines(piece.slice(0, lines.#length));
    return lines;
  }

  private constructor(code: Element) {
    this.#code = code;
  }

  /** Shows `text` behind what is settled. */
  patch(text: string): true {
    const old = [...this.#code.childNodes].slice(this.#index);
    const settled = (old[0]?.textContent ?? '').slice(0, this.#length);
    const room = (this.#index === 0 ? FIRST : SIZE) - this.#lines;
    const [here = '', ...further] = split(text, room);
    patchNodes(this.#code, old, makePieces(this.#code, [settled + here, ...further], this.#index), null);
    return true;
  }
}

/** Gives the lines of a block of code their groups. */
export function groupLines(code: Element): void {
  const pieces = split(code.textContent ?? '', FIRST);
  if (pieces.length > 1) code.replaceChildren(...makePieces(code, pieces, 0));
}

function makePieces(code: Element, pieces: readonly string[], index: number): Node[] {
  const owner = code.ownerDocument;
  return pieces.map((piece, at) => {
    const text = owner.createTextNode(piece);
    if (index + at === 0) return text;
    const group = owner.createElement('span');
    group.className = 'group';
    group.setAttribute('data-chrome', 'wrap');
    group.append(text);
    return group;
  });
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

function countNewlines(text: string): number {
  return text.split('\n').length - 1;
}
