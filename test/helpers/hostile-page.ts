// What the tests of hostile text share: the list that every rendered node has to be on, the lists of payloads, and a watch
// over the page in which they are rendered.

import { expect } from 'chai';
import { defaultHighlighter } from '../../src/markdown/highlighting.js';
import { MarkdownView } from '../../src/markdown/index.js';
import { readData } from './data.js';

/** Everything that may be in a rendered answer: element → attributes, beside those of any element. */
const ELEMENTS: Record<string, string> = {
  ...Object.fromEntries(
    'p br hr strong em b i u s del ins mark abbr sub kbd ul thead tbody tr summary'
      .split(' ')
      .map((name) => [name, '']),
  ),
  ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((depth) => [`h${depth}`, 'aria-level'])),
  a: 'href title rel target referrerpolicy role aria-label',
  blockquote: 'role',
  button: 'type aria-label aria-pressed data-copy data-src data-alt data-title data-place',
  code: '',
  details: 'open',
  div: 'tabindex role aria-label',
  img: 'src alt title loading decoding referrerpolicy',
  input: 'type disabled checked aria-label',
  li: 'value tabindex data-growing',
  ol: 'start',
  pre: 'tabindex role aria-label',
  section: 'role aria-label',
  span: 'title',
  sup: 'data-footnote',
  table: '',
  td: 'align',
  th: 'align',
};
const ANY = 'part class dir data-chrome';
const CLASS =
  /^(?:source|group|code-block|code-header|copy-button|wrap-button|table-block|table-header|token-\w+|table-scroller|refused-link|link-host|image-text|language-\S*|alert(?:-title| \w+)|footnotes|footnote-back)$/;
const ADDRESS = /^(?:https?:\/\/[^/@\\]+(?:[/?#]|$)|mailto:|tel:|(?![a-z][a-z0-9+.-]*:)(?!\/\/)[^\\]*$)/i;

/** The first thing in `root` that is off the list, in words. */
export function offList(root: Element): string | null {
  for (const element of root.querySelectorAll('*')) {
    const allowed = Object.hasOwn(ELEMENTS, element.localName) ? ELEMENTS[element.localName] : undefined;
    if (allowed === undefined || element.namespaceURI !== 'http://www.w3.org/1999/xhtml')
      return `<${element.localName}>`;
    const names = `${allowed} ${ANY}`.split(' ');
    for (const { name, value } of element.attributes) {
      if (!names.includes(name)) return `${element.localName}[${name}]`;
      if (name === 'class' && !CLASS.test(value)) return `class="${value}"`;
      if (name === 'href' && !ADDRESS.test(value)) return `href="${value}"`;
    }
    if (element.localName === 'a' && element.hasAttribute('href')) {
      const { protocol, username } = element as HTMLAnchorElement;
      if (!/^(?:https?|mailto|tel):$/.test(protocol) || username !== '')
        return `link to ${(element as HTMLAnchorElement).href}`;
    }
    if (element.localName === 'button' && (element as HTMLButtonElement).type !== 'button')
      return 'a button that submits';
    if (element.localName === 'input' && !element.matches('[type="checkbox"][disabled]')) return 'a form control';
  }
  return root.querySelector('img') ? '<img> by default' : null;
}

/** Every text of the lists, once. */
export async function payloads(): Promise<string[]> {
  const texts = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === 'string') texts.add(value);
    else if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value))
        if (!/^(?:expected|title|name|source|file|id|note|licence)$/.test(key)) collect(member);
    }
  };
  for (const name of [
    'dompurify',
    'html5-security-cheatsheet',
    'owasp-filter-evasion',
    'payloads-all-the-things',
    'markdown-bypass-attempts',
    'markstream-html',
  ]) {
    collect(JSON.parse(await readData(`xss/${name}.json`)));
  }
  for (const line of (await readData('xss/payloadbox.txt')).split('\n')) texts.add(line);
  texts.delete('');
  return [...texts];
}

/** Renders piece by piece in the page, since it is there that something would load or run, and looks after each. */
export function expectHarmless(pieces: readonly string[], elideFrom?: number): void {
  const container = document.createElement('div');
  document.body.append(container);
  const view = new MarkdownView(container, { elideFrom });
  for (const [index, piece] of [...pieces, null].entries()) {
    if (piece === null) view.end();
    else view.write(piece);
    const found = offList(container);
    if (found) expect.fail(`${found} from ${JSON.stringify(pieces.slice(0, index + 1).join(''))}`);
  }
  view.disconnect();
  container.remove();
}

/** What payloads call to show that they ran, and what sends something out, as places in the window. */
const RUNS = ['alert', 'confirm', 'prompt', 'print', 'open', 'eval'];
const SENDS = ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'Worker', 'SharedWorker', 'Image', 'Audio'];

/** Notes what runs, is requested or is reported in the page until it is stopped. */
export class PageWatch {
  readonly #happened: string[] = [];
  readonly #originals = new Map<string, unknown>();
  #requests: PerformanceObserver | undefined;

  async start(): Promise<void> {
    // What colours code is requested once, and is there from then on: hostile text is coloured as any other.
    await defaultHighlighter('js');
    for (const name of [...RUNS, ...SENDS]) {
      if (!(name in window)) continue;
      this.#originals.set(name, Reflect.get(window, name));
      const note = (): void => void this.#happened.push(name);
      Reflect.set(window, name, function () {
        note();
      });
    }
    // Of the prototype; an own one stands before it until it is deleted.
    Object.assign(navigator, { sendBeacon: () => this.#happened.push('sendBeacon') > 0 });
    this.#requests = new PerformanceObserver((list) => {
      for (const { name } of list.getEntries())
        if (!name.includes('__data__') && !name.includes('wds')) this.#happened.push(`request of ${name}`);
    });
    this.#requests.observe({ type: 'resource' });
    document.addEventListener('securitypolicyviolation', this.#onViolation);
  }

  stop(): void {
    for (const [name, original] of this.#originals) Reflect.set(window, name, original);
    Reflect.deleteProperty(navigator, 'sendBeacon');
    this.#requests?.disconnect();
    document.removeEventListener('securitypolicyviolation', this.#onViolation);
  }

  /** Waits long enough for what was started to be seen. */
  async expectNothing(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(this.#happened).to.deep.equal([]);
  }

  readonly #onViolation = ({ violatedDirective }: SecurityPolicyViolationEvent): void => {
    this.#happened.push(`violation of ${violatedDirective}`);
  };
}
