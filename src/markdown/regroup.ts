/** Nodes as they are first rendered → with the groups that lists, tables, quotations and code have (open-end.ts). */
import { groupLines } from './code-lines.js';
import { OpenEnd } from './open-end.js';

export function regroup(node: Node): Node {
  if (!(node instanceof Element)) return node;
  for (const element of [node, ...node.querySelectorAll('ul, ol, blockquote, table, pre > code')]) {
    if (element.localName === 'code') groupLines(element);
    else new OpenEnd(element).regroup();
  }
  return node;
}
