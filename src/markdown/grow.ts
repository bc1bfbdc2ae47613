/**
 * Problem: most of what arrives only adds to the end of the last block, and for each piece all of the block would be
 * sanitised, decorated and compared with what is there.
 * Choice: where a block's HTML is that of before with more in front of its last closing tags, only that is made, inside
 * elements of the same names, and put at the end of those in the page. If it is plain text, there is nothing to
 * sanitise: to the page it is text whatever it says. All of the HTML is render-html.ts's own, so its elements close in
 * the order they open in, and what is made of a part of it is a part of what is made of all.
 * Bound: a comparison of the two strings. Where the nodes are not as the tags say, nothing is done.
 */
import { resolveReferences } from './build-nodes.js';
import { mayHide } from './normalize-text.js';
import { lastChildren, roomIn } from './open-end.js';
import type { Note, RenderedHtml } from './render-html.js';
import { isElement, isText } from './node-kind.js';

/** What a block in the page was made of, and its nodes. */
export interface ShownBlock {
  rendered: RenderedHtml;
  readonly nodes: readonly Node[];
}

/** HTML → nodes for the page; null: there is no sanitiser. */
export type MakeNodes = (html: string, notes: readonly Note[]) => readonly Node[] | null;

/** The last tags of blocks at whose end something may be added. */
const CLOSING = /(?:<\/(?:p|h[1-6]|strong|em|del|code|li|[uo]l|blockquote)>\n?)+$/;

/** More HTML would mostly need groups of its own, and be made once more for them. */
const MOST = 2048;

/** An open element in the page, from the outside in, and the line break behind it. */
interface Level {
  readonly element: Element;
  readonly lineBreak: string;
}

/** Makes a block that is shown what it would be now, if that takes no more than additions at its end. */
export function grow(shown: ShownBlock, rendered: RenderedHtml | null, make: MakeNodes): boolean {
  if (!rendered || !continues(rendered.notes, shown.rendered.notes)) return false;
  const { html } = shown.rendered;
  if (rendered.html !== html && !add(shown.nodes[0]!, html, rendered, make)) return false;
  shown.rendered = rendered;
  return true;
}

/** References to footnotes are numbered in the order they are made in. */
function continues(notes: readonly Note[], before: readonly Note[]): boolean {
  if (notes.some(({ kind }) => kind === 'footnote')) return false;
  return before.length === 0 || JSON.stringify(notes.slice(0, before.length)) === JSON.stringify(before);
}

/** `block` is what `before` made; `now` would have more at its end. False: it takes more than that. */
function add(block: Node, before: string, { html: now, notes }: RenderedHtml, make: MakeNodes): boolean {
  let closing = CLOSING.exec(before)?.[0];
  if (closing === undefined || !now.startsWith(before.slice(0, -closing.length))) return false;
  let rest = now.slice(before.length - closing.length);
  // What both close is not open any more.
  for (const [tag] of closing.matchAll(/<\/\w+>\n?/g)) {
    if (tag === closing || !rest.startsWith(tag)) break;
    closing = closing.slice(tag.length);
    rest = rest.slice(tag.length);
  }
  const levels = openLevels(block, closing);
  const inner = levels?.at(-1)?.element;
  const isInText = before.at(-closing.length - 1) !== '>';
  if (!levels || !inner) return false;
  const { holder } = roomIn(inner);
  const last = holder.lastChild;
  if (isInText !== (last !== null && isText(last))) return false;
  const text = rest.slice(0, -closing.length);
  // What is hidden shows nothing, or is a part of a flag.
  if (mayHide(rest)) return false;
  const plain = rest.endsWith(closing) && /^[^<>\r\0]+$/.test(text) ? resolveReferences(text) : null;
  if (plain !== null) {
    if (isInText) (last as Text).appendData(plain);
    else holder.append(plain);
    return true;
  }
  if (rest.length > MOST) return false;
  const opening = levels.map(({ element }) => `<${element.localName}>`).join('');
  return append(levels, make(opening + rest, notes), !rest.startsWith('<'));
}

/** The elements that the tags close, if they are the last of each other. */
function openLevels(block: Node, closing: string): Level[] | null {
  const levels: Level[] = [];
  let node: Node | undefined = block;
  for (const [, name, lineBreak = ''] of [...closing.matchAll(/<\/(\w+)>(\n?)/g)].reverse()) {
    const outer = levels.at(-1)?.element;
    if (outer) {
      const [child, behind]: (ChildNode | undefined)[] = lastChildren(outer, lineBreak ? 2 : 1);
      if (lineBreak && behind?.nodeValue !== lineBreak) return null;
      node = child;
    }
    if (!node || !isElement(node) || node.localName !== name) return null;
    levels.push({ element: node, lineBreak: outer ? lineBreak : '' });
  }
  return levels;
}

/** Puts what is in `made`, in elements like those of the levels, at their ends. `goesOn`: with text, in the innermost. */
function append(levels: readonly Level[], made: readonly Node[] | null, goesOn: boolean): boolean {
  let outer: Node | undefined = made?.[0];
  const steps: (() => void)[] = [];
  for (const [index, { element }] of levels.entries()) {
    if (!outer || !isElement(outer) || outer.localName !== element.localName) return false;
    const next = levels[index + 1];
    const nodes = [...outer.childNodes].slice(next ? 1 : 0);
    const { holder, room } = roomIn(element);
    // They begin a group.
    if (nodes.filter(isElement).length > room) return false;
    const [first] = nodes;
    const lineBreak = next?.lineBreak ?? '';
    const more = first && isText(first) ? first.data : '';
    if (!more.startsWith(lineBreak)) return false;
    const { lastChild } = holder;
    // Text that was made of something else stands by itself.
    const joins = more !== '' && (next !== undefined || goesOn) && lastChild !== null && isText(lastChild);
    steps.push(() => {
      if (joins && more !== lineBreak) lastChild.appendData(more.slice(lineBreak.length));
      holder.append(...nodes.slice(joins ? 1 : 0));
    });
    outer = outer.firstChild ?? undefined;
  }
  for (const step of steps) step();
  return true;
}
