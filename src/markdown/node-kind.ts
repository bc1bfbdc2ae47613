/** Kinds of nodes, told without the classes of a window: nodes may come from another document. */

export function isText(node: Node | null | undefined): node is Text {
  return node?.nodeType === 3;
}

export function isElement(node: Node | null | undefined): node is Element {
  return node?.nodeType === 1;
}
