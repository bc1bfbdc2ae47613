/**
 * Problem: `<details>` may open in one block and close many blocks later, and in the unsettled tail it may do either
 * and then not have done so after all.
 * Choice: the open elements, outermost first, are a path of levels, each knowing its last settled child. Every update
 * drafts all that follows those children, over as many levels as it closes, and patches it in; where the settled
 * blocks of the draft end, the levels move on.
 * Bound: settled nodes are never visited; a draft is as large as the tail.
 */
import { BLOCKS, OpenEnd } from './open-end.js';

interface Draft {
  /** The level this continues; null for a `<details>` that the draft itself opened. */
  readonly level: OpenEnd | null;
  readonly parent: Draft | null;
  /** Where the opened element stands among the parent's nodes. */
  readonly index: number;
  readonly element: Element | null;
  readonly nodes: Node[];
  settled: number;
  /** After patching: the nodes that stand in the page for `nodes`. */
  placed: Node[];
}

/** A place in a draft, to be asked for its nodes once the draft is in the page. */
export interface DraftedRange {
  nodes(): Node[];
}

export class BlockPath {
  #levels: OpenEnd[];
  #drafts: Draft[] = [];
  #path: Draft[] = [];
  #settledPath: Draft[] | null = null;

  /** `after`: what stays behind the blocks, while it is in the container. */
  constructor(container: Element, after: Node) {
    this.#levels = [new OpenEnd(container, BLOCKS, after)];
  }

  /** How many elements are open around what is added next. */
  get depth(): number {
    return this.#path.length - 1;
  }

  /** Whether what is added next goes into an element that is not in the page yet. */
  get isDrafted(): boolean {
    return this.#top().element !== null;
  }

  begin(): void {
    this.#drafts = this.#levels.map((level) => makeDraft({ level }));
    this.#path = [...this.#drafts];
    this.#settledPath = null;
  }

  add(nodes: readonly Node[]): DraftedRange {
    const draft = this.#top();
    const start = draft.nodes.length;
    draft.nodes.push(...nodes);
    // Only a draft's own element holds its nodes already; a level's come to the page by the patch.
    draft.element?.append(...nodes);
    return { nodes: () => draft.placed.slice(start, start + nodes.length) };
  }

  open(element: Element): void {
    const parent = this.#top();
    const draft = makeDraft({ parent, index: parent.nodes.length, element });
    this.add([element]);
    this.#drafts.push(draft);
    this.#path.push(draft);
  }

  close(): void {
    if (this.#path.length > 1) this.#path.pop();
  }

  /** Everything added so far is final. */
  settle(): void {
    this.#settledPath = [...this.#path];
    for (const draft of this.#drafts) draft.settled = draft.nodes.length;
  }

  /** Puts the draft into the page. */
  commit(): void {
    for (const draft of this.#drafts) {
      if (draft.level) draft.placed = draft.level.patch(draft.nodes);
      else draft.placed = [...(draft.parent?.placed[draft.index]?.childNodes ?? [])];
    }
    const levels: OpenEnd[] = [];
    for (const draft of this.#settledPath ?? []) {
      let level = draft.level;
      if (level) level.settle(draft.settled);
      else {
        level = new OpenEnd(draft.parent?.placed[draft.index] as Element);
        level.settleAllBut(draft.placed.length - draft.settled);
      }
      levels.push(level);
    }
    if (levels.length > 0) this.#levels = levels;
    this.#drafts = [];
    this.#path = [];
  }

  /** Settled nodes were patched outside a draft: `now` stands where `before` stood. */
  replaced(before: readonly Node[], now: readonly Node[]): void {
    for (const level of this.#levels) level.replaced(before, now);
  }

  /** The first node that is not settled counts as settled, until what this returns is called. */
  hold(): () => void {
    return this.#levels.at(-1)!.hold();
  }

  #top(): Draft {
    const draft = this.#path[this.#path.length - 1];
    if (!draft) throw new Error('expected begin() before anything is added');
    return draft;
  }
}

function makeDraft(draft: Partial<Draft>): Draft {
  return { level: null, parent: null, index: 0, element: null, nodes: [], settled: 0, placed: [], ...draft };
}
