/**
 * Problem: an element that grows by the hundred (items, rows, blocks) is laid out and painted as a whole with every
 * child that is added.
 * Choice: behind the first children, every further eight to 32 stand in a group of their own, which styles keep apart
 * (`contain`) as soon as another follows. Which group a child stands in is told by its number alone, so it never moves.
 * Bound: nodes in front of the settled one are never visited.
 */
import { patchNodes } from './dom-patch.js';
import { isElement } from './node-kind.js';

/** So many rows and lines stand directly in their parent. */
export const FIRST = 64;
/** So many stand in each group. */
export const SIZE = 32;

/**
 * How the children of an element are grouped. What is not kept apart is painted again with every frame: fewer stand
 * together where each may be as much as a list.
 */
interface Grouping {
  /** What a group is. */
  readonly name: string;
  readonly role?: string;
  /** So many children stand directly in the element. */
  readonly first: number;
  /** So many stand in each group. */
  readonly size: number;
}

/** Of the blocks of an answer, of which most have fewer. */
export const BLOCKS: Grouping = { name: 'div', first: 32, size: 16 };
const ITEMS: Grouping = { name: 'div', role: 'presentation', first: 16, size: 16 };

/** By the name of the element; of others the children are not grouped. */
const GROUPINGS: Readonly<Record<string, Grouping | undefined>> = {
  ul: ITEMS,
  ol: ITEMS,
  blockquote: { name: 'div', first: 8, size: 8 },
  table: { name: 'tbody', role: 'rowgroup', first: FIRST, size: SIZE },
};

/** The end of an element's children, from the last one that is final. */
export class OpenEnd {
  readonly element: Element;
  /** Where the children in front of all groups are. */
  readonly #first: Element;
  readonly #grouping: Grouping | undefined;
  /** Stays behind the children, while it is in the element. */
  readonly #after: Node | null;
  /** Where the last settled child is. */
  #holder: Element;
  #settled: ChildNode | null = null;
  /** How many elements are settled. */
  #count = 0;
  #placed: ChildNode[] = [];

  constructor(element: Element, grouping = GROUPINGS[element.localName], after: Node | null = null) {
    this.element = element;
    this.#after = after;
    this.#first = firstHolder(element);
    this.#grouping = grouping;
    this.#holder = this.#first;
  }

  /** The last node that is final. */
  get settled(): ChildNode | null {
    return this.#settled;
  }

  /** Makes the nodes behind the settled one equal to `nodes`; returns those that stand there now. */
  patch(nodes: readonly Node[]): ChildNode[] {
    const [here, ...groups] = this.#split(nodes);
    const after = this.#after?.parentNode === this.element ? this.#after : null;
    const holder = this.#holder;
    const isInGroup = holder !== this.element;
    const start = this.#settled ? this.#settled.nextSibling : holder.firstChild;
    const behind = siblings(isInGroup ? holder.nextSibling : start, after).filter(isGroup);
    const end = isInGroup ? null : (behind[0] ?? after);
    this.#placed = patchNodes(holder, siblings(start, end), here!, end) as ChildNode[];
    for (const [index, group] of groups.entries()) {
      const present = behind[index] ?? this.element.insertBefore(this.#makeGroup([]), after);
      this.#placed.push(...(patchNodes(present, [...present.childNodes], group, null) as ChildNode[]));
    }
    for (const group of behind.slice(groups.length)) group.remove();
    return this.#placed;
  }

  /** The first `count` of the nodes that were patched in last are final. */
  settle(count: number): void {
    const last = this.#placed[count - 1];
    if (!last) return;
    this.#count += this.#placed.slice(0, count).filter(isElement).length;
    this.#settled = last;
    this.#holder = last.parentNode as Element;
    this.#placed = this.#placed.slice(count);
  }

  /** As `settle(1)`; what it returns takes that back. */
  hold(): () => void {
    const [holder, settled, count] = [this.#holder, this.#settled, this.#count];
    this.settle(1);
    return () => {
      [this.#holder, this.#settled, this.#count] = [holder, settled, count];
    };
  }

  /** As if the last of the element's children that are not among the last `count` were the settled one. */
  settleAllBut(count: number): void {
    const nodes = lastChildren(this.element, count + 1);
    this.#placed = nodes;
    // To count them the browser walks through all of them.
    if (this.#grouping) this.#count = childCount(this.element, this.#grouping.size) - nodes.filter(isElement).length;
    this.settle(nodes.length - count);
  }

  /** Settled nodes were patched outside: `now` stands where `before` stood. */
  replaced(before: readonly Node[], now: readonly Node[]): void {
    if (!this.#settled || !before.includes(this.#settled)) return;
    this.#settled = now.at(-1) as ChildNode;
  }

  /** The nodes that go where the settled one is, and those of each further group. */
  #split(nodes: readonly Node[]): Node[][] {
    if (!this.#grouping) return [[...nodes]];
    const { first, size } = this.#grouping;
    const parts: Node[][] = [[]];
    let room = this.#holder === this.#first ? first - this.#count : -(this.#count - first) % size;
    if (room < 0) room += size;
    for (const node of nodes) {
      if (isElement(node) && --room < 0) {
        parts.push([]);
        room = size - 1;
      }
      parts.at(-1)!.push(node);
    }
    return parts;
  }

  #makeGroup(nodes: readonly Node[]): Element {
    const { name, role } = this.#grouping!;
    const group = this.element.ownerDocument.createElement(name);
    group.className = 'group';
    if (name === 'div') group.setAttribute('data-chrome', 'wrap');
    if (role) group.setAttribute('role', role);
    group.append(...nodes);
    return group;
  }

  /** Puts children that all stand in their element directly where they belong. */
  regroup(): void {
    if (!this.#grouping || this.#first.childElementCount <= this.#grouping.first) return;
    const [, ...groups] = this.#split([...this.#first.childNodes]);
    this.element.append(...groups.map((group) => this.#makeGroup(group)));
  }
}

/** Where a child goes at the end of an element, and how many more elements do. */
export function roomIn(element: Element): { holder: Element; room: number } {
  const grouping = GROUPINGS[element.localName];
  if (!grouping) return { holder: element, room: Infinity };
  const { first, size } = grouping;
  const last = element.lastElementChild;
  if (last && isGroup(last)) return { holder: last, room: size - last.childElementCount };
  return { holder: element, room: first - element.childElementCount };
}

/** The last `count` children, as if there were no groups. */
export function lastChildren(element: Element, count: number): ChildNode[] {
  const nodes: ChildNode[] = [];
  let node: ChildNode | null = lastHolder(element).lastChild;
  while (node && nodes.length < count) {
    if (isGroup(node)) node = node.lastChild;
    else {
      nodes.unshift(node);
      const parent: Element = node.parentElement!;
      node = node.previousSibling ?? (isGroup(parent) ? previousOf(parent) : null);
    }
  }
  return nodes;
}

/** What stands in front of a group: the last child of the group before it, or of the rows or items without one. */
function previousOf(group: Element): ChildNode | null {
  const before = group.previousSibling;
  return before && (isGroup(before) || before.nodeName === 'TBODY') ? before.lastChild : before;
}

function lastHolder(element: Element): Element {
  return element.localName === 'table' ? (element.lastElementChild ?? element) : element;
}

/** Where the children in front of all groups are. */
function firstHolder(element: Element): Element {
  return element.localName === 'table' ? (element.querySelector('tbody') ?? element) : element;
}

function childCount(element: Element, size: number): number {
  const last = element.lastElementChild;
  const first = firstHolder(element);
  if (!last || !isGroup(last)) return first.childElementCount;
  let groups = 0;
  let node: Element | null = last;
  for (; node && isGroup(node); node = node.previousElementSibling) groups += 1;
  const inFirst = first === element ? element.childElementCount - groups : first.childElementCount;
  return inFirst + (groups - 1) * size + last.childElementCount;
}

/** From `first` to the last in front of `end`. */
function siblings(first: ChildNode | null, end: Node | null): ChildNode[] {
  const nodes: ChildNode[] = [];
  for (let node = first; node && node !== end; node = node.nextSibling) nodes.push(node);
  return nodes;
}

export function isGroup(node: Node): node is Element {
  return isElement(node) && node.className === 'group';
}
