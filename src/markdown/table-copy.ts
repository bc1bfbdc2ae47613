/**
 * A table as it stands in the page → what can be pasted: cells between tabs for spreadsheets, Markdown for text, and HTML
 * without what the renderer added, for documents. While a table is being written this is what is there of it.
 */
import { isElement } from './node-kind.js';

export interface CopiedTable {
  readonly tabs: string;
  readonly markdown: string;
  readonly html: string;
}

export function copyTable(table: Element): CopiedTable {
  const rows = [...table.querySelectorAll('tr')].map((row) => [...row.children]);
  return {
    tabs: join(rows, (cells) => cells.map(tabbedText).join('\t')),
    markdown: join(rows, (cells, index) => {
      const line = `| ${cells.map((cell) => [...cell.childNodes].map(markdownOf).join('').trim()).join(' | ')} |`;
      const rule = `| ${cells.map((cell) => RULES[cell.getAttribute('align') ?? ''] ?? '---').join(' | ')} |`;
      return index === 0 ? `${line}\n${rule}` : line;
    }),
    html: withoutChrome(table).outerHTML,
  };
}

const RULES: Readonly<Record<string, string>> = { left: ':--', center: ':-:', right: '--:' };

function join(rows: readonly Element[][], write: (cells: Element[], index: number) => string): string {
  return rows.map((cells, index) => `${write(cells, index)}\n`).join('');
}

/** A spreadsheet takes a quoted cell for one, whatever is in it. */
function tabbedText(cell: Element): string {
  const text = [...cell.childNodes].map(textOf).join('').trim();
  return /["\t\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

function textOf(node: Node): string {
  if (!isElement(node)) return node.textContent ?? '';
  if (node.localName === 'br') return '\n';
  const image = imageOf(node);
  if (image) return image.alt;
  return isAdded(node) ? '' : [...node.childNodes].map(textOf).join('');
}

/** What stands around the content of an element; others are written as tags. */
const MARKS: Readonly<Record<string, string>> = { strong: '**', em: '*', del: '~~', span: '', a: '' };

function markdownOf(node: Node): string {
  if (!isElement(node)) return escaped(node.textContent ?? '');
  const name = node.localName;
  if (name === 'br') return '<br>';
  if (name === 'code') return codeSpan(node.textContent ?? '');
  const image = imageOf(node);
  if (image) return `![${escaped(image.alt)}](<${image.src}>)`;
  const tag = node.getAttribute('data-footnote');
  if (tag !== null) return `[${tag}]`;
  if (isAdded(node)) return '';
  const inner = [...node.childNodes].map(markdownOf).join('');
  if (name === 'a') return `[${inner}](<${node.getAttribute('href') ?? ''}>)`;
  const mark = MARKS[name];
  return mark === undefined ? `<${name}>${inner}</${name}>` : mark + inner + mark;
}

function escaped(text: string): string {
  return text.replace(/[\\`*_~[\]<>|&]/g, '\\$&');
}

/** An image, or the button that stands for it. */
function imageOf(element: Element): { readonly src: string; readonly alt: string } | null {
  const isButton = element.hasAttribute('data-src');
  if (!isButton && element.localName !== 'img') return null;
  const [src, alt] = isButton ? ['data-src', 'data-alt'] : ['src', 'alt'];
  return { src: element.getAttribute(src) ?? '', alt: element.getAttribute(alt) ?? '' };
}

function codeSpan(text: string): string {
  const fence = '`'.repeat(1 + Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length)));
  const space = /^`|`$/.test(text) ? ' ' : '';
  return fence + space + text.replace(/\|/g, '\\|') + space + fence;
}

function withoutChrome(table: Element): Element {
  const copy = table.cloneNode(true) as Element;
  for (const added of copy.querySelectorAll('[data-chrome="add"]')) added.remove();
  for (const element of [copy, ...copy.querySelectorAll('*')]) {
    for (const { name } of [...element.attributes])
      if (!/^(?:href|align|src|alt)$/.test(name)) element.removeAttribute(name);
  }
  return copy;
}

function isAdded(element: Element): boolean {
  return element.getAttribute('data-chrome') === 'add';
}
