/**
 * Problem: `dir="auto"` lets the engine look for the first letter, and it looks through the whole block again with every
 * node that is put into it: tens of seconds for a long list without a letter.
 * Choice: the first letter decides as there (HTML, "auto directionality"), but it is looked for here, once a change, and
 * not in what a block only carries: blocks of code, and what this project adds. A letter in inline code, or a digit, decides
 * where nothing else does; without either a block has the direction of what it stands in, as `<bdi>` has. An open block
 * that begins with code or a number may still get a letter: until that is unlikely it stands as the one in front of it, or
 * the line would jump to the other side.
 * Bound: LOOKED_AT characters and elements; a block whose first letter comes later has none.
 */
import { isElement, isText } from './node-kind.js';
import { isGroup } from './open-end.js';

const LOOKED_AT = 1000;
/** In an open block, so much without a letter but in code is waited with. */
const WAITED_WITH = 80;

/** What shows which way it is written: a letter, or a mark that stands for one. */
const STRONG = /[\p{L}\u200e\u200f\u061c]/u;
/** And what does so where there is none. */
const WEAK = /[\p{L}\p{Nd}]/u;
/** The blocks of the scripts from right to left (Unicode, DerivedBidiClass.txt: what R and AL are the default of). */
const FROM_RIGHT =
  /[\u200f\u061c\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10cff}\u{10d00}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Null: that of what a block stands in. */
export type Direction = 'ltr' | 'rtl' | null;

/**
 * Gives a block the direction that it has by what is in it now; code blocks have their own.
 *
 * @param before of the block in front of this one, where this one is open
 * @returns what it was given
 */
export function setDirection(block: Element, before?: Direction): Direction {
  if (block.classList.contains('code-block')) return null;
  const shown = (block.classList.contains('table-block') && block.querySelector('.table-scroller')) || block;
  const direction = directionOf(shown, before);
  if (direction !== shown.getAttribute('dir')) {
    if (direction === null) shown.removeAttribute('dir');
    else shown.setAttribute('dir', direction);
  }
  return direction;
}

function directionOf(block: Element, before: Direction | undefined): Direction {
  let left = LOOKED_AT;
  let second: Direction = null;
  for (let node = following(block, block); node && left > 0; node = following(node, block)) {
    if (isText(node)) {
      const { length } = node;
      const text = length > left ? node.substringData(0, left) : node.data;
      const first = isInCode(node) ? null : bySign(STRONG, text);
      if (first) return first;
      second ??= bySign(WEAK, text);
      left -= length;
    } else if (!isGroup(node)) left -= 1;
  }
  return before !== undefined && LOOKED_AT - left <= WAITED_WITH ? before : second;
}

function bySign(kind: RegExp, text: string): Direction {
  const [letter] = kind.exec(text) ?? [];
  return letter === undefined ? null : FROM_RIGHT.test(letter) ? 'rtl' : 'ltr';
}

/** Of emphasis in code there is none. */
function isInCode({ parentNode }: Node): boolean {
  return isElement(parentNode) && parentNode.localName === 'code';
}

/** The node behind the tag of `node`, in document order; null: none in `block`. */
function following(node: Node, block: Element): Node | null {
  if (node.firstChild && (node === block || !(isElement(node) && isCarried(node)))) return node.firstChild;
  let from: Node | null = node;
  while (from && from !== block && !from.nextSibling) from = from.parentNode;
  return from && from !== block ? from.nextSibling : null;
}

function isCarried(element: Element): boolean {
  const { localName } = element;
  // A reference shows its label first, and then its number.
  return localName === 'pre' || element.hasAttribute('data-footnote') || element.getAttribute('data-chrome') === 'add';
}
