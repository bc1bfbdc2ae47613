import { expect } from 'chai';
import { mayEnd, sectionsOf, weigh } from '../../src/markdown/sections.js';

const STUB = '\ue000';

const TEXTS: readonly (readonly [what: string, text: string, ending: RegExp])[] = [
  ['sentences', 'Some words of a sentence, and more of them. '.repeat(400), /\. $/],
  ['Chinese sentences', '一个句子，还有更多的话。'.repeat(1500), /。$/],
  ['parts of sentences', 'some words, and more of them '.repeat(600), /, $/],
  ['a list of Chinese links', '[链接](https://example.org/a/b/c)、'.repeat(600), /、$/],
  ['words', 'some words '.repeat(2000), /\w $/],
  ['lines', 'some\nwords\n'.repeat(2000), /\w\n$/],
  ['one word', 'word'.repeat(4000), /\w$/],
  ['delimiters', '*_'.repeat(6000), /[*_]$/],
  ['emoji', '👍'.repeat(6000), /👍$/u],
];

describe('sections', () => {
  for (const [what, text, ending] of TEXTS) {
    describe(`of ${what}`, () => {
      const sections = sectionsOf(text);
      it('are the text, each with a good end', () => {
        expect(sections.join('')).to.equal(text);
        expect(sections.length).to.be.above(1);
        for (const section of sections.slice(0, -1)) expect(section).to.match(ending);
      });
      it('are no heavier than said', () => {
        for (const section of sections) expect(weigh(section)).to.be.below(4096 + 512 + 16);
      });
      it('end where they do, however much has come', () => {
        for (let length = 1; length < text.length; length += 379) {
          const known = sectionsOf(text.slice(0, length)).slice(0, -1);
          expect(known, `of ${length} characters`).to.deep.equal(sections.slice(0, known.length));
        }
      });
      it('end where they do, with a part left out of the first', () => {
        const end = mayEnd(text, 0);
        const [first] = sections;
        for (let cut = 1; cut <= end; cut += 97) {
          const rest = sectionsOf(STUB + text.slice(cut), weigh(text.slice(0, cut)));
          expect(rest, `cut at ${cut}`).to.deep.equal([STUB + first!.slice(cut), ...sections.slice(1)]);
        }
        const behind = sectionsOf(STUB + text.slice(first!.length), 0);
        expect(behind, 'cut behind it').to.deep.equal([STUB, ...sections.slice(1)]);
      });
    });
  }

  it('a short text is one', () => {
    for (const text of ['', 'a', '*'.repeat(500), 'a b. '.repeat(800)]) expect(sectionsOf(text)).to.deep.equal([text]);
  });
  it('a line break that is more than a blank is inside one', () => {
    const text = 'a'.repeat(4100) + '  \n'.repeat(3) + 'b\\\n' + 'c'.repeat(2000);
    for (const section of sectionsOf(text)) expect(section).not.to.match(/^\n|[ \\]\n$/);
  });
});
