/**
 * Problem: most of what arrives is a few more words at the end of the last block, and for each the block would be
 * sanitised, decorated and compared with what is there.
 * Choice: where a block's HTML is that of before with plain text in front of its last closing tags, the text is added to
 * the text that stands there. To the page that is text whatever it says, so there is nothing to sanitise.
 * Bound: a comparison of the two strings. Where the nodes are not as the tags say, nothing is done.
 */
import { lastChildren } from './open-end.js';
import type { RenderedHtml } from './render-html.js';
import { isElement, isText } from './node-kind.js';

/** What a block in the page was made of, and its nodes. */
export interface ShownBlock {
  rendered: RenderedHtml;
  readonly nodes: readonly Node[];
}

/** The last tags of blocks in which text can stand and to which nothing is added. */
const CLOSING = /(?:<\/(?:p|h[1-6]|strong|em|del|li|[uo]l|blockquote)>\n?)+$/;

/** Makes a block that is shown what it would be now, if that takes no more than text at its end. */
export function grow(shown: ShownBlock, rendered: RenderedHtml | null): boolean {
  if (!rendered || !hasSameNotes(rendered, shown.rendered)) return false;
  const { html } = shown.rendered;
  if (rendered.html !== html && !growText(shown.nodes[0]!, html, rendered.html)) return false;
  shown.rendered = rendered;
  return true;
}

function hasSameNotes({ notes }: RenderedHtml, { notes: before }: RenderedHtml): boolean {
  if (notes.length !== before.length || notes.some(({ kind }) => kind === 'footnote')) return false;
  return notes.length === 0 || JSON.stringify(notes) === JSON.stringify(before);
}

/** `block` is what `before` made; `now` would make it longer. False: it takes more than that. */
function growText(block: Node, before: string, now: string): boolean {
  const closing = CLOSING.exec(before)?.[0];
  if (closing === undefined) return false;
  const end = before.length - closing.length;
  const text = now.slice(end, now.length - closing.length);
  if (before[end - 1] === '>' || !/^[^<>&\r\0]+$/.test(text)) return false;
  if (!now.endsWith(closing) || !now.startsWith(before.slice(0, end))) return false;
  const last = lastText(block, closing);
  last?.appendData(text);
  return last !== null;
}

/** The text that stands in front of the closing tags. */
function lastText(block: Node, closing: string): Text | null {
  let node: Node | undefined = block;
  // From the outside in.
  const tags = [...closing.matchAll(/<\/(\w+)>(\n?)/g)].reverse();
  for (const [index, [, name]] of tags.entries()) {
    if (!node || !isElement(node) || node.localName !== name) return null;
    const hasBreak = tags[index + 1]?.[2] === '\n';
    const [child, lineBreak]: (ChildNode | undefined)[] = lastChildren(node, hasBreak ? 2 : 1);
    if (hasBreak && lineBreak?.nodeValue !== '\n') return null;
    node = child;
  }
  return node && isText(node) ? node : null;
}
