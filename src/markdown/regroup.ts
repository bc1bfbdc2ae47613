/**
 * Nodes as they are first rendered → with the groups that lists, tables, quotations and code have (open-end.ts), and the
 * colours of code.
 */
import { groupLines } from './code-lines.js';
import type { Highlighting } from './highlighting.js';
import { isElement } from './node-kind.js';
import { OpenEnd } from './open-end.js';

/** Most of what is added. With elements in it, a plug-in may have made a list of them. */
const TEXT = /^(?:p|h[1-6])$/;

export function regroup(node: Node, highlighting: Highlighting): Node {
  if (!isElement(node) || (!node.firstElementChild && TEXT.test(node.localName))) return node;
  for (const element of [node, ...node.querySelectorAll('ul, ol, blockquote, table, pre > code')]) {
    if (element.localName === 'code') groupLines(element, highlighting);
    else new OpenEnd(element).regroup();
  }
  return node;
}
