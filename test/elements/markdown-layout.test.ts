// Nothing that was painted changes its place while an answer arrives: what is new stands behind it.

import { expect } from 'chai';
import '../../src/index.js';
import { loadMarkdown } from '../../src/elements/load-markdown.js';
import { makePieces } from '../bench/documents.js';
import { mixedAnswer } from '../fixtures/mixed-answer.js';
import { add, removeAll } from '../helpers/page.js';

/** At most so much is the shift of a last word that its next letters take to the next line. */
const WORD = 0.001;

/** Text of a kind of block that goes on over several lines. */
const GROWING: [kind: string, text: string][] = [
  ['a paragraph', ''],
  ['a heading', '## '],
  ['an item', '- '],
  ['a numbered item', '3. '],
  ['a quotation', '> '],
  ['an alert', '> [!NOTE]\n> '],
].map(([kind = '', start = '']) => [kind, start + sentence(60)]);

/** Words of all lengths, some of them marked. */
function sentence(count: number): string {
  return Array.from({ length: count }, (_, at) => {
    const word = 'extraordinarily'.slice(0, 1 + ((at * 7) % 15));
    return at % 11 === 5 ? `**${word}**` : at % 13 === 7 ? `\`${word}\`` : word;
  }).join(' ');
}

function open(inlineSize: number): HTMLElementTagNameMap['stream-markdown'] {
  const element = add(document.createElement('stream-markdown'));
  element.style.cssText = `inline-size: ${inlineSize}px`;
  return element;
}

/** Where each word begins, from the corner of `root`. */
function wordPlaces(root: Element): string[] {
  const origin = root.getBoundingClientRect();
  const places: string[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const text = walker.currentNode as Text;
    for (const { index } of text.data.matchAll(/(?<!\S)\S/g)) {
      range.setStart(text, index);
      range.setEnd(text, index + 1);
      const { left, top } = range.getBoundingClientRect();
      places.push(`${Math.round(left - origin.left)} ${Math.round(top - origin.top)}`);
    }
  }
  return places;
}

describe('while an answer arrives nothing changes its place:', () => {
  before(async () => void (await loadMarkdown()));
  afterEach(removeAll);

  for (const [kind, text] of GROWING) {
    it(`no word of ${kind}`, async function () {
      this.timeout(600_000);
      const element = open(320);
      const content = (await element.updateComplete, element.shadowRoot!.querySelector('.markdown')!);
      let before: string[] = [];
      for (const piece of [...makePieces(text), '\n\nEnd.']) {
        element.write(piece);
        await element.complete;
        const places = wordPlaces(content);
        // The last word may still be longer than its line has room for.
        expect(places.slice(0, Math.max(0, before.length - 1)), element.value.slice(-60)).to.deep.equal(
          before.slice(0, -1),
        );
        before = places;
      }
      expect(new Set(before.map((place) => place.split(' ')[1])).size, 'lines').to.be.above(5);
    });
  }

  it('the buttons of a table that comes first stand inside of it', async () => {
    const element = open(400);
    element.value = '| a | b |\n|---|---|\n| c | d |\n\nend\n\n| e | f |\n|---|---|\n';
    await element.complete;
    const root = element.shadowRoot!.querySelector('.markdown')!;
    const [first] = root.querySelectorAll('.table-header');
    expect(first!.getBoundingClientRect().top).to.be.at.least(root.getBoundingClientRect().top - 4);
  });

  it('no block of a whole answer', async function () {
    this.timeout(600_000);
    const element = open(600);
    const content = (await element.updateComplete, element.shadowRoot!.querySelector('.markdown')!);
    const shifts = watchShifts();
    const text = mixedAnswer(1, 6000);
    let before = new Map<Element, string>();
    for (let at = 0; at < text.length + 40; at += 40) {
      if (at < text.length) element.write(text.slice(at, at + 40));
      else element.end();
      await element.complete;
      shifts(text.slice(0, at).slice(-60));
      const origin = content.getBoundingClientRect();
      const places = new Map<Element, string>();
      for (const block of [...content.children].slice(0, -1)) {
        const { left, top, width, height } = block.getBoundingClientRect();
        places.set(block, [left - origin.left, top - origin.top, width, height].map(Math.round).join(' '));
      }
      for (const [block, place] of before) {
        expect(places.get(block), `${block.outerHTML.slice(0, 99)} after ${text.slice(at - 40, at + 40)}`).to.equal(
          place,
        );
      }
      before = places;
    }
    expect(before.size).to.be.above(20);
    expect(shifts('')).to.deep.equal([]);
  });
});

/** What Chromium calls a layout shift, after what; other engines tell of none. */
function watchShifts(): (after: string) => string[] {
  const told: string[] = [];
  if (!PerformanceObserver.supportedEntryTypes.includes('layout-shift')) return () => told;
  const entries: PerformanceEntry[] = [];
  const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()));
  observer.observe({ type: 'layout-shift' });
  return (after) => {
    entries.push(...observer.takeRecords());
    for (const entry of entries.splice(0)) {
      const { value } = entry as PerformanceEntry & { value: number };
      if (value > WORD) told.push(`${value} ${after}`);
    }
    return told;
  };
}
