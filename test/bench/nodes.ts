// What is on a page, for whoever measures it there: every node, in shadow trees too, and the letters of the text.

/** Style sheets in the page are no text of its. */
const NOT_TEXT = new Set(['STYLE', 'SCRIPT']);

const NO_LETTERS = /[^\p{L}\p{N}]+/gu;

/** Every node below, shadow trees too, with `root` itself. */
export function* nodesIn(root: Node): Generator<Node> {
  yield root;
  if (root instanceof Element && root.shadowRoot) yield* nodesIn(root.shadowRoot);
  for (const child of root.childNodes) yield* nodesIn(child);
}

export function* textNodesIn(root: Node): Generator<Text> {
  for (const node of nodesIn(root)) {
    if (node instanceof Text && !NOT_TEXT.has(node.parentElement?.tagName ?? '')) yield node;
  }
}

/** Letters and digits: what is left of a text whatever its Markdown becomes. */
export function lettersOf(text: string): string {
  return text.replace(NO_LETTERS, '');
}

export function lettersIn(root: Node): string {
  let letters = '';
  for (const { data } of textNodesIn(root)) letters += lettersOf(data);
  return letters;
}
