/**
 * Problem: asking what is selected makes a browser lay out, above all where nothing is, and code that is being written
 * asks with every frame.
 * Choice: that nothing is selected is remembered until the document tells of a change.
 * Bound: one layout a change. It is told in a task of its own; what a script has selected since then, in the nodes that
 * the next frame changes, is not kept.
 */

/** Documents in which nothing is selected. */
const unselected = new WeakSet<Document>();
const watched = new WeakSet<Document>();

export interface Selected {
  readonly selection: Selection;
  readonly range: AbstractRange;
}

/** What is selected, where it begins or ends in the tree that `node` is in, or is the root of; also in a shadow tree. */
export function readSelection(node: Node): Selected | null {
  const owner = node.ownerDocument ?? (node as Document);
  if (!node.isConnected || unselected.has(owner)) return null;
  watch(owner);
  const selection = owner.getSelection();
  if (!selection || selection.rangeCount === 0) {
    unselected.add(owner);
    return null;
  }
  const root = node.getRootNode();
  const shadowRoots: ShadowRoot[] = [];
  for (let around = root; around instanceof ShadowRoot; around = around.host.getRootNode()) shadowRoots.push(around);
  const isInside = shadowRoots.length > 0 && 'getComposedRanges' in selection;
  const range = isInside ? selection.getComposedRanges({ shadowRoots })[0] : selection.getRangeAt(0);
  if (!range || !(root.contains(range.startContainer) || root.contains(range.endContainer))) return null;
  return { selection, range };
}

function watch(owner: Document): void {
  if (watched.has(owner)) return;
  watched.add(owner);
  owner.addEventListener('selectionchange', () => unselected.delete(owner));
}
