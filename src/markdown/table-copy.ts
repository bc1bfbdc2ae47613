/**
 * A table as it stands in the page → what can be pasted: cells between tabs for spreadsheets, Markdown for text, and HTML
 * without what the renderer added, for documents. While a table is being written this is what is there of it.
 * In the two that spreadsheets read, numbers stay what they are (no reference to a footnote stands behind one), and what
 * would be calculated there, which can send other cells away, is text behind an apostrophe (OWASP, "CSV Injection").
 */
import { wordsFor } from './decorate.js';
import { isElement, isText } from './node-kind.js';

export interface CopiedTable {
  readonly tabs: string;
  readonly markdown: string;
  readonly html: string;
}

export function copyTable(table: Element): CopiedTable {
  const copy = copyInert(table);
  const rows = [...copy.querySelectorAll('tr')].map((row) => [...row.children]);
  return {
    tabs: join(rows, (cells) => cells.map(tabbedText).join('\t')),
    markdown: join(rows, (cells, index) => {
      const line = `| ${cells.map((cell) => markdownIn(cell).trim()).join(' | ')} |`;
      const rule = `| ${cells.map((cell) => RULES[cell.getAttribute('align') ?? ''] ?? '---').join(' | ')} |`;
      return index === 0 ? `${line}\n${rule}` : line;
    }),
    html: htmlOf(copy),
  };
}

const RULES: Readonly<Record<string, string>> = { left: ':--', center: ':-:', right: '--:' };

function join(rows: readonly Element[][], write: (cells: Element[], index: number) => string): string {
  return rows.map((cells, index) => `${write(cells, index)}\n`).join('');
}

/** In a document that loads nothing. The button behind a link is gone from it: the words in the link are the image. */
function copyInert(table: Element): Element {
  const copy = table.ownerDocument.implementation.createHTMLDocument('').importNode(table, true);
  for (const button of copy.querySelectorAll('[data-place]')) {
    const words = wordsFor(button);
    if (!words) continue;
    for (const name of ['data-src', 'data-alt']) words.setAttribute(name, button.getAttribute(name) ?? '');
    button.remove();
  }
  return copy;
}

/** In full width, too. Behind a sign only what calls, or reaches out: `-5 %`, `+3` and `@name` are what they say. */
const FORMULA = /^[\s\p{C}\p{Default_Ignorable_Code_Point}]*(?:=|[+\-@][^]*[(|!])/u;

function isFormula(text: string): boolean {
  return FORMULA.test(text.normalize('NFKC'));
}

/** A spreadsheet takes a quoted cell for one, whatever is in it. */
function tabbedText(cell: Element): string {
  const written = [...cell.childNodes].map(textOf).join('').trim();
  const text = isFormula(written) ? `'${written}` : written;
  return /["\t\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

function textOf(node: Node): string {
  if (!isElement(node)) return node.textContent ?? '';
  if (node.localName === 'br') return '\n';
  const image = imageOf(node);
  if (image) return image.alt;
  if (isAdded(node) || isReference(node)) return '';
  const text = [...node.childNodes].map(textOf).join('');
  return node.localName === 'sup' && text !== '' ? `^${text}` : text;
}

/** What stands around the content of an element; others are written as tags. */
const MARKS: Readonly<Record<string, string>> = { strong: '**', em: '*', del: '~~', span: '', a: '' };

function markdownIn(node: Node): string {
  let markdown = '';
  for (const child of node.childNodes) {
    const next = markdownOf(child);
    // `!` would make an image of a link.
    markdown = next.startsWith('[') && markdown.endsWith('!') ? `${markdown.slice(0, -1)}\\!${next}` : markdown + next;
  }
  return markdown;
}

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
  const inner = markdownIn(node);
  if (name === 'a') return `[${inner}](<${node.getAttribute('href') ?? ''}>)`;
  const mark = MARKS[name];
  return mark === undefined ? `<${name}>${inner}</${name}>` : mark + inner + mark;
}

function escaped(text: string): string {
  return text.replace(/[\\`*_~[\]<>|&]/g, '\\$&');
}

/** An image, or the button or the words that stand for it. */
function imageOf(element: Element): { readonly src: string; readonly alt: string } | null {
  const isPlace = element.hasAttribute('data-src');
  if (!isPlace && element.localName !== 'img') return null;
  const [src, alt] = isPlace ? ['data-src', 'data-alt'] : ['src', 'alt'];
  return { src: element.getAttribute(src) ?? '', alt: element.getAttribute(alt) ?? '' };
}

function codeSpan(text: string): string {
  const fence = '`'.repeat(1 + Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length)));
  const space = /^`|`$/.test(text) ? ' ' : '';
  return fence + space + text.replace(/\|/g, '\\|') + space + fence;
}

function htmlOf(table: Element): string {
  const copy = table.cloneNode(true) as Element;
  for (const element of copy.querySelectorAll('*'))
    if (isAdded(element) || isReference(element)) element.replaceWith(imageOf(element)?.alt ?? '');
  quoteFormulas(copy);
  for (const element of [copy, ...copy.querySelectorAll('*')]) {
    for (const { name } of [...element.attributes])
      if (!/^(?:href|align|src|alt)$/.test(name)) element.removeAttribute(name);
  }
  return copy.outerHTML;
}

/** Each line of a cell is looked at for itself as well: Excel makes a row of it. */
function quoteFormulas(table: Element): void {
  const lines = new Map<Element, string>();
  let start: Element | null = null;
  const nodes = table.ownerDocument.createTreeWalker(table, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const node = nodes.currentNode;
    if (isElement(node) && node.matches('th, td, br')) start = node;
    if (start) lines.set(start, (lines.get(start) ?? '') + (isText(node) ? node.data : ''));
  }
  for (const [first, line] of lines) {
    if (first.localName !== 'br') {
      if (isFormula(first.textContent ?? '')) first.prepend("'");
    } else if (isFormula(line)) first.after("'");
  }
}

function isReference(element: Element): boolean {
  return element.hasAttribute('data-footnote');
}

/** But the words that stand for an image are the answer's own. */
function isAdded(element: Element): boolean {
  return element.getAttribute('data-chrome') === 'add' && !element.matches('.image-text');
}
