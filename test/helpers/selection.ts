// Selections inside shadow trees, which engines tell about in different ways.

/** Selects the last `words` in `root`, which may run over several nodes; backwards: as if selected from their end. */
export function selectText(root: Node, words: string, backwards = false): void {
  const texts: Text[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  const at = texts
    .map(({ data }) => data)
    .join('')
    .lastIndexOf(words);
  if (at < 0) throw new Error(`expected ${JSON.stringify(words)} to be shown, got ${root.textContent}`);
  const ends: [Text, number][] = [placeOf(texts, at, 1), placeOf(texts, at + words.length, 0)];
  if (backwards) ends.reverse();
  const [from, to] = ends as [[Text, number], [Text, number]];
  select(from, to);
}

/** Selects from one place to another, either of which may be the first. */
export function select(from: [Node, number], to: [Node, number]): void {
  getSelection()!.setBaseAndExtent(...from, ...to);
  // Engines tell in a task of its own, and tests write on at once.
  document.dispatchEvent(new Event('selectionchange'));
}

/** The text node and offset of a place; between two nodes the one behind it with `behind` 1. */
function placeOf(texts: readonly Text[], place: number, behind: 0 | 1): [Text, number] {
  let left = place;
  for (const text of texts) {
    if (left + behind <= text.length) return [text, left];
    left -= text.length;
  }
  throw new Error(`expected a place in the text, got ${place}`);
}

/** What is selected inside `root`, and in which direction. */
export function selectedText(root: ShadowRoot): string {
  const selection = getSelection()!;
  const [composed] = selection.getComposedRanges({ shadowRoots: [root] });
  if (!composed || !root.contains(composed.startContainer) || !root.contains(composed.endContainer)) return '';
  const range = document.createRange();
  range.setStart(composed.startContainer, composed.startOffset);
  range.setEnd(composed.endContainer, composed.endOffset);
  return range.toString();
}
