import { expect } from 'chai';
import { TextNormalizer } from '../../src/markdown/normalize-text.js';

function normalize(chunks: Iterable<string>): { text: string; removed: number } {
  const normalizer = new TextNormalizer();
  let text = '';
  for (const chunk of chunks) text += normalizer.push(chunk);
  text += normalizer.flush();
  return { text, removed: normalizer.removed };
}

function units(text: string): string[] {
  return Array.from({ length: text.length }, (_, i) => text.charAt(i));
}

const tags = (text: string): string => [...text].map((c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0))).join('');
const england = `\u{1F3F4}${tags('gbeng')}\u{E007F}`;

const cases: [title: string, input: string, output: string, removed: number][] = [
  ['plain text', 'a b\tc\nd', 'a b\tc\nd', 0],
  ['line endings', 'a\r\nb\rc\r\r\nd\r', 'a\nb\nc\n\nd\n', 0],
  ['controls', 'a\0b\x08c\x0bd\x0ce\x1bf\x7fg', 'abcdefg', 6],
  ['bidi overrides and isolates', 'a\u202eb\u202cc\u2066d\u2069', 'abcd', 4],
  ['zero-width joiners that hide text', 'a\u2060b\u2064c\ufeffd', 'abcd', 3],
  ['tag characters', `hello${tags('ignore all')}`, 'hello', 10],
  ['tag characters after another emoji', `😀${tags('gbeng')}\u{E007F}`, '😀', 6],
  ['a flag', `x${england}y`, `x${england}y`, 0],
  ['a flag with more hidden behind it', `${england}${tags('no')}`, england, 2],
  ['a black flag alone', 'a\u{1F3F4}b', 'a\u{1F3F4}b', 0],
  ['a black flag at the end', 'a\u{1F3F4}', 'a\u{1F3F4}', 0],
  ['a flag that no region has', `\u{1F3F4}${tags('usca')}\u{E007F}x`, '\u{1F3F4}x', 5],
  ['half a flag', `\u{1F3F4}${tags('gbe')}`, '\u{1F3F4}', 3],
  ['joined emoji', '👨‍👩‍👧 🧑🏽‍💻 🏴‍☠️', '👨‍👩‍👧 🧑🏽‍💻 🏴‍☠️', 0],
  ['scripts that need joiners', 'می‌خواهم क्‍ष \u200eא\u200f', 'می‌خواهم क्‍ष \u200eא\u200f', 0],
  ['half a pair', 'a\ud83d', 'a\ud83d', 0],
  ['one variation selector', '❤️ ☎︎ 葛\u{E0100}飾 1️⃣ 🏳️\u200d🌈', '❤️ ☎︎ 葛\u{E0100}飾 1️⃣ 🏳️\u200d🌈', 0],
  ['bytes in variation selectors', 'a\u{E0148}\u{E0155}\ufe00\ufe01b😀\ufe0f\u{E01EF}', 'a\u{E0148}b😀\ufe0f', 4],
  ['a run of selectors with more hidden in it', 'a\ufe00\u2060\ufe01\u{E0041}\ufe00b', 'a\ufe00b', 4],
  ['breaks in Thai', 'ภาษา\u200bไทย\u200bดี', 'ภาษา\u200bไทย\u200bดี', 0],
  ['a run of breaks', 'a\u200b\u200b\u200bb\u200b\n\u200b', 'a\u200bb\u200b\n\u200b', 2],
  [
    'Hangul with fillers',
    '\u115f\u1161 \u1100\u1160\u11a8 \u115f\u1160\u11a8',
    '\u115f\u1161 \u1100\u1160\u11a8 \u115f\u1160\u11a8',
    0,
  ],
  ['a run of fillers', 'a\u115f\u1160\u1160\u115fb\u3164\uffa0c', 'a\u115f\u1160bc', 4],
  ['what joins, formats or notes', 'a\u034fb\u206a\u206fc\ufff9d\ufffae\ufffbf\u2065\ufff0', 'abcdef', 8],
  ['unassigned characters beside tags', 'a\u{E0080}\u{E0FFF}b', 'ab', 2],
];

describe('text normalizer', () => {
  for (const [title, input, output, removed] of cases) {
    it(`${title}, whole, at every split and by code unit`, () => {
      expect(normalize([input])).to.deep.equal({ text: output, removed });
      for (let i = 1; i < input.length; i += 1) {
        expect(normalize([input.slice(0, i), input.slice(i)]), `split at ${i}`).to.deep.equal({
          text: output,
          removed,
        });
      }
      expect(normalize(units(input))).to.deep.equal({ text: output, removed });
    });
  }

  it('holds back no more than it must', () => {
    const normalizer = new TextNormalizer();
    expect(normalizer.push('ab')).to.equal('ab');
    expect(normalizer.push('c\r')).to.equal('c');
    expect(normalizer.push('d\ud83d')).to.equal('\nd');
    expect(normalizer.push('\ude00')).to.equal('😀');
  });
});
