// The newest words come in by highlights of the document: nothing in the text itself is another than without.

import { expect } from 'chai';
import { html, render } from 'lit';
import '../../src/index.js';
import { loadMarkdown } from '../../src/elements/load-markdown.js';
import { FADE_NAME, FADE_STEPS } from '../../src/elements/styles/fade.js';
import { startFade } from '../../src/elements/views/fade.js';
import { pacedMarkdown, type Reveal } from '../../src/elements/views/paced-markdown.js';
import { DEFAULT_POLICY, MarkdownView } from '../../src/markdown/index.js';
import { ManualClock, type FrameClock } from '../../src/pacing/index.js';
import { mixedAnswer } from '../fixtures/mixed-answer.js';
import { add, addChat, findAll, removeAll, shownText, until } from '../helpers/page.js';

/** What comes in, by how far it has come in percent. */
function comingIn(): Record<number, string[]> {
  const found: Record<number, string[]> = {};
  for (const percent of FADE_STEPS) {
    const highlight = CSS.highlights.get(FADE_NAME + percent);
    if (highlight) found[percent] = Array.from(highlight, (range) => (range as Range).toString().trim());
  }
  return found;
}

const newest = (): string[] => comingIn()[FADE_STEPS[0]!] ?? [];

/** [where, what is there, what comes then, what of it is new to the eye] */
const CASES: readonly (readonly [where: string, before: string, more: string, seen: string])[] = [
  ['the first text', '', 'Some', 'Some'],
  ['a paragraph', 'Some', ' words', 'words'],
  ['emphasis', 'Some **bo', 'ld** words', 'ld words'],
  ['another block', 'Some words', '\n\n# A title', 'A title'],
  ['the text of a link', 'See [the', ' guide](https://a.example) now', 'guide now'],
  ['an item', '- one', '\n- two', 'two'],
  ['a quotation', '> Some', ' words\n> more', 'words\nmore'],
  ['a row', '| a | b |\n|---|---|\n| one', ' | two', 'two'],
  ['code', '```js\nlet a', ' = 1;\nmo', '= 1;\nmo'],
  ['a note', 'Text[^1]\n\n[^1]: So', 'me words', 'me words'],
  ['text that goes on where a character has gone', 'Some `', 'code', 'code'],
  ['what is syntax only', 'Some **bold', '**', ''],
];

describe('words that come in', () => {
  let clock: ManualClock;
  beforeEach(() => (clock = new ManualClock()));
  afterEach(() => {
    clock.advance(1000);
    removeAll();
  });

  for (const [where, before, more, seen] of CASES) {
    it(`are those that are new: ${where}`, () => {
      const container = add(document.createElement('div'));
      const view = new MarkdownView(container);
      view.set(before);
      const fadeIn = startFade(container, clock);
      view.set(before + more);
      fadeIn();
      expect(newest().join()).to.equal(seen);
    });
  }

  it('come in step by step, and after 150 ms nothing is left of it', () => {
    const container = add(document.createElement('div'));
    const grow = (text: string): void => {
      const fadeIn = startFade(container, clock);
      container.append(text);
      fadeIn();
    };
    grow('one ');
    clock.advance(30, 30);
    grow('two ');
    expect(comingIn()).to.deep.equal({ [FADE_STEPS[0]!]: ['two'], [FADE_STEPS[1]!]: ['one'] });
    clock.advance(90, 30);
    expect(comingIn()).to.deep.equal({ [FADE_STEPS[3]!]: ['two'], [FADE_STEPS[4]!]: ['one'] });
    clock.advance(60, 30);
    expect(comingIn()).to.deep.equal({});
    clock.requestFrame = () => expect.fail('asked for a frame');
    clock.advance(100);
  });

  it('come in together in all texts of a page, on one frame', () => {
    let asked = 0;
    const shared: FrameClock = {
      now: () => clock.now(),
      requestFrame: (callback) => ((asked += 1), clock.requestFrame(callback)),
    };
    for (const text of ['one', 'two']) {
      const container = add(document.createElement('div'));
      const fadeIn = startFade(container, shared);
      container.append(text);
      fadeIn();
    }
    expect(newest()).to.deep.equal(['one', 'two']);
    expect(asked).to.equal(1);
  });

  it('are there at once where there are no highlights', () => {
    const { highlights } = CSS;
    Object.defineProperty(CSS, 'highlights', { value: undefined, configurable: true });
    try {
      const container = add(document.createElement('div'));
      const fadeIn = startFade(container, clock);
      container.append('text');
      fadeIn();
      expect(container.className).to.equal('');
    } finally {
      Object.defineProperty(CSS, 'highlights', { value: highlights, configurable: true });
    }
  });

  it('change nothing in the text, and go on from nodes that stay', async () => {
    await loadMarkdown();
    const answer = mixedAnswer(1, 4000);
    const containers = (['smooth', 'fade'] satisfies Reveal[]).map((reveal) => {
      const host = add(document.createElement('div'));
      const show = (text: string, ended: boolean) =>
        render(html`<div ${pacedMarkdown({ text, ended, reveal, policy: DEFAULT_POLICY, clock })}></div>`, host);
      let faded = 0;
      for (let length = 1; length <= answer.length; length += 40) {
        show(answer.slice(0, length), false);
        clock.advance(34);
        faded += Object.keys(comingIn()).length;
      }
      show(answer, true);
      clock.advance(1000);
      expect(faded > 0).to.equal(reveal === 'fade');
      expect(comingIn()).to.deep.equal({});
      return host.firstElementChild!;
    });
    const [smooth, fade] = containers as [Element, Element];
    fade.classList.remove('fades');
    smooth.classList.remove('fades');
    expect(fade.innerHTML).to.equal(smooth.innerHTML);
    expect(fade.isEqualNode(smooth)).to.equal(true);
  });

  for (const [what, reveal, reduced, fades] of [
    ['comes in', 'fade', false, true],
    ['is there at once', 'smooth', false, false],
    ['is there at once, for readers who asked for less motion,', 'fade', true, false],
  ] as const) {
    it(`an answer of a chat ${what} with reveal="${reveal}"`, async () => {
      const { matchMedia } = globalThis;
      globalThis.matchMedia = (query) =>
        query.includes('reduced-motion') && reduced ? matchMedia('all') : matchMedia.call(globalThis, query);
      try {
        await loadMarkdown();
        const { chat, server } = await addChat({ reveal });
        void chat.send('Hi');
        await until('the request', () => server.requests.length === 1);
        server.text('Some words. ');
        await until('the words', () => shownText(chat).startsWith('Some'));
        server.text('And more.');
        server.finish();
        await until('the end', () => shownText(chat) === 'Some words. And more.');
        expect(findAll(chat, '.fades').length).to.equal(fades ? 1 : 0);
        await until('all to have come in', () => Object.keys(comingIn()).length === 0);
      } finally {
        globalThis.matchMedia = matchMedia;
      }
    });
  }

  it('come in in their own colour', async () => {
    await loadMarkdown();
    const { chat } = await addChat({ 'allow-images': 'none' });
    const code = '```js\nconst a = "b"; // c\nf(1);\n```';
    const text = `${mixedAnswer(1, 4000)}\n\n> [!TIP]\n> a [b](https://c.example)\n\n> d\n\n![e](https://f.example/g.png)\n\n| h |\n|---|\n| i |\n\n${code}`;
    chat.messages = [{ id: '1', role: 'assistant', status: 'complete', createdAt: 0, parts: [{ type: 'text', text }] }];
    const content = await until('the answer', () => findAll(chat, '.content')[0]);
    await until('coloured code', () => content.querySelector('.token-keyword'));
    content.classList.add('fades');
    const colours = new Set<string>();
    for (const element of content.querySelectorAll<HTMLElement>(':not(input, summary)')) {
      const { color } = getComputedStyle(element);
      element.style.color = 'var(--_ink, var(--_foreground))';
      expect(getComputedStyle(element).color, element.outerHTML.slice(0, 100)).to.equal(color);
      element.style.removeProperty('color');
      colours.add(color);
    }
    expect(colours.size).to.be.above(6);
  });
});
