import { expect } from 'chai';
import { renderPieces, renderWhole, units } from '../helpers/markdown.js';

/** Characters that a reader does not see and a machine does. */
const HIDDEN: readonly number[] = [
  ...[0x01, 0x02, 0x07, 0x08, 0x0b, 0x0e, 0x1b, 0x1f, 0x7f], // controls
  ...[0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069], // directions
  ...[0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0xfeff], // joiners and marks without width
  ...[0xe0001, 0xe0020, 0xe0041, 0xe0061, 0xe007e, 0xe007f], // tags
];

/** Where an answer can put text, with a place for the character. */
const PLACES: Record<string, (char: string) => string> = {
  text: (char) => `a${char}b`,
  emphasis: (char) => `**a${char}b**`,
  code: (char) => `\`a${char}b\``,
  'a block of code': (char) => `\`\`\`js\na${char}b\n\`\`\``,
  'a link': (char) => `[a${char}b](https://a.example "c${char}d")`,
  'an image': (char) => `![a${char}b](https://a.example/c.png "d${char}e")`,
  'a table': (char) => `| a${char}b |\n|---|\n| c${char}d |`,
  'raw HTML': (char) => `<div title="a${char}b">`,
};

/** What looks alike and is not: right-to-left scripts, emoji, joiners that scripts need. */
const SEEN: readonly string[] = [
  'שלום עולם',
  'مرحبا بالعالم',
  'abc \u200fעברית\u200f abc',
  'abc \u200eabc\u200e עברית',
  'می\u200cخواهم',
  'क्\u200dष',
  'ශ්\u200dරී',
  '👩\u200d👩\u200d👧',
  '🏳️\u200d🌈',
  '❤️ and ☎︎',
  '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
  '🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}',
  '🏴‍☠️',
  '🇩🇪🇯🇵',
  '1️⃣ #️⃣',
  '👍🏽',
  'a\u00a0b\u2009c\u3000d',
  'soft\u00adhyphen',
  'é and e\u0301',
  '日本語（括弧）「引用」',
  '葛\u{E0100}飾区',
];

/** Everything in the rendering that can hold text. */
function allText(root: Element): string {
  const attributes = [...root.querySelectorAll('*')].flatMap((element) => [...element.attributes].map((a) => a.value));
  return `${root.textContent ?? ''} ${attributes.join(' ')}`;
}

describe('hidden characters', () => {
  for (const code of HIDDEN) {
    const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
    it(`${name} is nowhere, written as it is or as a reference`, () => {
      const char = String.fromCodePoint(code);
      for (const [place, write] of Object.entries(PLACES)) {
        for (const written of [char, `&#x${code.toString(16)};`, `&#${code};`]) {
          const whole = renderWhole(write(written));
          const pieces = renderPieces(units(write(written)));
          expect(pieces.isEqualNode(whole), `${place} in pieces: ${JSON.stringify(written)}`).to.equal(true);
          for (const container of [whole, pieces]) {
            const text = allText(container);
            expect(text.includes(char), `${place}: ${JSON.stringify(written)}`).to.equal(false);
            expect(text, place).to.match(/a(?:&#\w+;)?b/);
          }
        }
      }
    });
  }

  for (const name of ['it', 'ic', 'af', 'NoBreak']) {
    it(`&${name}; shows nothing, and cuts nothing`, () => {
      const [whole, pieces] = [renderWhole(`a&${name};b`), renderPieces(units(`a&${name};b`))];
      expect([whole.textContent.trim(), pieces.isEqualNode(whole)]).to.deep.equal(['ab', true]);
    });
  }

  it('stay where they make a flag, written as references', () => {
    const england = '\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}';
    const written = `a ${[...england].map((char) => `&#x${char.codePointAt(0)!.toString(16)};`).join('')} b`;
    for (const container of [renderWhole(written), renderPieces(units(written))])
      expect(container.textContent?.trim()).to.equal(`a ${england} b`);
  });

  for (const text of SEEN) {
    it(`${text} stays as it is`, () => {
      expect(renderWhole(text).textContent?.trim()).to.equal(text);
      expect(renderWhole(`\`${text}\``).textContent?.trim()).to.equal(text);
    });
  }
});
