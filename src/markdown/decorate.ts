/**
 * Sanitised nodes → what is shown: each note of render-html.ts becomes the element it stands for, made here attribute
 * by attribute after url-policy.ts agreed, and code blocks and tables get the frame they are operated by. What this
 * file adds to marked's output is marked: `data-chrome="add"` goes with its contents, `"wrap"` is only a wrapper.
 * All of it happens in the sanitiser's own document, where an image loads nothing before it is put into the page.
 */
import type { AlertKind } from './extensions/alerts.js';
import type { FootnoteSection } from './footnote-section.js';
import type { MarkdownStrings } from './markdown-strings.js';
import { mayHide, visibleText } from './normalize-text.js';
import type { Plugins } from './plugin.js';
import type { Note } from './render-html.js';
import { checkUrl, mayLoadOnClick, namesAnotherHost, parseUrl, shownHost } from './url-policy.js';
import type { MarkdownPolicy } from './url-policy.js';

const HEADING_OFFSET = 2;
const DEEPEST_HEADING = 6;

export interface Decoration {
  readonly policy: MarkdownPolicy;
  readonly strings: MarkdownStrings;
  /** What relative addresses resolve against. */
  readonly base: string;
  /** Addresses of images that the reader has loaded. */
  readonly loaded: ReadonlySet<string>;
  readonly plugins: Plugins;
  readonly footnotes: FootnoteSection;
  /** HTML of plug-ins → nodes; null: refused. */
  sanitize: (html: string) => DocumentFragment | null;
  /** Resolves character references in an address or a title; null: refused. */
  decode: (text: string) => string | null;
  /** Gives a block its direction. */
  direct: (block: Element) => void;
}

/** `html`: what the fragment was made of, but for what plug-ins make. */
export function decorate(
  fragment: DocumentFragment,
  html: string,
  notes: readonly Note[],
  decoration: Decoration,
): void {
  insertHtml(fragment, notes, decoration);
  if (mayHide(html) || notes.some(({ kind }) => kind === 'html')) removeHidden(fragment);
  for (const element of fragment.querySelectorAll('[href]')) {
    const written = element.getAttribute('href') ?? '';
    const note = notes[noteIndex(element)] ?? { kind: 'link', href: written, literal: true };
    element.removeAttribute('href');
    const title = 'title' in note && note.title ? resolve(note.title, decoration) : null;
    if (title !== null) element.setAttribute('title', visibleText(title).trim());
    if (note.kind === 'link')
      decorateLink(element, note.literal ? note.href : resolve(note.href, decoration), decoration);
    else if (note.kind === 'image') decorateImage(element, resolve(note.href, decoration), decoration);
    else if (note.kind === 'code') decorateCode(element, note.language, decoration);
    else if (note.kind === 'node') decorateNode(element, note.key, note.source);
    else if (note.kind === 'task') element.replaceWith(taskBox(element, note.checked, decoration.strings));
    else if (note.kind === 'list') element.setAttribute('class', 'long-numbers');
    else if (note.kind === 'footnote') decoration.footnotes.number(element, note.tag);
    else if (note.kind === 'alert') decorateAlert(element, note.alert, decoration.strings);
    else if (note.kind === 'source') setAttributes(element, { 'data-chrome': 'wrap', class: 'source' });
  }
  // One without a head is the end of one that is in the page.
  for (const table of fragment.querySelectorAll('table')) if (table.tHead) decorateTable(table, decoration.strings);
  for (const quote of fragment.querySelectorAll('blockquote')) quote.setAttribute('part', 'blockquote');
  for (const heading of fragment.querySelectorAll('h1, h2, h3, h4, h5, h6')) decorateHeading(heading);
  for (const block of fragment.children) decoration.direct(block);
}

/** Number of the note that `element` stands for; NaN where it stands for none. */
function noteIndex(element: Element): number {
  return Number(/^#:(\d+)$/.exec(element.getAttribute('href') ?? '')?.[1]);
}

/**
 * The HTML of plug-ins, each piece sanitised by itself. What a piece has inside was noted before it (`below`). Each is put in
 * once: text that spells places for it could have it doubled by every piece.
 */
function insertHtml(
  root: DocumentFragment,
  notes: readonly Note[],
  decoration: Decoration,
  below = notes.length,
  inserted = new Set<Note>(),
): void {
  for (const element of root.querySelectorAll('span[href]')) {
    const index = noteIndex(element);
    const note = index < below ? notes[index] : undefined;
    if (note?.kind !== 'html') continue;
    const nodes = inserted.has(note) ? null : decoration.sanitize(note.html);
    inserted.add(note);
    if (nodes) insertHtml(nodes, notes, decoration, index, inserted);
    element.replaceWith(nodes ?? note.raw);
  }
}

/** Hidden characters that were written as character references, which nothing before the HTML parser could see. */
function removeHidden(fragment: DocumentFragment): void {
  const texts = fragment.ownerDocument.createTreeWalker(fragment, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode as Text;
    const visible = visibleText(text.data);
    if (visible !== text.data) text.data = visible;
  }
  for (const element of fragment.querySelectorAll('[title]'))
    element.setAttribute('title', visibleText(element.getAttribute('title') ?? ''));
}

/** The images of a link, or their words. */
const IN_LINK = 'img, .image-text';

/** The words in a link that the button of an image behind it is for. */
export function wordsFor(button: Element): Element | undefined {
  const place = button.getAttribute('data-place');
  if (place === null) return undefined;
  let link = button.previousElementSibling;
  while (link?.hasAttribute('data-place')) link = link.previousElementSibling;
  return link?.querySelectorAll(IN_LINK)[Number(place)];
}

/** The image itself, made only where it may load. */
export function makeImage(owner: Document, address: string, alt: string, title: string | null): HTMLImageElement {
  const image = owner.createElement('img');
  // `loading` and `referrerpolicy` before `src`, which starts the request.
  setAttributes(image, { loading: 'lazy', decoding: 'async', referrerpolicy: 'no-referrer', alt });
  if (title !== null) image.setAttribute('title', title);
  image.setAttribute('src', address);
  return image;
}

function resolve(text: string, { decode }: Decoration): string | null {
  return text.includes('&') ? decode(text) : text;
}

function decorateLink(link: Element, address: string | null, { policy, base }: Decoration): void {
  const checked = address === null ? null : checkUrl(address, 'link', policy, base);
  if (link.localName !== 'a' || !checked) {
    link.replaceWith(create(link, 'span', { 'data-chrome': 'wrap', class: 'refused-link' }, ...link.childNodes));
    return;
  }
  setAttributes(link, {
    href: checked.href,
    part: 'link',
    rel: 'noopener noreferrer nofollow ugc',
    referrerpolicy: 'no-referrer',
  });
  const host = shownHost(checked.url);
  const title = link.getAttribute('title');
  if (checked.external) setAttributes(link, { target: '_blank', title: title ? `${host} — ${title}` : host });
  if (!namesAnotherHost(link.textContent ?? '', checked.url)) return;
  link.append(create(link, 'span', { 'data-chrome': 'add', class: 'link-host' }, ` (${host})`));
}

function decorateImage(placeholder: Element, address: string | null, decoration: Decoration): void {
  const { policy, base, strings, loaded } = decoration;
  const alt = placeholder.textContent ?? '';
  const title = placeholder.getAttribute('title');
  const parsed = address === null ? null : parseUrl(address, base);
  const allowed = address === null ? null : checkUrl(address, 'image', policy, base);
  const loadable = parsed && mayLoadOnClick(parsed, policy) ? parsed : null;
  const shown = allowed ?? (loadable && loaded.has(loadable.href) ? loadable : null);
  if (shown) {
    placeholder.replaceWith(makeImage(placeholder.ownerDocument, shown.href, alt, title));
    return;
  }
  const link = placeholder.closest('a');
  const place: Record<string, string> = {};
  if (!loadable || link) {
    // A button inside a link would be two controls in one: there the image's words stand in the link, the button after.
    const words = alt === '' ? strings.image : alt;
    if (link) place['data-place'] = String(link.querySelectorAll(IN_LINK).length);
    placeholder.replaceWith(create(placeholder, 'span', { 'data-chrome': 'add', class: 'image-text' }, words));
  }
  if (!loadable) return;
  const attributes = { 'data-src': loadable.href, 'data-alt': alt, ...(title !== null && { 'data-title': title }) };
  const button = create(
    placeholder,
    'button',
    { 'data-chrome': 'add', type: 'button', part: 'image-button', ...attributes, ...place },
    strings.loadImage(quotable(alt), shownHost(loadable.url)),
  );
  if (link) link.after(button);
  else placeholder.replaceWith(button);
}

/** As a button may say it in quotation marks: not ending them to name a host of its own, nor as long as to hide the real one. */
function quotable(alt: string): string {
  return alt.replace(/["„‚＂「」『』\p{Pi}\p{Pf}]/gu, "'").replace(/^([^]{80})[^]+$/u, '$1…');
}

/** What is a title in an answer stands under the page's title, and under that of the chat. */
function decorateHeading(heading: Element): void {
  heading.setAttribute('aria-level', String(Math.min(Number(heading.localName[1]) + HEADING_OFFSET, DEEPEST_HEADING)));
}

function decorateCode(pre: Element, language: string, { strings, plugins }: Decoration): void {
  const wrap = { type: 'button', part: 'wrap-button', class: 'wrap-button', 'aria-label': strings.wrapLines };
  const header = create(
    pre,
    'div',
    { 'data-chrome': 'add', part: 'code-header', class: 'code-header' },
    create(pre, 'span', {}, create(pre, 'span', { dir: 'ltr' }, language)),
    create(pre, 'button', { ...wrap, 'aria-pressed': 'false' }, strings.wrap),
    copyButton(pre, strings.copyCode(language), strings.copy),
  );
  setAttributes(pre, { tabindex: '0', dir: 'ltr', role: 'group', 'aria-label': strings.codeBlock(language) });
  if (language !== '') pre.querySelector('code')?.setAttribute('class', `language-${language}`);
  const block = create(pre, 'div', { 'data-chrome': 'wrap', part: 'code-block', class: 'code-block' }, header);
  const key = plugins.codeKey(language);
  if (key !== null) block.setAttribute('data-plugin', key);
  pre.replaceWith(block);
  block.append(pre);
}

function copyButton(near: Element, label: string, words: string, what = {}): Element {
  const attributes = { type: 'button', part: 'copy-button', class: 'copy-button', 'aria-label': label, ...what };
  return create(near, 'button', attributes, words);
}

function decorateNode(place: Element, key: string, source: string): void {
  setAttributes(place, { 'data-chrome': 'wrap', class: 'plugin', 'data-plugin': key, 'data-source': source });
  place.append(create(place, 'span', { 'data-chrome': 'wrap', class: 'plugin-source' }, ...place.childNodes));
}

function decorateAlert(quote: Element, alert: AlertKind, strings: MarkdownStrings): void {
  setAttributes(quote, { role: 'note', class: `alert ${alert}` });
  // A direction of its own: what it says in the page's language does not decide about the answer's.
  const title = { 'data-chrome': 'add', class: 'alert-title', dir: 'auto' };
  quote.firstChild?.after(create(quote, 'p', title, strings[alert]));
}

function decorateTable(table: Element, strings: MarkdownStrings): void {
  const label = { role: 'group', 'aria-label': strings.table };
  const scroller = create(table, 'div', { 'data-chrome': 'wrap', class: 'table-scroller', tabindex: '0', ...label });
  const header = create(
    table,
    'div',
    { 'data-chrome': 'add', part: 'table-header', class: 'table-header' },
    copyButton(table, strings.copyTable, strings.copy),
    copyButton(table, strings.copyTableAsMarkdown, strings.copyMarkdown, { 'data-copy': 'markdown' }),
  );
  const block = create(table, 'div', { 'data-chrome': 'wrap', class: 'table-block' }, header, scroller);
  table.setAttribute('part', 'table');
  table.replaceWith(block);
  scroller.append(table);
}

function taskBox(near: Element, checked: boolean, strings: MarkdownStrings): Element {
  return create(near, 'input', {
    'data-chrome': 'add',
    type: 'checkbox',
    disabled: '',
    'aria-label': strings.task,
    ...(checked && { checked: '' }),
  });
}

/** An element of the document that `near` is in. */
function create(
  near: Element,
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...children: (Node | string)[]
): Element {
  const element = near.ownerDocument.createElement(name);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

function setAttributes(element: Element, attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}
