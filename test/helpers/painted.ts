// What happens between two frames to what a reader has already seen. A node counts as painted when it is there at the end
// of a frame; a blank between blocks, which has no box, is no node in this sense.

export interface Change {
  /** `removed`: not there any more. `moved`: taken out and put in again. `shrunk`: a text that lost some of its end. */
  readonly kind: 'removed' | 'moved' | 'shrunk';
  /** Its tag, or its text as it was. */
  readonly node: string;
}

/** Watches everything below `root`; each call ends a frame and says what it did to what earlier ones had painted. */
export function watchPainted(root: Node): () => Change[] {
  const painted = new Set<Node>();
  const observer = new MutationObserver(() => undefined);
  observer.observe(root, { childList: true, characterData: true, characterDataOldValue: true, subtree: true });
  return () => {
    const changes: Change[] = [];
    const taken = new Set<Node>();
    const before = new Map<Node, string>();
    const records = observer.takeRecords();
    for (const { target, oldValue, removedNodes } of records) {
      if (oldValue !== null && !before.has(target)) before.set(target, oldValue);
      for (const node of removedNodes) taken.add(node);
    }
    const tell = (kind: Change['kind'], node: Node): void => {
      changes.push({
        kind,
        node: node instanceof Text ? (before.get(node) ?? node.data) : `<${node.nodeName.toLowerCase()}>`,
      });
    };
    for (const node of taken) {
      if (root.contains(node)) {
        if (painted.has(node)) tell('moved', node);
      } else for (const gone of nodesIn(node)) if (painted.delete(gone)) tell('removed', gone);
    }
    for (const [node, was] of before) {
      if (painted.has(node) && !node.textContent!.startsWith(was.trimEnd())) tell('shrunk', node);
    }
    for (const { addedNodes } of records) {
      for (const added of addedNodes) if (root.contains(added)) for (const node of nodesIn(added)) painted.add(node);
    }
    return changes;
  };
}

function* nodesIn(node: Node): Generator<Node> {
  if (node instanceof Text && /^\s*\n\s*$/.test(node.data)) return;
  yield node;
  for (const child of node.childNodes) yield* nodesIn(child);
}
