/**
 * Problem: the columns of a table are as wide as its widest cells, so with every row all of them are measured again.
 * Choice: in a table of many rows the columns keep the widths that the first rows gave them, and every group of rows
 * behind those is laid out by itself (styles). Only where there is a layout; elsewhere the table stays as it is.
 * Bound: one measurement a table.
 */
import { isElement } from './node-kind.js';
import { isGroup } from './open-end.js';

/** Of all tables in a node. */
export function freezeColumns(node: Node): void {
  if (isElement(node)) for (const table of node.querySelectorAll('table')) freezeTable(table);
}

export function freezeTable(table: HTMLElement): void {
  if (!isGroup(table.lastChild!) || table.hasAttribute('style')) return;
  const groups = table.querySelectorAll<HTMLElement>(':scope > .group');
  // In whatever pieces the table came, the same rows decide.
  for (const group of groups) group.hidden = true;
  const width = table.getBoundingClientRect().width;
  const cells = [...table.querySelectorAll('th')].map((cell) => cell.getBoundingClientRect().width);
  for (const group of groups) group.hidden = false;
  if (width === 0) return;
  table.style.setProperty('--table', `${width}px`);
  for (const [index, cell] of cells.entries()) table.style.setProperty(`--column-${index + 1}`, `${cell}px`);
  // To assistive technology a table that is laid out in parts is none, unless its parts are called so.
  table.setAttribute('role', 'table');
  for (const part of table.querySelectorAll(':scope > :is(thead, tbody)')) part.setAttribute('role', 'rowgroup');
}
