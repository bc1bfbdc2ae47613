/**
 * Problem: `dir="auto"` lets the engine look for the first letter, and it looks through the whole block again with every
 * node that is put into it: tens of seconds for a long list without a letter.
 * Choice: the first letter decides as there (HTML, "auto directionality"), but it is looked for here, once a change, and
 * not in what a block only carries: blocks of code, and what this project adds. A letter in inline code, or a digit, decides
 * where nothing else does; without either a block has the direction of what it stands in, as `<bdi>` has.
 * Bound: LOOKED_AT characters and elements; a block whose first letter comes later has none.
 */
import { isElement, isText } from './node-kind.js';
import { isGroup } from './open-end.js';

const LOOKED_AT = 1000;

/** What shows which way it is written: a letter, or a mark that stands for one. */
const STRONG = /[\p{L}\u200e\u200f\u061c]/u;
/** And what does so where there is none. */
const WEAK = /[\p{L}\p{Nd}]/u;
/** The blocks of the scripts from right to left (Unicode, DerivedBidiClass.txt: what R and AL are the default of). */
const FROM_RIGHT =
  /[\u200f\u061c\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10cff}\u{10d00}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Gives a block the direction that it has by what is in it now; code blocks have their own. */
export function setDirection(block: Element): void {
  if (block.classList.contains('code-block')) return;
  const shown = (block.classList.contains('table-block') && block.querySelector('table')) || block;
  const direction = directionOf(shown);
  if (direction === shown.getAttribute('dir')) return;
  if (direction === null) shown.removeAttribute('dir');
  else shown.setAttribute('dir', direction);
}

type Direction = 'ltr' | 'rtl' | null;

function directionOf(block: Element): Direction {
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
  return second;
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
