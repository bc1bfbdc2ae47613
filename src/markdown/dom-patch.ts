/**
 * Problem: a block that grows is rendered again, and replacing its nodes would lose selections, focus and scroll
 * positions, and make the browser lay out what has not changed.
 * Choice: the nodes that are there are made equal to the new ones, in place: text by `replaceData` from the first
 * difference, elements of the same name by their attributes and children. Where Markdown changes its own past (setext
 * underline, a list turning loose, emphasis that was none) only the wrapper changes and its children move along.
 * Bound: linear in the two trees; the result `isEqualNode` what it was given, whatever was there before, but for what a
 * plug-in has made of a source that is still the same.
 */
import { keepOffsets } from './keep-offsets.js';
import { KeptSelection } from './keep-selection.js';
import { isElement, isText } from './node-kind.js';
import { outputFor } from './plugin.js';

/** Of the patch that is under way, from its first move. */
let kept: KeptSelection | null = null;

/** Makes the `old` neighbours in `parent` equal to `wanted`, and returns the nodes that stand there now. */
export function patchNodes(parent: Node, old: readonly Node[], wanted: readonly Node[], before: Node | null): Node[] {
  kept = null;
  const nodes = patchChildren(parent, old, wanted, before);
  (kept as KeptSelection | null)?.restore();
  return nodes;
}

function patchChildren(parent: Node, old: readonly Node[], wanted: readonly Node[], before: Node | null): Node[] {
  const queue = [...old];
  const result: Node[] = [];
  for (const [index, next] of wanted.entries()) {
    const following = wanted[index + 1];
    const current =
      isBlank(next) && isText(queue[0]) && !isBlank(queue[0]) && comesNext(queue[0], following)
        ? null
        : reshape(parent, queue, next);
    if (current) {
      queue.shift();
      patchNode(current, next);
      result.push(current);
    } else {
      const [unlike] = queue;
      // Where what is there comes next, this one is new in front of it.
      if (!unlike || comesNext(unlike, following)) parent.insertBefore(next, unlike ?? before);
      else parent.replaceChild(next, queue.shift()!);
      result.push(next);
    }
  }
  for (const leftover of queue) parent.removeChild(leftover);
  return result;
}

function patchNode(current: Node, next: Node): void {
  if (current === next) return;
  if (isText(current) && isText(next)) patchText(current, next.data);
  else if (isElement(current) && isElement(next)) {
    const output = outputFor(current, next);
    patchAttributes(current, next);
    // What it says for a while after a click.
    if (current.className === 'copy-button') return;
    const children = [...current.childNodes].filter((child) => child !== output);
    const wanted = [...next.childNodes];
    if (current.localName !== 'code' || children.length + wanted.length <= 2)
      patchChildren(current, children, wanted, output);
    else {
      // Coloured code is many elements, of which the last ones change; what was selected in those stays so.
      let same = 0;
      while (same < children.length && wanted[same]?.isEqualNode(children[same]!)) same += 1;
      const last = children.slice(same);
      keepOffsets(last, () => patchChildren(current, last, wanted.slice(same), null));
    }
  }
}

/**
 * Makes the text behind `from` what is wanted there. `data =` would collapse a selection that lies in the text that
 * stays.
 */
export function patchText(node: Text, wanted: string, from = 0): void {
  const present = node.substringData(from, node.length);
  if (present === wanted) return;
  let same = wanted.startsWith(present) ? present.length : 0;
  while (same < present.length && same < wanted.length && present.charCodeAt(same) === wanted.charCodeAt(same))
    same += 1;
  if (same === present.length) node.appendData(wanted.slice(same));
  else node.replaceData(from + same, present.length - same, wanted.slice(same));
}

function patchAttributes(current: Element, next: Element): void {
  const readers = READERS[current.localName];
  for (const name of current.getAttributeNames()) {
    if (!next.hasAttribute(name) && name !== readers) current.removeAttribute(name);
  }
  for (const name of next.getAttributeNames()) {
    const value = next.getAttribute(name)!;
    if (current.getAttribute(name) !== value && name !== readers) current.setAttribute(name, value);
  }
}

/** Whether details are open, code wraps and an image has the focus is the reader's from the moment they are there. */
const READERS: Readonly<Record<string, string>> = { details: 'open', button: 'aria-pressed', img: 'tabindex' };

/**
 * The node at the head of `queue` if it can become `next`, after changing the wrapper around painted nodes where only
 * that differs; `queue` follows the change. Null: nothing that is there can become it.
 */
function reshape(parent: Node, queue: Node[], next: Node): Node | null {
  const current = queue[0];
  if (current === undefined) return null;
  if (isLike(current, next)) return current;
  // Emphasis that turned out to be none: what is in it comes out, but for a text that the one before it goes on with.
  if (isElement(current) && (holdsFirst(current, next) || goesOnWith(current, next))) {
    const children = [...current.childNodes];
    for (const child of children) noteMove(child);
    current.replaceWith(...children);
    queue.splice(0, 1, ...children);
    if (!isLike(children[0]!, next)) parent.removeChild(queue.shift()!);
    return reshape(parent, queue, next);
  }
  if (!isElement(next) || isFixed(next)) return null;
  const wrapper = next.cloneNode(false) as Element;
  // What is now in an element (a loose item's paragraph) moves into it, with the neighbours that belong there.
  if (isText(current) ? startsAs(next, current) : holdsFirst(next, current)) {
    const moved = queue.splice(0, Math.max(1, countAlike(queue, next.childNodes)), wrapper);
    for (const node of moved) noteMove(node);
    parent.insertBefore(wrapper, current);
    wrapper.append(...moved);
    return wrapper;
  }
  if (!isElement(current) || isFixed(current)) return null;
  noteMove(current, wrapper);
  current.replaceWith(wrapper);
  wrapper.append(...current.childNodes);
  queue[0] = wrapper;
  return wrapper;
}

function noteMove(from: Node, to?: Node): void {
  kept ??= new KeptSelection(from);
  kept.note(from, to);
}

/** Whether one can become the other by its attributes and what is in it. */
function isLike(a: Node, b: Node): boolean {
  if (isText(a) || isText(b)) return a.nodeType === b.nodeType;
  return a.nodeName === b.nodeName && isElement(a) && isElement(b) && isChrome(a) === isChrome(b);
}

function holdsFirst(element: Element, node: Node): boolean {
  const first = element.firstChild;
  if (first === null || isFixed(element) || !isLike(first, node)) return false;
  if (!isText(first) || !isText(node)) return true;
  return !isBlank(first) && sharesStart(first.data, node.data.replace(/^[*_~`[]+/, ''));
}

function goesOnWith(element: Element, node: Node): boolean {
  const [first, second] = element.childNodes;
  const before = element.previousSibling;
  return (
    before !== null &&
    isText(before) &&
    !isFixed(element) &&
    first !== undefined &&
    isText(first) &&
    second !== undefined &&
    isLike(second, node)
  );
}

/** Whether what is there becomes the node after the next one. */
function comesNext(current: Node, following: Node | undefined): boolean {
  if (!following) return false;
  return isText(current) && isElement(following) ? startsAs(following, current) : isLike(current, following);
}

/** Whether a text is the first that an element shows. */
function startsAs(element: Element, { data }: Text): boolean {
  return !isFixed(element) && sharesStart(data, element.textContent.trimStart());
}

function countAlike(nodes: readonly Node[], wanted: NodeListOf<ChildNode>): number {
  let count = 0;
  while (count < wanted.length && nodes[count]?.nodeName === wanted[count]?.nodeName) count += 1;
  return count;
}

function sharesStart(a: string, b: string): boolean {
  return a !== '' && b !== '' && a[0] === b[0];
}

/** Nothing is put into it or taken out of it. */
function isFixed(element: Element): boolean {
  return isChrome(element) || VOID.has(element.localName);
}

const VOID = new Set(['br', 'hr', 'img', 'input']);

function isChrome(element: Element): boolean {
  return element.getAttribute('data-chrome') === 'add';
}

function isBlank(node: Node): boolean {
  return isText(node) && !/\S/.test(node.data);
}
