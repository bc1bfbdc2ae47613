import 'axe-core/axe.js';
import type { AxeResults, RunOptions } from 'axe-core';
import { expect } from 'chai';
import { TOKEN_KINDS } from '../../src/markdown/index.js';
import type { Highlighter } from '../../src/markdown/index.js';
import { defaultHighlighter } from '../../src/markdown/highlighting.js';
import { loadMarkdown } from '../../src/elements/load-markdown.js';
import { StreamMarkdown } from '../../src/elements/stream-markdown.js';

declare const axe: { run(context: Element, options: RunOptions): Promise<AxeResults> };

StreamMarkdown.define();

function create(attributes: Record<string, string> = {}): StreamMarkdown {
  const element = document.createElement('stream-markdown');
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  document.body.append(element);
  return element;
}

function content(element: StreamMarkdown): Element {
  return element.shadowRoot!.querySelector('[part="content"]')!;
}

async function shown(element: StreamMarkdown): Promise<string> {
  await element.complete;
  return content(element).textContent.trim();
}

/** Of two colours as the browser writes them, by WCAG's formula. */
function contrast(a: string, b: string): number {
  const [one, two] = [luminance(a), luminance(b)];
  return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
}

function luminance(colour: string): number {
  const context = new OffscreenCanvas(1, 1).getContext('2d')!;
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = [...context.getImageData(0, 0, 1, 1).data].map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

describe('<stream-markdown>', () => {
  before(async () => void (await loadMarkdown()));
  afterEach(() => {
    document.body.removeAttribute('style');
    for (const element of document.querySelectorAll('stream-markdown')) element.remove();
  });

  it('renders the rest alone where `value` is set to a continuation of itself, again and again', async () => {
    const asked: string[] = [];
    const element = create();
    element.urlPolicy = (url) => asked.push(url.pathname) > 0;
    const words = Array.from({ length: 10 }, (_, at) => `Text [link](https://a.example/${at}).\n\n`);
    let value = '';
    const real = window.setTimeout.bind(window);
    const rests: (() => void)[] = [];
    try {
      // However slow the machine is.
      window.setTimeout = ((callback: () => void, delay?: number) =>
        delay === 300 ? rests.push(callback) : real(callback, delay)) as typeof setTimeout;
      for (const word of words) {
        element.value = value += word;
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
      }
    } finally {
      window.setTimeout = real as typeof setTimeout;
    }
    rests.at(-1)!();
    expect(await shown(element)).to.equal('Text link.\n'.repeat(10).trim());
    // The first text counted as complete, and was read once more.
    expect(asked.filter((path) => path === '/0').length).to.be.below(4);
    expect(asked.filter((path) => path === '/3').length).to.equal(1);
  });

  it('completes what `value` is set to at `end()`, and where it is what was written', async () => {
    const element = create();
    for (const value of ['One', 'One **two']) element.value = value;
    element.end();
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    expect(content(element).textContent.trim()).to.equal('One **two');
    element.value = '';
    element.write('One **two');
    element.value = 'One **two';
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    expect(content(element).textContent.trim()).to.equal('One **two');
  });

  it('completes what `value` is set to when nothing more comes, or it leaves the page', async () => {
    const element = create();
    for (const value of ['One', 'One **two']) element.value = value;
    expect(await shown(element)).to.equal('One **two');
    element.value = 'One **two *three';
    await new Promise(requestAnimationFrame);
    expect(content(element).textContent.trim()).to.not.include('*three');
    element.remove();
    expect(content(element).textContent.trim()).to.equal('One **two *three');
  });

  it('is accessible, in light and dark', async function () {
    this.timeout(20_000);
    const element = create();
    element.value =
      '# T\n\nText [link](https://a.example) `code`\n\n- [x] done\n\n> quote\n\n|a|b|\n|-|-|\n|1|2|\n\n```js\nx\n```\n\n![a](https://b.example/i)' +
      '\n\n> [!NOTE]\n> a[^1]\n\n> [!TIP]\n\n> [!IMPORTANT]\n\n> [!WARNING]\n\n> [!CAUTION]\n\n[^1]: b\n\n    [c](/d)';
    await element.complete;
    for (const scheme of ['light', 'dark']) {
      document.body.style.cssText = `color-scheme: ${scheme}; background: ${scheme === 'dark' ? '#14161a' : '#fff'}`;
      const { violations } = await axe.run(element, { rules: { region: { enabled: false } } });
      expect(violations.map(({ id, nodes }) => `${scheme} ${id} ${nodes[0]?.html}`)).to.deep.equal([]);
    }
  });

  it('colours code so that it can be read, in light and dark', async () => {
    const element = create({ value: '```js\nlet a;\n```' });
    await element.complete;
    const surface = content(element).querySelector('.code-block')!;
    const probe = document.createElement('span');
    surface.append(probe);
    for (const scheme of ['light', 'dark']) {
      document.body.style.cssText = `color-scheme: ${scheme}; background: ${scheme === 'dark' ? '#14161a' : '#fff'}`;
      for (const kind of TOKEN_KINDS) {
        probe.className = `token-${kind}`;
        const ratio = contrast(getComputedStyle(probe).color, getComputedStyle(surface).backgroundColor);
        expect(ratio, `${scheme} ${kind}`).to.be.above(4.5);
      }
    }
  });

  it('colours code, or not, or as the page says', async () => {
    const text = '```js\nlet a;\n```';
    const highlighter: Highlighter = () => (line) => ({ tokens: [{ text: line, kind: 'type' }], state: 0 });
    const built = create();
    const none = create({ highlight: 'none' });
    const own = create();
    own.highlighter = highlighter;
    for (const element of [built, none, own]) {
      element.value = text;
      await element.complete;
    }
    await defaultHighlighter('js');
    const kinds = [built, none, own].map((element) => content(element).querySelector('[class^=token]')?.className);
    expect(kinds).to.deep.equal(['token-keyword', undefined, 'token-type']);
  });

  it('is defined by a call, as often as one likes, under any name', async () => {
    StreamMarkdown.define();
    StreamMarkdown.define('my-markdown');
    const element = document.createElement('my-markdown') as StreamMarkdown;
    document.body.append(element);
    element.value = '*a*';
    expect(await shown(element)).to.equal('a');
    element.remove();
  });

  it('renders its value, as attribute and as property', async () => {
    const element = create({ value: '**a**' });
    expect(await shown(element)).to.equal('a');
    expect(content(element).querySelector('strong')).to.not.equal(null);
    element.value = '# b';
    expect(await shown(element)).to.equal('b');
    expect(element.value).to.equal('# b');
    expect(element.streaming).to.equal(false);
    element.value = '';
    expect(await shown(element)).to.equal('');
  });

  it('renders what is written, and is the same as if it had been set', async () => {
    const text = 'a **b\n\nc** d\n\n```\ne\n```\n\n- f';
    const [streamed, whole] = [create(), create()];
    for (const piece of text) streamed.write(piece);
    streamed.end();
    whole.value = text;
    await Promise.all([streamed.complete, whole.complete]);
    expect(streamed.value).to.equal(text);
    expect(content(streamed).isEqualNode(content(whole))).to.equal(true);
  });

  it('says while it streams', async () => {
    const element = create();
    expect(element.streaming).to.equal(false);
    element.write('a **b');
    expect(element.streaming).to.equal(true);
    expect(await shown(element)).to.equal('a b');
    expect(element.hasAttribute('streaming')).to.equal(true);
    element.end();
    expect(await shown(element)).to.equal('a **b');
    await element.updateComplete;
    expect(element.hasAttribute('streaming')).to.equal(false);
  });

  it('shows what was written together once a frame', async () => {
    const element = create();
    await element.updateComplete;
    let changes = 0;
    const observer = new MutationObserver(() => (changes += 1));
    observer.observe(content(element), { childList: true, subtree: true, characterData: true });
    for (let n = 0; n < 50; n += 1) element.write('word ');
    await element.complete;
    await Promise.resolve();
    observer.disconnect();
    expect(changes).to.equal(1);
  });

  it('does not wait for frames that do not come', async () => {
    const original = window.requestAnimationFrame;
    window.requestAnimationFrame = () => 0;
    try {
      const element = create();
      await element.updateComplete;
      element.write('a');
      expect(await shown(element)).to.equal('a');
    } finally {
      window.requestAnimationFrame = original;
    }
  });

  it('has everything in the DOM that was written before it left the page, late definitions, too', async () => {
    const element = create();
    element.write('[a]\n\n'.repeat(3000));
    await element.complete;
    element.write('[a]: /u\n');
    element.end();
    element.remove();
    expect(content(element).querySelectorAll('a').length).to.equal(3000);
  });

  it('takes properties set before it is defined, and text before it is in a page', async () => {
    const element = document.createElement('late-markdown') as StreamMarkdown;
    document.body.append(element);
    element.value = 'early';
    StreamMarkdown.define('late-markdown');
    customElements.upgrade(element);
    expect(await shown(element)).to.equal('early');
    element.remove();
    const outside = document.createElement('stream-markdown');
    outside.write('a');
    document.body.append(outside);
    expect(await shown(outside)).to.equal('a');
  });

  it('keeps its content and goes on when it is moved', async () => {
    const element = create();
    element.write('a');
    await element.complete;
    const node = content(element).firstChild;
    element.write('b');
    const parent = document.createElement('div');
    document.body.append(parent);
    parent.append(element);
    element.write('c');
    expect(await shown(element)).to.equal('abc');
    expect(content(element).firstChild).to.equal(node);
    parent.remove();
  });

  it('follows its policy attributes and property', async () => {
    const element = create({ 'allow-links': 'mailto' });
    element.value = '[a](https://a.example) ![i](/i.png)';
    await element.complete;
    expect(content(element).querySelectorAll('a, img').length).to.equal(0);
    element.removeAttribute('allow-links');
    await element.updateComplete;
    expect(content(element).querySelectorAll('a').length).to.equal(1);
    element.urlPolicy = (url) => url.host !== 'a.example';
    await element.updateComplete;
    expect(content(element).querySelectorAll('a').length).to.equal(0);
  });

  it('has no global name and no id of its own in the page', async () => {
    const before = Object.keys(window).length;
    const element = create();
    element.value = '# a';
    await element.complete;
    expect(Object.keys(window).length).to.equal(before);
    expect(element.children.length + document.querySelectorAll('[id]').length).to.equal(0);
  });
});
