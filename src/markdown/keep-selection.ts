/**
 * Problem: where Markdown changes its own past, painted nodes move into another wrapper, and a node that is moved
 * leaves the selection and the focus in it behind.
 * Choice: both are read before the first move, and put back after the last. `moveBefore` would keep the focus only.
 * Bound: once a patch, and only in one that moves something; asking for a selection makes a browser lay out.
 */

export class KeptSelection {
  readonly #selection: Selection | null;
  readonly #roots: ShadowRoot[] = [];
  readonly #isBackward: boolean;
  readonly #activeElement: Element | null;
  #start: [Node, number] | undefined;
  #end: [Node, number] | undefined;
  #startMoved = false;
  #endMoved = false;
  #focusMoved = false;

  constructor(node: Node) {
    const owner = node.ownerDocument!;
    this.#selection = node.isConnected ? owner.getSelection() : null;
    for (let root = node.getRootNode(); root instanceof ShadowRoot; root = root.host.getRootNode()) {
      this.#roots.push(root);
    }
    this.#activeElement = (this.#roots[0] ?? owner).activeElement;
    const range = this.#range();
    this.#isBackward = range?.collapsed === false && this.#selection?.direction === 'backward';
    if (!range) return;
    this.#start = [range.startContainer, range.startOffset];
    this.#end = [range.endContainer, range.endOffset];
  }

  /** `node` is about to move; where `to` takes its place, what was selected at its edges goes there. */
  note(node: Node, to?: Node): void {
    this.#startMoved ||= node.contains(this.#start?.[0] ?? null);
    this.#endMoved ||= node.contains(this.#end?.[0] ?? null);
    this.#focusMoved ||= node.contains(this.#activeElement);
    for (const edge of [this.#start, this.#end]) if (edge?.[0] === node && to) edge[0] = to;
  }

  restore(): void {
    if (this.#focusMoved && this.#activeElement instanceof HTMLElement) {
      this.#activeElement.focus({ preventScroll: true });
    }
    const now = this.#startMoved || this.#endMoved ? this.#range() : undefined;
    if (!now || !this.#start || !this.#end) return;
    const start = this.#startMoved ? this.#start : ([now.startContainer, now.startOffset] as const);
    const end = this.#endMoved ? this.#end : ([now.endContainer, now.endOffset] as const);
    const [from, to] = (this.#isBackward ? [end, start] : [start, end]).map(
      ([node, offset]) =>
        [node, Math.min(offset, node instanceof Text ? node.length : node.childNodes.length)] as const,
    );
    if (from![0].isConnected && to![0].isConnected) this.#selection?.setBaseAndExtent(...from!, ...to!);
  }

  #range(): StaticRange | undefined {
    return this.#selection?.getComposedRanges?.({ shadowRoots: this.#roots })[0];
  }
}
