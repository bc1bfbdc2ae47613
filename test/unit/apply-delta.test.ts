import { expect } from 'chai';
import { applyDelta, newReply } from '../../src/conversation/index.js';
import { ChatError, type Delta, type ErrorCode, type Message } from '../../src/model/index.js';

const empty = newReply('m', 1);
const apply = (deltas: Delta[], from: Message = empty) => deltas.reduce(applyDelta, from);
const { id: _id, role: _role, createdAt: _at, ...blank } = empty;

const text = (said: string, part?: string): Delta => ({
  type: 'text',
  text: said,
  ...(part !== undefined && { part }),
});
const call = (id: string, input = ''): Delta[] => [
  { type: 'tool-call-start', id, name: `name-${id}` },
  ...(input ? [{ type: 'tool-call-input', id, text: input } as const] : []),
];
const failure = (code: ErrorCode) => new ChatError(code, 'expected better');

/** [what, deltas, members of the message that differ from those of an empty reply] */
const CASES: [string, Delta[], Partial<Message>][] = [
  ['text', [text('a'), text('b')], { parts: [{ type: 'text', text: 'ab' }] }],
  [
    'text, reasoning and a refusal in their order',
    [{ type: 'reasoning', text: 'r' }, text('a'), { type: 'refusal', text: 'no' }, text('b')],
    {
      parts: [
        { type: 'reasoning', text: 'r' },
        { type: 'text', text: 'a' },
        { type: 'refusal', text: 'no' },
        { type: 'text', text: 'b' },
      ],
    },
  ],
  [
    'text of named parts side by side',
    [text('a', '0'), text('x', '1'), text('b', '0'), text('y', '1')],
    {
      parts: [
        { type: 'text', id: '0', text: 'ab' },
        { type: 'text', id: '1', text: 'xy' },
      ],
    },
  ],
  [
    'two kinds of parts with one name',
    [text('a', '0'), { type: 'reasoning', text: 'r', part: '0' }, text('b', '0')],
    {
      parts: [
        { type: 'text', id: '0', text: 'ab' },
        { type: 'reasoning', id: '0', text: 'r' },
      ],
    },
  ],
  [
    'a tool call that begins',
    call('a', '{"x'),
    { parts: [{ type: 'tool-call', id: 'a', name: 'name-a', inputText: '{"x', state: 'input-streaming' }] },
  ],
  [
    'tool calls side by side',
    [
      ...call('a', '[1'),
      ...call('b', '{"y":'),
      { type: 'tool-call-input', id: 'a', text: ']' },
      { type: 'tool-call-input', id: 'b', text: '2}' },
      { type: 'tool-call-end', id: 'a' },
      { type: 'tool-call-end', id: 'b' },
    ],
    {
      parts: [
        { type: 'tool-call', id: 'a', name: 'name-a', inputText: '[1]', input: [1], state: 'input-available' },
        { type: 'tool-call', id: 'b', name: 'name-b', inputText: '{"y":2}', input: { y: 2 }, state: 'input-available' },
      ],
    },
  ],
  [
    'a tool call without arguments',
    [...call('a', ' '), { type: 'tool-call-end', id: 'a' }],
    { parts: [{ type: 'tool-call', id: 'a', name: 'name-a', inputText: ' ', input: {}, state: 'input-available' }] },
  ],
  [
    'the end and the input of a call that nobody began',
    [
      { type: 'tool-call-end', id: 'z' },
      { type: 'tool-call-input', id: 'z', text: '{}' },
    ],
    {},
  ],
  [
    'a text that sources come into, and what was thought too',
    [
      { type: 'reasoning', text: 'Ok' },
      { type: 'source', url: 'https://a.example/' },
      { type: 'reasoning', text: 'ay' },
      { type: 'text', text: 'An' },
      { type: 'source', url: 'https://b.example/' },
      { type: 'text', text: 'swer' },
    ],
    {
      parts: [
        { type: 'reasoning', text: 'Okay' },
        { type: 'source', url: 'https://a.example/' },
        { type: 'text', text: 'Answer' },
        { type: 'source', url: 'https://b.example/' },
      ],
    },
  ],
  [
    'sources',
    [
      { type: 'source', url: 'https://a.example/' },
      { type: 'source', url: 'https://b.example/', title: 'B' },
    ],
    {
      parts: [
        { type: 'source', url: 'https://a.example/' },
        { type: 'source', url: 'https://b.example/', title: 'B' },
      ],
    },
  ],
  [
    'a file that comes again, and one that has no id',
    [
      { type: 'file', id: 'f', mediaType: 'image/png', url: 'data:,1' },
      { type: 'file', mediaType: 'image/png', url: 'data:,2' },
      { type: 'file', id: 'f', mediaType: 'image/png', url: 'data:,3', name: 'three' },
      { type: 'file', mediaType: 'image/png', url: 'data:,2' },
    ],
    {
      parts: [
        { type: 'file', id: 'f', mediaType: 'image/png', url: 'data:,3', name: 'three' },
        { type: 'file', mediaType: 'image/png', url: 'data:,2' },
        { type: 'file', mediaType: 'image/png', url: 'data:,2' },
      ],
    },
  ],
  ['data', [{ type: 'data', name: 'n', data: [1] }], { parts: [{ type: 'data', name: 'n', data: [1] }] }],
  [
    'the last of two usages',
    [
      { type: 'usage', usage: { inputTokens: 1 } },
      { type: 'usage', usage: { inputTokens: 2 } },
    ],
    { usage: { inputTokens: 2 } },
  ],
  [
    'the last of two finish reasons',
    [
      { type: 'finish', reason: 'stop', rawReason: 'eos' },
      { type: 'finish', reason: 'length', rawReason: 'max_tokens' },
    ],
    { finishReason: 'length', rawFinishReason: 'max_tokens' },
  ],
  [
    'metadata that add to each other',
    [
      { type: 'metadata', model: 'm' },
      { type: 'metadata', metrics: { frames: 1, malformedFrames: 0, unknownFrames: 0 } },
    ],
    { model: 'm', metrics: { frames: 1, malformedFrames: 0, unknownFrames: 0 } },
  ],
  [
    'opaque values of a text, by provider and by key',
    [
      { type: 'text', text: 'a', providerMetadata: { p: { x: 1, y: 1 } } },
      text('b'),
      { type: 'text', text: 'c', providerMetadata: { p: { y: 2, z: [3] }, q: { x: 4 } } },
    ],
    { parts: [{ type: 'text', text: 'abc', providerMetadata: { p: { x: 1, y: 2, z: [3] }, q: { x: 4 } } }] },
  ],
  [
    'opaque values behind a thought, in a text without characters',
    [
      { type: 'reasoning', text: 'r' },
      { type: 'reasoning', text: '', providerMetadata: { p: { signature: 's' } } },
      text('a'),
    ],
    {
      parts: [
        { type: 'reasoning', text: 'r', providerMetadata: { p: { signature: 's' } } },
        { type: 'text', text: 'a' },
      ],
    },
  ],
  [
    'opaque values alone, as a part of their own',
    [text('a'), { type: 'reasoning', text: '', part: '1', providerMetadata: { p: { redacted: 's' } } }, text('b', '2')],
    {
      parts: [
        { type: 'text', text: 'a' },
        { type: 'reasoning', id: '1', text: '', providerMetadata: { p: { redacted: 's' } } },
        { type: 'text', id: '2', text: 'b' },
      ],
    },
  ],
  [
    'opaque values of the part that they name, not of the last',
    [text('a', '0'), text('b', '1'), { type: 'text', text: '', part: '0', providerMetadata: { p: { x: 1 } } }],
    {
      parts: [
        { type: 'text', id: '0', text: 'a', providerMetadata: { p: { x: 1 } } },
        { type: 'text', id: '1', text: 'b' },
      ],
    },
  ],
  [
    'texts without characters, which make no part',
    [text(''), text('', '0'), { type: 'reasoning', text: '' }, { type: 'refusal', text: '' }],
    {},
  ],
  [
    'a text without characters between two others',
    [text('a'), { type: 'reasoning', text: '' }, text('b')],
    { parts: [{ type: 'text', text: 'ab' }] },
  ],
  [
    'opaque values of a call, at its start, at its end and with its output',
    [
      { type: 'tool-call-start', id: 'a', name: 'f', providerMetadata: { p: { x: 1, y: 1 } } },
      { type: 'tool-call-end', id: 'a', providerMetadata: { p: { y: 2 } } },
      { type: 'tool-call-output', id: 'a', output: 1, providerMetadata: { q: { z: 3 } } },
    ],
    {
      parts: [
        {
          type: 'tool-call',
          id: 'a',
          name: 'f',
          inputText: '',
          input: {},
          state: 'output-available',
          output: 1,
          providerMetadata: { p: { x: 1, y: 2 }, q: { z: 3 } },
        },
      ],
    },
  ],
  [
    'opaque values of a file and of data; what replaces them brings its own',
    [
      { type: 'file', id: 'f', mediaType: 'image/png', providerMetadata: { p: { x: 1 } } },
      { type: 'data', id: 'd', name: 'n', data: 1, providerMetadata: { p: { x: 1 } } },
      { type: 'file', id: 'f', mediaType: 'image/png', url: 'data:,1', providerMetadata: { p: { y: 2 } } },
      { type: 'data', id: 'd', name: 'n', data: 2 },
    ],
    {
      parts: [
        { type: 'file', id: 'f', mediaType: 'image/png', url: 'data:,1', providerMetadata: { p: { y: 2 } } },
        { type: 'data', id: 'd', name: 'n', data: 2 },
      ],
    },
  ],
  [
    'data that come again, and a file of the same id',
    [
      { type: 'data', id: 'x', name: 'n', data: 1 },
      { type: 'file', id: 'x', mediaType: 'image/png' },
      { type: 'data', id: 'x', name: 'n', data: { a: 2 } },
    ],
    {
      parts: [
        { type: 'data', id: 'x', name: 'n', data: { a: 2 } },
        { type: 'file', id: 'x', mediaType: 'image/png' },
      ],
    },
  ],
  [
    'what tools have given, and that one has failed',
    [
      ...call('a', '{}'),
      { type: 'tool-call-end', id: 'a' },
      ...call('b', '{}'),
      { type: 'tool-call-end', id: 'b' },
      { type: 'tool-call-output', id: 'b', error: 'No way' },
      { type: 'tool-call-output', id: 'a', output: { sum: 3 } },
    ],
    {
      parts: [
        {
          type: 'tool-call',
          id: 'a',
          name: 'name-a',
          inputText: '{}',
          input: {},
          state: 'output-available',
          output: { sum: 3 },
        },
        {
          type: 'tool-call',
          id: 'b',
          name: 'name-b',
          inputText: '{}',
          input: {},
          state: 'error',
          error: 'No way',
        },
      ],
    },
  ],
  [
    'what a tool has given that nobody called',
    [text('a'), { type: 'tool-call-output', id: 'z', output: 1 }],
    { parts: [{ type: 'text', text: 'a' }] },
  ],
  [
    'an output that is nothing, and a last one in place of the first',
    [
      ...call('a'),
      { type: 'tool-call-output', id: 'a', output: 1 },
      { type: 'tool-call-output', id: 'a', output: null },
    ],
    {
      parts: [{ type: 'tool-call', id: 'a', name: 'name-a', inputText: '', state: 'output-available', output: null }],
    },
  ],
  [
    'arguments that end once more behind the output',
    [
      ...call('a', '{}'),
      { type: 'tool-call-end', id: 'a' },
      { type: 'tool-call-output', id: 'a', output: 1 },
      { type: 'tool-call-end', id: 'a' },
    ],
    {
      parts: [
        {
          type: 'tool-call',
          id: 'a',
          name: 'name-a',
          inputText: '{}',
          input: {},
          state: 'output-available',
          output: 1,
        },
      ],
    },
  ],
  [
    'a call that a person has to allow, told with its end and told later',
    [
      ...call('a', '{}'),
      { type: 'tool-call-end', id: 'a', approval: true },
      ...call('b', '{}'),
      { type: 'tool-call-end', id: 'b' },
      { type: 'tool-call-end', id: 'b', approval: true },
    ],
    {
      parts: ['a', 'b'].map((id) => ({
        type: 'tool-call' as const,
        id,
        name: `name-${id}`,
        inputText: '{}',
        input: {},
        state: 'awaiting-approval' as const,
      })),
    },
  ],
  [
    'arguments in plain text',
    [...call('a', 'SELECT 1'), { type: 'tool-call-end', id: 'a', input: 'SELECT 1' }],
    {
      parts: [
        {
          type: 'tool-call',
          id: 'a',
          name: 'name-a',
          inputText: 'SELECT 1',
          input: 'SELECT 1',
          state: 'input-available',
        },
      ],
    },
  ],
  ['the end', [text('a'), { type: 'end' }], { status: 'complete', parts: [{ type: 'text', text: 'a' }] }],
];

describe('applyDelta', () => {
  it('begins with an empty reply that streams', () => {
    expect(empty).to.deep.equal({ id: 'm', role: 'assistant', parts: [], status: 'streaming', createdAt: 1 });
  });

  it('gives every reply an id of its own', () => {
    expect(new Set(Array.from({ length: 100 }, () => newReply().id))).to.have.property('size', 100);
  });

  for (const [what, deltas, changes] of CASES) {
    it(`takes in ${what}`, () => {
      const { id, role, createdAt, ...members } = apply(deltas);
      expect({ id, role, createdAt }).to.deep.equal({ id: 'm', role: 'assistant', createdAt: 1 });
      expect(JSON.parse(JSON.stringify(members))).to.deep.equal({ ...blank, ...changes });
    });
  }

  /** [code, status with something in the message, status without] */
  const ERRORS: [ErrorCode, Message['status'], Message['status']][] = [
    ['interrupted', 'interrupted', 'interrupted'],
    // These break off what had begun well; before that nothing has begun.
    ['stalled', 'interrupted', 'error'],
    ['network', 'interrupted', 'error'],
    ['timeout', 'error', 'error'],
    ['provider', 'error', 'error'],
    ['server', 'error', 'error'],
    ['too-large', 'error', 'error'],
    ['internal', 'error', 'error'],
  ];
  for (const [code, status, bare] of ERRORS) {
    it(`takes ${code} for ${status} where something has arrived, else for ${bare}, and keeps what has`, () => {
      const error = failure(code);
      const begun = [text('a'), ...call('c', '{')];
      const { parts } = apply(begun);
      expect(apply([...begun, { type: 'error', error }])).to.deep.include({ status, error, parts });
      expect(apply([{ type: 'error', error }])).to.deep.include({ status: bare, error, parts: [] });
      expect(
        apply([
          { type: 'reasoning', text: 'r' },
          { type: 'error', error },
        ]),
      ).to.include({ status });
    });
  }

  it('marks a call whose arguments do not parse, and keeps them as text', () => {
    const [part] = apply([...call('a', '{"x":'), { type: 'tool-call-end', id: 'a' }]).parts;
    expect(part).to.include({ inputText: '{"x":', state: 'error' }).and.not.to.have.property('input');
    expect(part).to.have.property('error').that.includes('expected JSON');
  });

  it('changes no message that it was given', () => {
    const before = apply([text('a', '0'), ...call('b', '{')]);
    const copy = structuredClone(before);
    apply(
      [text('x', '0'), { type: 'tool-call-input', id: 'b', text: '}' }, { type: 'tool-call-end', id: 'b' }],
      before,
    );
    expect(before).to.deep.equal(copy);
  });

  it('keeps the identity of parts that did not change', () => {
    const before = apply([text('a', '0'), text('b', '1'), ...call('c')]);
    const after = apply([text('x', '1')], before);
    expect(after.parts[0]).to.equal(before.parts[0]);
    expect(after.parts[1]).not.to.equal(before.parts[1]);
    expect(after.parts[2]).to.equal(before.parts[2]);
    expect(apply([{ type: 'usage', usage: {} }], before).parts).to.equal(before.parts);
  });

  it('lets hostile keys in arguments pollute nothing', () => {
    const input = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    apply([...call('a', input), { type: 'tool-call-end', id: 'a' }]);
    expect({}).not.to.have.property('polluted');
  });

  it('lets hostile names of providers pollute nothing', () => {
    const providerMetadata = JSON.parse('{"__proto__":{"polluted":1},"p":{"__proto__":{"polluted":1}}}') as never;
    const [part] = apply([
      { type: 'text', text: 'a', providerMetadata },
      { type: 'text', text: 'b', providerMetadata },
    ]).parts;
    expect({}).not.to.have.property('polluted');
    expect(part).not.to.have.property('polluted');
    expect(part!.providerMetadata!['p']).not.to.have.property('polluted');
  });

  it('takes arguments nested ten thousand deep', () => {
    const input = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const [part] = apply([...call('a', input), { type: 'tool-call-end', id: 'a' }]).parts;
    expect(part).to.have.property('state').that.is.oneOf(['input-available', 'error']);
  });
});
