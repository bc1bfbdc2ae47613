/**
 * Problem: where Markdown changes its own past, painted nodes move into another wrapper, and a node that is moved
 * leaves the selection and the focus in it behind.
 * Choice: both are read before the first move, and put back after the last. `moveBefore` would keep the focus only.
 * Bound: once a patch, and only in one that moves something.
 */
import { isText } from './node-kind.js';
import { readSelection, type Selected } from './read-selection.js';

export class KeptSelection {
  readonly #root: Node;
  readonly #selected: Selected | null;
  readonly #isBackward: boolean;
  readonly #activeElement: Element | null;
  #start: [Node, number] | undefined;
  #end: [Node, number] | undefined;
  #startMoved = false;
  #endMoved = false;
  #focusMoved = false;

  constructor(node: Node) {
    this.#root = node.getRootNode();
    this.#selected = readSelection(node);
    this.#activeElement = (this.#root instanceof ShadowRoot ? this.#root : node.ownerDocument!).activeElement;
    const range = this.#selected?.range;
    this.#isBackward = range?.collapsed === false && this.#selected!.selection.direction === 'backward';
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
    if (this.#focusMoved) (this.#activeElement as HTMLElement | null)?.focus({ preventScroll: true });
    const now = this.#startMoved || this.#endMoved ? readSelection(this.#root)?.range : undefined;
    if (!now || !this.#start || !this.#end) return;
    const start = this.#startMoved ? this.#start : ([now.startContainer, now.startOffset] as const);
    const end = this.#endMoved ? this.#end : ([now.endContainer, now.endOffset] as const);
    const [from, to] = (this.#isBackward ? [end, start] : [start, end]).map(
      ([node, offset]) => [node, Math.min(offset, isText(node) ? node.length : node.childNodes.length)] as const,
    );
    if (from![0].isConnected && to![0].isConnected) this.#selected?.selection.setBaseAndExtent(...from!, ...to!);
  }
}
