/**
 * Nodes as they are first rendered → with the groups that lists, tables, quotations and code have (open-end.ts), and the
 * colours of code.
 */
import { groupLines } from './code-lines.js';
import type { Highlighting } from './highlighting.js';
import { isElement } from './node-kind.js';
import { OpenEnd } from './open-end.js';

export function regroup(node: Node, highlighting: Highlighting): Node {
  if (!isElement(node)) return node;
  for (const element of [node, ...node.querySelectorAll('ul, ol, blockquote, table, pre > code')]) {
    if (element.localName === 'code') groupLines(element, highlighting);
    else new OpenEnd(element).regroup();
  }
  return node;
}
