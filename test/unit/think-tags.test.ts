import { expect } from 'chai';
import { applyDelta, newReply } from '../../src/conversation/index.js';
import type { Delta, MessagePart } from '../../src/model/index.js';
import { ThinkTagFilter, ThinkTagSplitter } from '../../src/protocols/think-tags.js';
import { cuts, halves, seededCut } from '../helpers/cuts.js';

/** The sections of a text in their order, those of one kind that follow each other joined: T text, R reasoning. */
function split(pieces: readonly string[]): [string, string][] {
  const splitter = new ThinkTagSplitter();
  const sections: [string, string][] = [];
  for (const delta of [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()]) {
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
  [
    'Gemini’s tag',
    '<thought>a</thought>b',
    [
      ['R', 'a'],
      ['T', 'b'],
    ],
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
    'a fence with words in a code block, which does not close it',
    '```md\n```js\n<think>a\n``` \t\n<think>b</think>',
    [
      ['T', '```md\n```js\n<think>a\n``` \t\n'],
      ['R', 'b'],
    ],
  ],
  ['a shorter fence in a code block', '````\n```\n<think>a', [['T', '````\n```\n<think>a']]],
  ['a fence of another kind in a code block', '```\n~~~\n<think>a', [['T', '```\n~~~\n<think>a']]],
  [
    'a longer fence, which closes a code block',
    '```\n`````\n<think>a',
    [
      ['T', '```\n`````\n'],
      ['R', 'a'],
    ],
  ],
  [
    'a code span that begins like a fence',
    '```a``` b\n<think>c',
    [
      ['T', '```a``` b\n'],
      ['R', 'c'],
    ],
  ],
  ['a fence of tildes with backticks behind', '~~~ a`b\n<think>c', [['T', '~~~ a`b\n<think>c']]],
  ['a fence behind three spaces', '   ```\n<think>a', [['T', '   ```\n<think>a']]],
  [
    'no fence behind four spaces, or a tab',
    '    ```\n\t~~~\n<think>a',
    [
      ['T', '    ```\n\t~~~\n'],
      ['R', 'a'],
    ],
  ],
  [
    'no fence within a line',
    'a ```\n<think>b',
    [
      ['T', 'a ```\n'],
      ['R', 'b'],
    ],
  ],
  [
    'a code block whose lines end in CRLF',
    '```\r\n<think>a\r\n```\r\n<think>b',
    [
      ['T', '```\r\n<think>a\r\n```\r\n'],
      ['R', 'b'],
    ],
  ],
  ['a tag behind a fence', '```<think>a', [['T', '```<think>a']]],
  [
    'a fence behind a section',
    '<think>a</think>```\n<think>b',
    [
      ['R', 'a'],
      ['T', '```\n<think>b'],
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

  it('holds back no more than a tag, and so reads nothing again, however long a line begins', () => {
    const words = [' ', '`', '~', '\t\u00a0', '<', '<think', '</thinkin'];
    for (const [opening, word] of words.flatMap((each) => [['', each] as const, ['<thinking>', each] as const])) {
      const splitter = new ThinkTagSplitter();
      splitter.push(opening);
      let held = 0;
      let most = 0;
      for (const char of word.repeat(300)) {
        held += char.length;
        for (const section of splitter.push(char)) held -= section.text.length;
        most = Math.max(most, held);
      }
      expect(most, opening + word).to.be.below('</thinking>'.length);
    }
  });

  it('holds back nothing but what may be a tag', () => {
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
      ['</think>\n', '\n'],
      ['  ', '  '],
      ['``', '``'],
      ['`', '`'],
      ['\n', '\n'],
      ['<', '<'],
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

describe('ThinkTagFilter', () => {
  const text = (piece: string, part?: string): Delta => ({ type: 'text', text: piece, ...(part && { part }) });
  const textPart = (content: string, id?: string): MessagePart => ({ type: 'text', text: content, ...(id && { id }) });
  const reasoning = (content: string, id?: string): MessagePart => ({
    type: 'reasoning',
    text: content,
    ...(id && { id }),
  });
  const call: Delta[] = [
    { type: 'tool-call-start', id: 'c', name: 'now' },
    { type: 'tool-call-end', id: 'c' },
  ];
  const callPart: MessagePart = {
    type: 'tool-call',
    id: 'c',
    name: 'now',
    inputText: '',
    input: {},
    state: 'input-available',
  };
  const end: Delta = { type: 'end' };

  /** [what, deltas, parts] */
  const REPLIES: [string, Delta[], MessagePart[]][] = [
    [
      'a section over several deltas',
      [text('<th'), text('ink>r</'), text('think>a'), end],
      [reasoning('r'), textPart('a')],
    ],
    ['what looked like the beginning of a tag', [text('a\n<thi'), end], [textPart('a\n<thi')]],
    ['what looked like the beginning of a closing tag', [text('<think>a</thi'), end], [reasoning('a</thi')]],
    [
      'what was held back before what comes then',
      [text('<thi'), ...call, text('nk>'), end],
      [textPart('<thi'), callPart, textPart('nk>')],
    ],
    [
      'a section that a call interrupts',
      [text('<think>a'), ...call, text('b</think>c'), end],
      [reasoning('a'), callPart, reasoning('b'), textPart('c')],
    ],
    [
      'a code block that a call interrupts',
      [text('```\n'), ...call, text('<think>a'), end],
      [textPart('```\n'), callPart, textPart('<think>a')],
    ],
    [
      'reasoning of the format beside sections of its text',
      [{ type: 'reasoning', text: 'a' }, text('<think>b</think>c'), end],
      [reasoning('ab'), textPart('c')],
    ],
    [
      'tags in reasoning and refusals as they stand',
      [{ type: 'reasoning', text: '<think>a' }, { type: 'refusal', text: '<think>b' }, end],
      [reasoning('<think>a'), { type: 'refusal', text: '<think>b' }],
    ],
    [
      'parts that take turns',
      [text('<think>a', '1'), text('b', '2'), text('</think>c', '1'), text('\n<think>d', '2'), end],
      [reasoning('a', '1'), textPart('b\n', '2'), textPart('c', '1'), reasoning('d', '2')],
    ],
    [
      'a part that begins where another was cut',
      [text('<thi', '1'), text('nk>a', '2'), end],
      [textPart('<thi', '1'), textPart('nk>a', '2')],
    ],
    [
      'opaque values on the text that they came with',
      [{ ...text('<think>a</think>b', '1'), providerMetadata: { p: { x: 1 } } } as Delta, end],
      [reasoning('a', '1'), { ...textPart('b', '1'), providerMetadata: { p: { x: 1 } } }],
    ],
    [
      'opaque values without text',
      [text('a', '1'), { ...text('', '1'), providerMetadata: { p: { x: 1 } } } as Delta, end],
      [{ ...textPart('a', '1'), providerMetadata: { p: { x: 1 } } }],
    ],
  ];
  for (const [what, deltas, parts] of REPLIES) {
    it(`gives ${what}`, () => {
      const filter = new ThinkTagFilter();
      const message = deltas.flatMap((delta) => filter.push(delta)).reduce(applyDelta, newReply('m', 0));
      expect(message.parts).to.deep.equal(parts);
      expect(message.status).to.equal('complete');
    });
  }

  it('lets pass what is no part of the order, and keeps what it holds', () => {
    const filter = new ThinkTagFilter();
    const passing: Delta[] = [
      { type: 'usage', usage: {} },
      { type: 'metadata', model: 'm' },
      { type: 'source', url: 'https://a.example/' },
    ];
    expect(filter.push(text('<thi'))).to.deep.equal([]);
    for (const delta of passing) expect(filter.push(delta)).to.deep.equal([delta]);
    expect(filter.push(text('nk>a'))).to.deep.equal([{ type: 'reasoning', text: 'a' }]);
  });

  it('gives what it held before the last delta', () => {
    const filter = new ThinkTagFilter();
    filter.push(text('<thi'));
    expect(filter.push(end)).to.deep.equal([{ type: 'text', text: '<thi' }, end]);
  });
});
