import { expect } from 'chai';
import { ThinkTagSplitter } from '../../src/protocols/think-tags.js';
import { cuts, halves, seededCut } from '../helpers/cuts.js';

/** The sections of a text in their order, those of one kind that follow each other joined: T text, R reasoning. */
function split(pieces: readonly string[]): [string, string][] {
  const splitter = new ThinkTagSplitter();
  const sections: [string, string][] = [];
  for (const delta of [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()]) {
    if (delta.type !== 'text' && delta.type !== 'reasoning') throw new Error(`expected no ${delta.type}`);
    const kind = delta.type === 'text' ? 'T' : 'R';
    const last = sections.at(-1);
    if (last?.[0] === kind) last[1] += delta.text;
    else sections.push([kind, delta.text]);
  }
  return sections;
}

/** [what, text, sections] */
const CASES: [string, string, [string, string][]][] = [
  ['no text', '', []],
  ['text without tags', 'Hello\n\n# World\n', [['T', 'Hello\n\n# World\n']]],
  [
    'a section at the start',
    '<think>Why?</think>Because.',
    [
      ['R', 'Why?'],
      ['T', 'Because.'],
    ],
  ],
  [
    'the longer name',
    '<thinking>Why?</thinking>\n\nBecause.',
    [
      ['R', 'Why?'],
      ['T', '\n\nBecause.'],
    ],
  ],
  ['only a section', '<think>Why?</think>', [['R', 'Why?']]],
  ['an empty section', '<think></think>Yes', [['T', 'Yes']]],
  [
    'a section over several lines',
    '<think>\na\n\nb\n</think>\nc',
    [
      ['R', '\na\n\nb\n'],
      ['T', '\nc'],
    ],
  ],
  [
    'a section after space and blank lines',
    '\n  <think>a</think>b',
    [
      ['T', '\n  '],
      ['R', 'a'],
      ['T', 'b'],
    ],
  ],
  [
    'two sections',
    '<think>a</think>b\n<think>c</think>d',
    [
      ['R', 'a'],
      ['T', 'b\n'],
      ['R', 'c'],
      ['T', 'd'],
    ],
  ],
  ['two sections side by side', '<think>a</think><think>b</think>', [['R', 'ab']]],
  ['a section that does not close', '<think>a <b', [['R', 'a <b']]],
  ['the other closing tag', '<think>a</thinking>b', [['R', 'a</thinking>b']]],
  ['a closing tag alone', 'a</think>b', [['T', 'a</think>b']]],
  [
    'a tag within a line',
    'Models write <think> tags </think> here',
    [['T', 'Models write <think> tags </think> here']],
  ],
  ['another tag', '<thinker>a</thinker>', [['T', '<thinker>a</thinker>']]],
  ['a tag with attributes', '<think x>a</think>', [['T', '<think x>a</think>']]],
  ['a tag in capitals', '<THINK>a</THINK>', [['T', '<THINK>a</THINK>']]],
  ['the beginning of a tag at the end', 'a\n<thin', [['T', 'a\n<thin']]],
  ['a lesser-than sign at the start of a line', '<3 you\n< 4', [['T', '<3 you\n< 4']]],
  ['a tag in a fenced code block', '```xml\n<think>a</think>\n```\n', [['T', '```xml\n<think>a</think>\n```\n']]],
  ['a tag in a block of tildes', '~~~\n<think>a\n~~~', [['T', '~~~\n<think>a\n~~~']]],
  [
    'a fence in a longer fence',
    '````md\n```\n<think>a\n```\n````\n<think>b</think>',
    [
      ['T', '````md\n```\n<think>a\n```\n````\n'],
      ['R', 'b'],
    ],
  ],
  [
    'a section behind a code block',
    '```\nx\n```\n<think>a</think>b',
    [
      ['T', '```\nx\n```\n'],
      ['R', 'a'],
      ['T', 'b'],
    ],
  ],
  [
    'code spans at the start of a line',
    '`a`\n``b``\n<think>c</think>',
    [
      ['T', '`a`\n``b``\n'],
      ['R', 'c'],
    ],
  ],
  [
    'a code block in a section, and a section behind it',
    '<think>```\n</think>a\n<think>b</think>',
    [
      ['R', '```\n'],
      ['T', 'a\n'],
      ['R', 'b'],
    ],
  ],
];

describe('ThinkTagSplitter', () => {
  for (const [what, text, sections] of CASES) {
    it(`reads ${what}`, () => {
      for (const { name, pieces } of [...cuts(text, 20), ...halves(text)]) {
        expect(split(pieces), name).to.deep.equal(sections);
      }
    });
  }

  it('holds back nothing but what may be a tag or a fence', () => {
    const splitter = new ThinkTagSplitter();
    const held: [string, string][] = [
      ['Hello', 'Hello'],
      [' <', ' <'],
      ['think> \n', 'think> \n'],
      ['<', ''],
      ['b>', '<b>'],
      ['\n<think>a<', '\na'],
      ['/', ''],
      ['b', '</b'],
    ];
    for (const [piece, out] of held) {
      const deltas = splitter.push(piece);
      expect(deltas.map((delta) => ('text' in delta ? delta.text : '')).join(''), `after "${piece}"`).to.equal(out);
    }
  });

  it('loses nothing and adds nothing, whatever the text', () => {
    const words = [
      '<think>',
      '</think>',
      '<thinking>',
      '</thinking>',
      '\n',
      '```',
      '~~~',
      '<',
      ' ',
      'a',
      '`',
      '\r\n',
      '🙂',
    ];
    for (let seed = 1; seed <= 300; seed++) {
      const { pieces } = seededCut(words.join('').repeat(3), seed);
      const text = pieces.reverse().join('');
      const whole = split([text]);
      const kept = whole.map(([, section]) => section).join('');
      expect(kept.replaceAll(/<\/?think(ing)?>/g, ''), `seed ${seed}`).to.equal(
        text.replaceAll(/<\/?think(ing)?>/g, ''),
      );
      expect(split([...text]), `seed ${seed}, by character`).to.deep.equal(whole);
      expect(split(seededCut(text, seed + 1000).pieces), `seed ${seed}, cut`).to.deep.equal(whole);
    }
  });
});
