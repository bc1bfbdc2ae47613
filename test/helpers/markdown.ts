// What tests of rendered Markdown share: rendering in pieces, taking away what the renderer adds, and an oracle that
// knows nothing of the renderer: stock marked, sanitised, with the decisions about raw HTML, images and links on top.

import createDOMPurify from 'dompurify';
import { Marked } from 'marked';
import { MarkdownView } from '../../src/markdown/index.js';
import type { MarkdownViewOptions } from '../../src/markdown/index.js';
import { visibleText } from '../../src/markdown/normalize-text.js';
import { parseUrl } from '../../src/markdown/url-policy.js';
import { readData } from './data.js';

/** Renders `chunks` one by one, and ends. */
export function renderPieces(chunks: Iterable<string>, options: MarkdownViewOptions = {}): HTMLElement {
  const container = document.createElement('div');
  const view = new MarkdownView(container, options);
  for (const chunk of chunks) view.write(chunk);
  view.end();
  return container;
}

export function renderWhole(text: string, options: MarkdownViewOptions = {}): HTMLElement {
  return renderPieces([text], options);
}

/** Code units, so that surrogate pairs and line endings are split. */
export function units(text: string): string[] {
  return Array.from({ length: text.length }, (_, i) => text.charAt(i));
}

export function random(seed: number): () => number {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

/** Pieces of 1 to `longest` code units. */
export function randomPieces(text: string, next: () => number, longest: number): string[] {
  const pieces: string[] = [];
  for (let i = 0; i < text.length;) {
    const length = 1 + Math.floor(next() * longest);
    pieces.push(text.slice(i, i + length));
    i += length;
  }
  return pieces;
}

const ADDED_ATTRIBUTES =
  /^(?:part|class|style|dir|lang|id|data-.*|rel|target|loading|decoding|referrerpolicy|aria-.*|role|tabindex|hidden)$/;

/** The rendered text without what the renderer added to marked's output, by the rules of its contract. */
export function withoutChrome(container: Element): Element {
  const copy = container.cloneNode(true) as Element;
  for (const added of copy.querySelectorAll('[data-chrome="add"]')) added.remove();
  for (const wrapper of copy.querySelectorAll('[data-chrome="wrap"]')) wrapper.replaceWith(...wrapper.childNodes);
  for (const element of copy.querySelectorAll('*')) {
    for (const { name } of [...element.attributes]) if (ADDED_ATTRIBUTES.test(name)) element.removeAttribute(name);
  }
  for (const group of copy.querySelectorAll('tbody + tbody')) {
    group.previousElementSibling!.append(...group.childNodes);
    group.remove();
  }
  copy.normalize();
  return copy;
}

const PASSING_TAG = /^<(?:\/?(?:sub|sup|kbd|b|i|u|s|del|ins|mark|abbr|details|summary)|br ?\/?)>$/i;

const purify = typeof window === 'undefined' ? undefined : createDOMPurify(window);

/** True where the oracle has no opinion: tags that pass, whose balance it does not judge. */
export function holdsPassingTags(text: string): boolean {
  return (text.match(/<[^<>]*>/g) ?? []).some((tag) => PASSING_TAG.test(tag) || /^<details/i.test(tag));
}

/** Stock marked, raw HTML as text, sanitised; links and images by the default policy. */
export function oracle(text: string): Element {
  const escape = (html: string): string => html.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const marked = new Marked({ renderer: { html: ({ text: html }) => escape(html) } });
  const container = document.createElement('div');
  const html = marked.parse(visibleText(text), { async: false });
  container.append(
    purify!.sanitize(html, {
      ALLOWED_TAGS:
        'p br hr h1 h2 h3 h4 h5 h6 strong em del code pre blockquote ul ol li table thead tbody tr th td a'.split(' '),
      ALLOWED_ATTR: ['href', 'title', 'align', 'start'],
      RETURN_DOM_FRAGMENT: true,
    }),
  );
  for (const link of container.querySelectorAll('a')) {
    const checked = parseUrl(link.getAttribute('href') ?? 'javascript:', document.baseURI);
    if (!checked || !/^(?:https?|mailto|tel):$/.test(checked.url.protocol)) link.replaceWith(...link.childNodes);
    else if (checked.external) {
      const title = link.getAttribute('title');
      link.setAttribute('title', title ? `${checked.url.host} — ${title}` : checked.url.host);
    }
  }
  container.normalize();
  return container;
}

let breathed = performance.now();

/** Lets the engine collect what long loops leave behind: Firefox does so between tasks only, and runs out of memory. */
export async function breathe(): Promise<void> {
  if (performance.now() - breathed < 250) return;
  await new Promise((resolve) => setTimeout(resolve, 40));
  breathed = performance.now();
}

export interface Example {
  example?: number;
  markdown: string;
}

/** Conformance suites of the test data. */
export const SUITES = [
  'commonmark-0.31.2',
  'gfm-0.29-spec',
  'gfm-extensions',
  'gfm-regression',
  'cmark-regression',
  'marked-gfm-0.29',
  'marked-specs',
  'markdown-it-fixtures',
];

export async function examples(name: string): Promise<Example[]> {
  return JSON.parse(await readData(`conformance/${name}.json`)) as Example[];
}
