/**
 * Problem: of an open block only the end is read again (elide.ts), so what it renders to is only the end of what is in
 * the page.
 * Choice: the open elements from the block inwards, each with the last of its children that is final. What a shortened
 * block renders to is taken apart along the same path, and each element's end is patched. Taken up only where the
 * shortened block renders to exactly what is there.
 * Bound: final nodes are never visited.
 */
import { OpenLines } from './code-lines.js';
import { patchText } from './dom-patch.js';
import { STUB } from './elide.js';
import type { OpenBlock } from './elide.js';
import type { Highlighting } from './highlighting.js';
import { lastChildren, OpenEnd } from './open-end.js';
import { regroup } from './regroup.js';
import { isElement, isText } from './node-kind.js';
import { freezeColumns, freezeTable } from './table-columns.js';

/** An element whose last child is open; that child's place in what the shortened block renders to. */
interface OuterLevel {
  readonly end: OpenEnd;
  readonly at: number;
}

/** The innermost open element. */
interface Inner {
  /** Patches its end. False: `wanted` is another kind of element. */
  patch(wanted: Element): boolean;
  /** Where it is code. */
  readonly lines?: OpenLines;
}

export class Spine {
  readonly #outer: readonly OuterLevel[];
  readonly #path: readonly OpenBlock[];
  readonly #inner: Inner;
  readonly #highlighting: Highlighting;
  readonly #end: Element;
  readonly #run: number;

  private constructor(
    path: readonly OpenBlock[],
    outer: readonly OuterLevel[],
    inner: Inner,
    highlighting: Highlighting,
    end: Element,
    run: number,
  ) {
    this.#path = path;
    this.#outer = outer;
    this.#inner = inner;
    this.#highlighting = highlighting;
    this.#end = end;
    this.#run = run;
  }

  /** About how many characters the open run of text had when the spine was taken up: the engine lays out all of it anew. */
  get run(): number {
    return this.#run;
  }

  /**
   * `present` is in the page, `wanted` is what the shortened block renders to. Null: they do not end alike, so the block
   * has to be read as a whole. `before`: how the block was open before, if it was; since then so many characters were left
   * out of the run.
   */
  static along(
    path: readonly OpenBlock[],
    present: Element,
    wanted: Element,
    highlighting: Highlighting,
    before: Spine | undefined,
    cut: number,
  ): Spine | null {
    const outer: OuterLevel[] = [];
    let [there, next]: [Element, Element] = [present, wanted];
    for (const [depth, { kind }] of path.entries()) {
      // The text of a tight item stands in the item's element.
      if (kind === 'text') break;
      if (depth > 0) {
        const inner = next.lastElementChild;
        if (!inner) return null;
        const after = following(inner);
        const last = lastChildren(there, after.length + 1);
        const innerThere = last[0];
        if (!innerThere || !isElement(innerThere) || last.length !== after.length + 1) return null;
        if (after.some((node, at) => !isAlike(last[at + 1]!, node, highlighting))) return null;
        const end = new OpenEnd(there);
        end.settleAllBut(after.length);
        outer.push({ end, at: [...next.childNodes].indexOf(inner) });
        [there, next] = [innerThere, inner];
      }
      const [content, nextContent] = [contentOf(there, kind), contentOf(next, kind)];
      if (!content || content.localName !== nextContent?.localName) return null;
      [there, next] = [content, nextContent];
    }
    const { kind } = path.at(-1)!;
    const inner = OPENERS[kind](there, next, highlighting, before ? (before.#inner.lines ?? null) : null);
    if (!inner) return null;
    const isRun = kind === 'run' || kind === 'text';
    // Of hundreds of thousands of nodes, the text is not asked for each time.
    const isSame = before !== undefined && before.#end === there;
    const run = !isRun ? 0 : isSame ? before.#run + cut : (there.textContent?.length ?? 0);
    return new Spine(path, outer, inner, highlighting, there, run);
  }

  /** Makes the block in the page what `wanted` is the end of, and uses its nodes up. False: it is not. */
  patch(wanted: Element): boolean {
    let next = wanted;
    const ends: [OpenEnd, Node[]][] = [];
    for (const [depth, { kind }] of this.#path.entries()) {
      const level = this.#outer[depth - 1];
      if (level) {
        const children = [...next.childNodes];
        const inner = children[level.at];
        if (!inner || !isElement(inner)) return false;
        ends.push([level.end, children.slice(level.at + 1)]);
        next = inner;
      }
      const content = contentOf(next, kind);
      if (!content) return false;
      next = content;
    }
    if (!this.#inner.patch(next)) return false;
    for (const [end, nodes] of ends) patchEnd(end, nodes, this.#highlighting);
    return true;
  }
}

function patchEnd(end: OpenEnd, nodes: readonly Node[], highlighting: Highlighting): void {
  const placed = end.patch(nodes.map((node) => regroup(node, highlighting)));
  if (end.element.localName === 'table') freezeTable(end.element as HTMLTableElement);
  else for (const node of placed) freezeColumns(node);
}

/** Where the children of a block of that kind are; its chrome stands around it. */
function contentOf(element: Element, kind: OpenBlock['kind']): Element | null {
  if (kind === 'code') return element.querySelector('pre > code');
  if (kind === 'table') return element.localName === 'table' ? element : element.querySelector('table');
  return element;
}

type OpenInner = (
  present: Element,
  wanted: Element,
  highlighting: Highlighting,
  before: OpenLines | null,
) => Inner | null;

const OPENERS: Readonly<Record<OpenBlock['kind'], OpenInner>> = {
  list: openChildren,
  item: openChildren,
  quote: openChildren,
  table: openChildren,
  run: openText,
  text: openText,
  code: (present, wanted, highlighting, before) => {
    const lines = OpenLines.at(present, wanted.textContent ?? '', highlighting, before);
    return lines && { lines, patch: (next) => next.localName === 'code' && lines.patch(next.textContent ?? '') };
  },
};

function openChildren(present: Element, wanted: Element, highlighting: Highlighting): Inner | null {
  const children = childrenOf(wanted);
  const last = lastChildren(present, children.length);
  let alike = 0;
  while (alike < last.length && isAlike(last.at(-1 - alike)!, children.at(-1 - alike)!, highlighting)) alike += 1;
  if (!last.slice(-alike).some((node) => isElement(node) || node.textContent?.trim()) || alike === 0) return null;
  const skipped = children.length - alike;
  const end = new OpenEnd(present);
  end.settleAllBut(alike);
  const patch = (next: Element): boolean => {
    if (next.localName !== present.localName) return false;
    patchEnd(end, childrenOf(next).slice(skipped), highlighting);
    return true;
  };
  return { patch };
}

function openText(present: Element, wanted: Element, highlighting: Highlighting): Inner | null {
  const children = [...wanted.childNodes];
  const at = children.findIndex((node) => isText(node) && node.data.trimStart().startsWith(STUB));
  const rest = textBehindStub(children[at]);
  const after = children.slice(at + 1);
  const [first, ...last] = lastChildren(present, after.length + 1);
  // Where no text stands behind the stub, that in front of it may be in an element.
  const text = first && isText(first) ? first : null;
  const kept = (text?.length ?? 0) - rest.length;
  if (at < 0 || !first || kept < 0 || (text?.substringData(kept, rest.length) ?? '') !== rest) return null;
  if (last.length !== after.length || last.some((node, index) => !node.isEqualNode(after[index]!))) return null;
  const end = new OpenEnd(present);
  end.settleAllBut(after.length + (text && kept === 0 ? 1 : 0));
  const patch = (next: Element): boolean => {
    const nodes = [...next.childNodes];
    const behind = nodes[at];
    if (next.localName !== present.localName || !behind || !isText(behind)) return false;
    behind.data = textBehindStub(behind);
    if (text && kept > 0) patchText(text, behind.data, kept);
    const shown = nodes.slice(kept > 0 || behind.data === '' ? at + 1 : at);
    patchEnd(end, shown, highlighting);
    return true;
  };
  return { patch };
}

function textBehindStub(node: Node | undefined): string {
  const data = node?.textContent ?? '';
  return data.slice(data.indexOf(STUB) + 1);
}

function childrenOf(element: Element): ChildNode[] {
  return [...(element.localName === 'table' ? (element.querySelector('tbody') ?? element) : element).childNodes];
}

function following(node: Node): ChildNode[] {
  const nodes: ChildNode[] = [];
  for (let next = node.nextSibling; next; next = next.nextSibling) nodes.push(next);
  return nodes;
}

/** A child may itself have groups in the page; `wanted` gets them here, since it is for nothing else. */
function isAlike(present: Node, wanted: Node, highlighting: Highlighting): boolean {
  return present.isEqualNode(regroup(wanted, highlighting));
}
