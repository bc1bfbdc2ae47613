/**
 * Problem: where Markdown changes its own past, painted nodes move into another wrapper, and a node that is moved
 * leaves the selection and the focus in it behind.
 * Choice: both are read before and put back after. `moveBefore` would keep the focus, but not the selection.
 * Bound: asked only where something moves.
 */

/** `change` moves what is in `from`; where that is replaced by `to`, what was selected at its own edges goes there. */
export function keepSelection(from: Node, to: Node | null, change: () => void): void {
  const roots: ShadowRoot[] = [];
  for (let root = from.getRootNode(); root instanceof ShadowRoot; root = root.host.getRootNode()) roots.push(root);
  const selection = from.isConnected ? from.ownerDocument!.getSelection() : null;
  const focused = (roots[0] ?? from.ownerDocument!).activeElement;
  const [before] = selection?.getComposedRanges?.({ shadowRoots: roots }) ?? [];
  const isInside = (node: Node | undefined): boolean =>
    node !== undefined && (node !== from || to !== null) && from.contains(node);
  const isBackward = selection?.direction === 'backward';
  const [startsInside, endsInside] = [isInside(before?.startContainer), isInside(before?.endContainer)];
  const holdsFocus = focused !== null && isInside(focused);
  change();
  if (holdsFocus && focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  const [after] = selection?.getComposedRanges?.({ shadowRoots: roots }) ?? [];
  if (!selection || !before || !after || !(startsInside || endsInside)) return;
  const moved = (node: Node): Node => (node === from ? to! : node);
  const start: [Node, number] = startsInside
    ? [moved(before.startContainer), before.startOffset]
    : [after.startContainer, after.startOffset];
  const end: [Node, number] = endsInside
    ? [moved(before.endContainer), before.endOffset]
    : [after.endContainer, after.endOffset];
  if (isBackward) selection.setBaseAndExtent(...end, ...start);
  else selection.setBaseAndExtent(...start, ...end);
}
