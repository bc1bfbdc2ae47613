// Text that is there before what renders it: shown as text, and rendered when that has come, whenever it does.

import { expect } from 'chai';
import { html, render } from 'lit';
import '../../src/index.js';
import { loadedMarkdown, loadMarkdown } from '../../src/elements/load-markdown.js';
import { MarkdownText } from '../../src/elements/views/markdown-text.js';
import { pacedMarkdown } from '../../src/elements/views/paced-markdown.js';
import * as markdown from '../../src/elements/markdown-on-demand.js';
import { ManualClock } from '../../src/pacing/index.js';
import { mixedAnswer } from '../fixtures/mixed-answer.js';
import { cuts, mulberry32 } from '../helpers/cuts.js';
import { renderWhole } from '../helpers/markdown.js';
import { add, find, removeAll } from '../helpers/page.js';

const FRAME = 16;

class Page {
  readonly clock = new ManualClock();
  readonly container = document.createElement('div');
  /** How much of what was text has been rendered, time by time. */
  readonly steps: number[] = [];
  readonly text: MarkdownText;
  #isThere = false;

  constructor() {
    this.text = new MarkdownText(this.container, {
      clock: this.clock,
      loaded: () => (this.#isThere ? markdown : undefined),
      onRender: () => void this.steps.push(this.text.source.length - this.plain.length),
    });
  }

  /** What is not rendered. */
  get plain(): string {
    return this.container.querySelector(':scope > .source:last-child')?.textContent ?? '';
  }

  load(): void {
    this.#isThere = true;
    this.text.render();
  }
}

function pageWith(text: string): Pick<Page, 'text' | 'container' | 'clock'> & { load: () => void } {
  const page = new Page();
  page.text.set(text);
  page.text.end();
  return { text: page.text, container: page.container, clock: page.clock, load: () => page.load() };
}

describe('text whose definitions come late', () => {
  const WAITING = '[a]\n\n'.repeat(3000);
  const links = (container: Element): number => container.querySelectorAll('a').length;

  /** Each look at the clock takes some milliseconds. */
  function slowly(): { text: MarkdownText; container: HTMLElement; frame: () => void } {
    const clock = new ManualClock();
    let looks = 0;
    const container = document.createElement('div');
    const text = new MarkdownText(container, {
      clock: { now: () => clock.now() + 10 * looks++, requestFrame: (callback) => clock.requestFrame(callback) },
      loaded: () => markdown,
    });
    return { text, container, frame: () => clock.advance(FRAME) };
  }

  it('catches up by itself, a frame at a time', () => {
    const { text, container, frame } = slowly();
    text.set(WAITING);
    text.end(`${WAITING}[a]: /u\n`);
    const steps = [links(container)];
    expect(text.isBehind).to.equal(true);
    while (text.isBehind && steps.length < 100) {
      frame();
      steps.push(links(container));
    }
    expect(steps.at(-1)).to.equal(3000);
    expect(steps.length).to.be.above(3);
    expect(container.isEqualNode(renderWhole(text.source))).to.equal(true);
  });

  it('is all there where no frame will come', () => {
    const { text, container } = slowly();
    text.end(`${WAITING}[a]: /u\n`);
    text.catchUp();
    expect([text.isBehind, links(container)]).to.deep.equal([false, 3000]);
  });

  it('takes nothing away from what is still shown as text', () => {
    const page = new Page();
    const long = `${`[spec] ${'word '.repeat(28)}\n\n`.repeat(50)}[spec]: /u\n\n${`${'More words. '.repeat(400)}\n\n`.repeat(8)}The end.`;
    page.text.set(long);
    page.text.end();
    page.load();
    for (let frames = 0; page.text.isBehind && frames < 1000; frames++) {
      expect(page.container.textContent).to.match(/The end\.\s*$/);
      page.clock.advance(FRAME);
    }
    expect(page.text.isBehind).to.equal(false);
    expect(page.container.isEqualNode(renderWhole(long))).to.equal(true);
  });
});

describe('text that is there before what renders it', () => {
  afterEach(removeAll);

  for (const [what, text, shown] of [
    ['as it is written', '# a **b** <b>c</b> <script>d</script> &amp;', undefined],
    ['without hidden characters', 'a\u202eb\u{e0041}c\u0007', 'abc'],
    ['with line ends of one kind', 'a\r\nb\rc', 'a\nb\nc'],
    ['without empty lines at its end', 'a\n\nb\n\n', 'a\n\nb'],
    ['to its last character', 'a \u{1f3f4}', undefined],
  ] as const) {
    it(`is shown ${what}`, () => {
      for (const { name, pieces } of cuts<string>(text, 2)) {
        const { text: view, container } = new Page();
        let written = '';
        for (const piece of pieces) view.set((written += piece));
        view.end();
        expect(container.textContent, name).to.equal(shown ?? text);
        expect(container.children.length, name).to.equal(1);
      }
    });
  }

  it('grows in one text node', () => {
    const { text, container } = new Page();
    text.set('a');
    const node = container.firstChild!.firstChild;
    text.set('a *b');
    text.set('a *b*');
    expect(container.firstChild!.firstChild).to.equal(node);
    text.set('c');
    expect(container.textContent).to.equal('c');
  });

  it('is in the end what it would have been, whenever that comes', () => {
    const source = mixedAnswer(1, 5000);
    const whole = renderWhole(source);
    for (const { name, pieces } of cuts(source, 12)) {
      const random = mulberry32(pieces.length);
      const page = new Page();
      const at = Math.floor(random() * pieces.length);
      let written = '';
      for (const [index, piece] of pieces.entries()) {
        page.text.set((written += piece));
        if (index === at) page.load();
        if (random() < 0.1) page.clock.advance(FRAME);
      }
      page.text.end();
      page.clock.advance(1000, FRAME);
      expect(page.container.isEqualNode(whole), `${name}, loaded at ${at}`).to.equal(true);
    }
  });

  it('is rendered at once, and no sooner than it was said to be over', () => {
    const page = new Page();
    page.text.set('a **b');
    page.load();
    expect(page.container.querySelector('strong')?.textContent).to.equal('b');
    page.text.end();
    const whole = renderWhole('a **b');
    expect(page.container.isEqualNode(whole)).to.equal(true);
    const later = new Page();
    later.text.set('a **b');
    later.text.end();
    later.load();
    expect(later.container.isEqualNode(whole)).to.equal(true);
  });

  it('does not go away while a long one is rendered, a part in each frame', () => {
    const source = mixedAnswer(2, 60_000);
    const page = new Page();
    page.text.set(source);
    page.text.end();
    page.load();
    for (let frame = 0; page.text.isPlain; frame++) {
      expect(page.steps).to.have.length(frame + 1);
      expect(page.steps[frame]! - (page.steps[frame - 1] ?? 0), 'in a frame').to.be.within(1, 4096 * 2 ** frame);
      // What is left as text is the end of it, from the beginning of a line.
      expect(source.trimEnd().endsWith(`\n${page.plain}`)).to.equal(true);
      page.clock.advance(FRAME, FRAME);
    }
    expect(page.steps).to.have.length.above(3);
    expect(page.container.isEqualNode(renderWhole(source))).to.equal(true);
  });

  it('does not go away where another policy comes', () => {
    const { text, container, load, clock } = pageWith(mixedAnswer(1).repeat(3));
    load();
    const { length } = container.textContent;
    text.setPolicy({ allowImages: '*', allowLinks: 'none', urlPolicy: undefined });
    expect(container.textContent.length).to.be.within(length - 2000, length + 2000);
    clock.advance(5000, FRAME);
    expect(container.querySelector('a[href]')).to.equal(null);
    expect(container.querySelector(':scope > .source')).to.equal(null);
  });

  it('may go on, or be another, while it is rendered', () => {
    const long = mixedAnswer(3, 20_000);
    const cases: [string, string][] = [
      ['goes on', `${long}\n\nMore *of it*`],
      ['is another', 'Another *one*'],
      ['is none', ''],
    ];
    for (const [what, next] of cases) {
      const page = new Page();
      page.text.set(long);
      page.load();
      expect(page.text.isPlain).to.equal(true);
      page.text.set(next);
      page.text.end();
      page.clock.advance(1000, FRAME);
      expect(page.container.isEqualNode(renderWhole(next)), what).to.equal(true);
    }
  });

  // Only once in a page is it not there.
  it('stands where it will stand when it is rendered', async () => {
    expect(loadedMarkdown()).to.equal(undefined);
    const chat = document.createElement('stream-chat');
    chat.greeting = 'Hello, ask me something.';
    const view = document.createElement('stream-markdown');
    view.value = 'Hello, **reader**.';
    add(chat);
    add(view);
    await chat.updateComplete;
    await view.updateComplete;
    const [greeting, content] = [find(chat, '.greeting'), find(view, '.markdown')];
    const boxes = () => [greeting, content].map((element) => boxOf(element.querySelector('p')!));
    const lines = () => [greeting, content].map((element) => element.getBoundingClientRect().height);
    let isComplete = false;
    void view.complete.then(() => (isComplete = true));
    await Promise.resolve();
    expect([greeting.textContent, content.textContent]).to.deep.equal([chat.greeting, view.value]);
    expect(isComplete).to.equal(false);
    const before = [...boxes().map(({ top, left }) => [top, left]), lines()];

    await loadMarkdown();
    await chat.updateComplete;
    await view.complete;
    expect(find(view, 'strong').textContent).to.equal('reader');
    expect(greeting.querySelector('.source')).to.equal(null);
    expect([...boxes().map(({ top, left }) => [top, left]), lines()]).to.deep.equal(before);
  });

  it('goes on where it was shown whole', async () => {
    await loadMarkdown();
    const page = document.createElement('div');
    const clock = new ManualClock();
    const policy = { allowImages: 'none', allowLinks: 'https', urlPolicy: undefined };
    const show = (text: string, ended: boolean): void => {
      render(html`<div ${pacedMarkdown({ text, ended, reveal: 'smooth', policy, clock })}></div>`, page);
    };
    show('A *short* answer that was cut off', true);
    const node = page.querySelector('em')!.firstChild;
    show('A *short* answer that was cut off', false);
    clock.advance(FRAME, FRAME);
    expect(page.textContent).to.contain('cut off');
    expect(page.querySelector('em')!.firstChild).to.equal(node);
    show('A *short* answer that was cut off, and goes on.', true);
    clock.advance(1000, FRAME);
    expect(page.textContent.trim()).to.equal('A short answer that was cut off, and goes on.');
    expect(page.querySelector('em')!.firstChild).to.equal(node);
  });

  it('is not written where it was there whole, however often it is rendered meanwhile', async () => {
    await loadMarkdown();
    const page = document.createElement('div');
    const clock = new ManualClock();
    const text = 'A long answer. '.repeat(3000);
    for (const allowLinks of ['https', 'http', 'none']) {
      const policy = { allowImages: 'none', allowLinks, urlPolicy: undefined };
      render(html`<div ${pacedMarkdown({ text, ended: true, reveal: 'smooth', policy, clock })}></div>`, page);
      clock.advance(FRAME, FRAME);
      expect(page.firstElementChild!.className).to.equal('');
      expect(page.querySelector('.caret')).to.equal(null);
    }
    clock.advance(1000, FRAME);
    expect(page.textContent.length).to.be.above(40_000);
  });
});

/** Where the text of an element is. */
function boxOf(element: Element): DOMRect {
  const range = document.createRange();
  const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode()!;
  range.setStart(text, 0);
  range.setEnd(text, 1);
  return range.getBoundingClientRect();
}
