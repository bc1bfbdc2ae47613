import { expect } from 'chai';
import { DEFAULT_POLICY } from '../../src/markdown/index.js';
import { dataIndex, dataTest, describeData, readData } from '../helpers/data.js';
import {
  breathe,
  examples,
  holdsPassingTags,
  oracle,
  random,
  randomPieces,
  renderPieces,
  renderWhole,
  SUITES,
  units,
  withoutChrome,
} from '../helpers/markdown.js';
import { SEED } from '../helpers/seed.js';

/** Beyond this every prefix costs too much for a run on every change; such examples get seeded cuts. */
const SMALL = 400;

/** Where the rendering differs from stock marked on purpose. */
const DIFFERENCES: [reason: string, applies: (text: string) => boolean][] = [
  [
    'raw `<a>` is text here, so it does not keep the addresses behind it from becoming links',
    (text) => /<a[\s>]/i.test(text),
  ],
  ['`xmpp:` is not among the schemes of ' + DEFAULT_POLICY.allowLinks, (text) => /\bxmpp:/.test(text)],
  [
    'a definition’s title does not run over a blank line (CommonMark 4.7)',
    (text) => /\]:.*["'(][^]*\n[ \t]*\n/.test(text),
  ],
  [
    'the first line of an alert is chrome: marked knows no alerts, and shows it in the quotation',
    (text) => /^[ \t>]*> ?\[!\w+\][ \t]*$/m.test(text),
  ],
  [
    'footnotes: marked knows none, and takes a note for the definition of a link',
    (text) => /\[\^[^\]\s]+\]:|\[\^\d+\]/.test(text),
  ],
  [
    'a run of `*` or `~` beside a Chinese, Japanese or Korean character may open and close: no spaces tell which',
    (text) => /[*~][「（【]/.test(text),
  ],
];

describeData('markdown conformance', () => {
  for (const name of SUITES) {
    dataTest(`${name}: the same in all pieces`, async function (this: Mocha.Context) {
      this.timeout(600_000);
      const next = random(SEED);
      for (const { example, markdown } of await examples(name)) {
        await breathe();
        const whole = renderWhole(markdown);
        const check = (pieces: string[], elideFrom?: number): void => {
          if (renderPieces(pieces, { elideFrom }).isEqualNode(whole)) return;
          expect.fail(
            `seed ${SEED}, example ${example ?? ''}: ${JSON.stringify(pieces.length > 2 ? markdown : pieces)}`,
          );
        };
        if (markdown.length <= SMALL) {
          check(units(markdown));
          for (let i = 1; i < markdown.length; i += 1) check([markdown.slice(0, i), markdown.slice(i)]);
        } else for (let n = 0; n < 5; n += 1) check(randomPieces(markdown, next, 40));
        // The insides of every block settle, however small it is.
        if (markdown.length <= SMALL) check(units(markdown), 8);
        for (let n = 0; n < 5; n += 1) check(randomPieces(markdown, next, 12), 8);
      }
    });

    dataTest(`${name}: what marked renders`, async function (this: Mocha.Context) {
      this.timeout(600_000);
      let compared = 0;
      for (const { example, markdown } of await examples(name)) {
        if (holdsPassingTags(markdown) || DIFFERENCES.some(([, applies]) => applies(markdown))) continue;
        compared += 1;
        const [ours, wanted] = [withoutChrome(renderWhole(markdown)), oracle(markdown)];
        if (ours.isEqualNode(wanted)) continue;
        expect(ours.innerHTML, `example ${example ?? ''}: ${JSON.stringify(markdown)}`).to.equal(wanted.innerHTML);
        expect.fail(`example ${example ?? ''}: same HTML, other nodes`);
      }
      expect(compared).to.be.above(10);
    });
  }

  dataTest(
    'answers: the same in five seeded ways of cutting, and as marked renders them',
    async function (this: Mocha.Context) {
      this.timeout(600_000);
      const next = random(SEED);
      const answers = (await dataIndex()).filter(({ kind }) => kind === 'answer');
      expect(answers.length).to.be.above(10);
      for (const { file } of answers) {
        const text = await readData(file);
        const whole = renderWhole(text);
        for (const longest of [12, 40, 200, 200, 2000]) {
          await breathe();
          if (text.length / longest > 400) continue;
          for (const elideFrom of [undefined, 64]) {
            const equal = renderPieces(randomPieces(text, next, longest), { elideFrom }).isEqualNode(whole);
            expect(equal, `seed ${SEED}, ${file}, pieces up to ${longest}, from ${elideFrom}`).to.equal(true);
          }
        }
        if (holdsPassingTags(text) || /<\/?[a-z!]/i.test(text)) continue;
        expect(withoutChrome(whole).isEqualNode(oracle(text)), file).to.equal(true);
      }
    },
  );

  dataTest('what every recorded stream says: the same in five seeded ways of cutting', async function () {
    this.timeout(600_000);
    const next = random(SEED);
    const files = (await dataIndex()).filter(({ kind }) => kind === 'stream-expected');
    const expected = await Promise.all(
      files.map(async ({ file }) => JSON.parse(await readData(file)) as { text?: string }),
    );
    const texts = new Set(expected.map(({ text = '' }) => text).filter((text) => text !== ''));
    expect(texts.size).to.be.above(50);
    for (const text of texts) {
      const whole = renderWhole(text);
      for (let n = 0; n < 5; n += 1) {
        await breathe();
        // Pieces of up to two characters at least: what a model sends, and what cuts everything.
        const pieces = randomPieces(text, next, Math.max(2, Math.min(8 << n, text.length / 40)));
        const equal = renderPieces(pieces, { elideFrom: n % 2 === 0 ? undefined : 8 }).isEqualNode(whole);
        expect(equal, `seed ${SEED}, ${n}: ${JSON.stringify(text.slice(0, 200))}`).to.equal(true);
      }
    }
  });

  for (const [title, change] of [
    ['line ends of two characters', (text: string) => text.replaceAll('\n', '\r\n')],
    ['characters of two units', (text: string) => text.replace(/[aeo]/g, '\u{1F642}')],
  ] as const) {
    dataTest(`${title}, cut between the two: the same`, async function () {
      this.timeout(600_000);
      for (const { example, markdown } of await examples('commonmark-0.31.2')) {
        await breathe();
        const text = change(markdown);
        if (text === markdown) continue;
        const whole = renderWhole(text.replaceAll('\r\n', '\n'));
        const says = `example ${example ?? ''}: ${JSON.stringify(text)}`;
        expect(renderWhole(text).isEqualNode(whole), says).to.equal(true);
        expect(renderPieces(units(text)).isEqualNode(whole), says).to.equal(true);
        // Every such place is cut, and nothing else.
        expect(renderPieces(text.split(/(?<=\r)(?=\n)|(?<=\ud83d)(?=\ude42)/)).isEqualNode(whole), says).to.equal(true);
      }
    });
  }
});
