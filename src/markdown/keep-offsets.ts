/**
 * Problem: code that is being written is told apart anew with what arrives, and where a text is cut in two, a selection
 * that ends in its second half would end at the cut.
 * Choice: the ends of the selection that lie in the nodes about to change are remembered by their distance from the
 * first of them, and set again if the change has moved them.
 * Bound: nothing but a look at the selection while none ends in these nodes.
 */
import { isText } from './node-kind.js';
import { readSelection } from './read-selection.js';

/** `change` makes `nodes` into those that it returns, which have the same text and perhaps more. */
export function keepOffsets(nodes: readonly Node[], change: () => readonly Node[]): void {
  const before = nodes[0] ? readSelection(nodes[0]) : null;
  const start = before && distance(nodes, before.range.startContainer, before.range.startOffset);
  const end = before && distance(nodes, before.range.endContainer, before.range.endOffset);
  if (!before || (start === null && end === null)) {
    change();
    return;
  }
  const { range, selection } = before;
  const isBackward = selection.direction === 'backward';
  const now = change();
  const [from, fromOffset] = (start !== null && locate(now, start)) || [range.startContainer, range.startOffset];
  const [to, toOffset] = (end !== null && locate(now, end)) || [range.endContainer, range.endOffset];
  const after = (now[0] && readSelection(now[0]))?.range;
  if (after?.startContainer === from && after.startOffset === fromOffset) {
    if (after.endContainer === to && after.endOffset === toOffset) return;
  }
  // An end that lies elsewhere may have gone with the change.
  if (!isThere(from, fromOffset) || !isThere(to, toOffset)) return;
  if (isBackward) selection.setBaseAndExtent(to, toOffset, from, fromOffset);
  else selection.setBaseAndExtent(from, fromOffset, to, toOffset);
}

function isThere(node: Node, offset: number): boolean {
  return node.isConnected && offset <= (isText(node) ? node.length : node.childNodes.length);
}

/** How much text is in front of a place in `nodes`; null where it is none of theirs. */
function distance(nodes: readonly Node[], container: Node, offset: number): number | null {
  let before = 0;
  for (const node of nodes) {
    if (node.contains(container)) {
      for (const text of textsIn(node)) {
        if (text === container) return before + offset;
        before += text.length;
      }
      return null;
    }
    before += node.textContent?.length ?? 0;
  }
  return null;
}

function locate(nodes: readonly Node[], at: number): [Text, number] | null {
  let left = at;
  for (const node of nodes) {
    for (const text of textsIn(node)) {
      if (left <= text.length) return [text, left];
      left -= text.length;
    }
  }
  return null;
}

function* textsIn(node: Node): Generator<Text> {
  if (node.nodeType === Node.TEXT_NODE) yield node as Text;
  else for (const child of node.childNodes) yield* textsIn(child);
}
