import { expect } from 'chai';
import type { MessagePart } from '../../src/model/index.js';
import { gemini } from '../../src/protocols/index.js';
import { bodyOf, decode, frameOf, messageOf, textPart } from '../helpers/decode.js';
import { FOREIGN_FRAMES } from '../helpers/first-frames.js';

const chunk = (parts: unknown[], rest: Record<string, unknown> = {}) => ({
  candidates: [{ content: { parts, role: 'model' }, index: 0, ...rest }],
});
const say = (text: string, more = {}) => chunk([{ text, ...more }]);
const stop = chunk([{ text: '' }], { finishReason: 'STOP' });
const signed = (thoughtSignature: string) => ({ providerMetadata: { gemini: { thoughtSignature } } });
const call = (id: string, name: string, inputText: string): MessagePart => ({
  type: 'tool-call',
  id,
  name,
  inputText,
  input: JSON.parse(inputText) as unknown,
  state: 'input-available',
});
const text = (id: string, words: string): MessagePart => ({ type: 'text', text: words, id });
const source = (url: string, title?: string): MessagePart => ({ type: 'source', url, ...(title && { title }) });

/** [what, frames, parts] of replies that come to their end. */
const REPLIES: [string, unknown[], MessagePart[]][] = [
  ['text', [say('a'), say('b'), stop], [text('1', 'ab')]],
  ['several parts of a chunk', [chunk([{ text: 'a' }, { text: 'b' }]), stop], [text('1', 'ab')]],
  [
    'a chunk without parts',
    [say('a'), chunk([]), { candidates: [{ content: { role: 'model' } }] }, stop],
    [text('1', 'a')],
  ],
  ['chunks in one array', [[say('a'), say('b'), stop]], [text('1', 'ab')]],
  [
    'the first of several candidates',
    [{ candidates: [{ index: 1, content: { parts: [{ text: 'b' }] } }] }, say('a'), stop],
    [text('1', 'a')],
  ],
  [
    'a whole answer',
    [{ data: JSON.stringify(chunk([{ text: 'a' }], { finishReason: 'STOP' })), framing: 'json' }],
    [text('1', 'a')],
  ],
  ['an empty content instead of an answer', [{ candidates: [{ content: {}, index: 0 }], promptFeedback: {} }], []],
  [
    'thoughts',
    [say('r', { thought: true }), say('s', { thought: true }), say('a'), stop],
    [{ type: 'reasoning', text: 'rs', id: '1' }, text('2', 'a')],
  ],
  [
    'signatures on the parts they came with, which are not joined with others',
    [
      say('r', { thought: true, thoughtSignature: 'R' }),
      say('a'),
      say('b', { thoughtSignature: 'B' }),
      say('c'),
      say('', { thoughtSignature: 'E' }),
      stop,
    ],
    [
      { type: 'reasoning', text: 'r', id: '1', ...signed('R') },
      text('2', 'a'),
      { type: 'text', text: 'b', id: '3', ...signed('B') },
      text('4', 'c'),
      { type: 'text', text: '', id: '5', ...signed('E') },
    ],
  ],
  [
    'a signature alone',
    [chunk([{ thoughtSignature: 'S' }]), stop],
    [{ type: 'text', text: '', id: '1', ...signed('S') }],
  ],
  ['a call', [chunk([{ functionCall: { name: 'add', args: { x: 1 } } }]), stop], [call('call-0', 'add', '{"x":1}')]],
  ['a call without arguments', [chunk([{ functionCall: { name: 'now' } }]), stop], [call('call-0', 'now', '{}')]],
  [
    'calls side by side, signed, with an id of their own',
    [
      chunk([
        { functionCall: { id: 'i', name: 'add', args: {} }, thoughtSignature: 'S' },
        { functionCall: { name: 'sub', args: {} } },
      ]),
      stop,
    ],
    [
      { ...call('i', 'add', '{}'), providerMetadata: { gemini: { id: 'i', thoughtSignature: 'S' } } },
      call('call-0', 'sub', '{}'),
    ],
  ],
  [
    'a call in pieces',
    [
      chunk([{ functionCall: { name: 'add', willContinue: true } }]),
      chunk([
        {
          functionCall: {
            partialArgs: [{ jsonPath: '$.city', stringValue: 'Bos', willContinue: true }],
            willContinue: true,
          },
        },
      ]),
      chunk([
        {
          functionCall: {
            partialArgs: [
              { jsonPath: '$.city', stringValue: 'ton' },
              { jsonPath: '$.days', numberValue: 2 },
            ],
            willContinue: true,
          },
        },
      ]),
      chunk([{ functionCall: {}, thoughtSignature: 'late' }]),
      stop,
    ],
    [{ ...call('call-0', 'add', '{"city":"Boston","days":2}'), ...signed('late') }],
  ],
  [
    'a call in pieces that only the next one ends',
    [
      chunk([
        { functionCall: { name: 'add', partialArgs: [{ jsonPath: '$.x', boolValue: true }], willContinue: true } },
      ]),
      chunk([{ functionCall: { name: 'sub', args: {} } }]),
      chunk([{ functionCall: {} }]),
      stop,
    ],
    [call('call-0', 'add', '{"x":true}'), call('call-1', 'sub', '{}')],
  ],
  [
    'text around a call and around sources',
    [
      say('a'),
      chunk([{ functionCall: { name: 'now', args: {} } }]),
      chunk([{ text: 'b' }], { citationMetadata: { citations: [{ uri: 'https://a.example/' }] } }),
      say('c'),
      stop,
    ],
    [text('1', 'a'), call('call-0', 'now', '{}'), text('2', 'bc'), source('https://a.example/')],
  ],
  [
    'an image, which takes the place of its sketch',
    [
      chunk([{ inlineData: { mimeType: 'image/png', data: 'AA==' }, thought: true }]),
      chunk([{ inlineData: { mimeType: 'image/png', data: 'BB==' }, thoughtSignature: 'S' }]),
      chunk([{ fileData: { mimeType: 'video/mp4', fileUri: 'https://f.example/' } }, { inlineData: {} }]),
      stop,
    ],
    [
      { type: 'file', id: 'file-0', mediaType: 'image/png', url: 'data:image/png;base64,BB==', ...signed('S') },
      { type: 'file', id: 'file-1', mediaType: 'video/mp4', url: 'https://f.example/' },
    ],
  ],
  [
    'code that was run, and other kinds of parts, as data',
    [
      chunk([
        { executableCode: { language: 'PYTHON', code: 'x' } },
        { codeExecutionResult: { output: '1' } },
        { thoughtSignature: 'S', toolCall: { id: 't' } },
      ]),
      stop,
    ],
    [
      {
        type: 'data',
        name: 'executableCode',
        data: { language: 'PYTHON', code: 'x' },
        providerMetadata: { gemini: {} },
      },
      { type: 'data', name: 'codeExecutionResult', data: { output: '1' }, providerMetadata: { gemini: {} } },
      { type: 'data', name: 'toolCall', data: { id: 't' }, ...signed('S') },
    ],
  ],
  [
    'sources of every kind, each once',
    [
      chunk([], {
        citationMetadata: {
          citations: [{ uri: 'https://a.example/', title: 'A' }, { uri: '' }, { title: 'no address' }],
        },
      }),
      chunk([], { citationMetadata: { citationSources: [{ uri: 'https://b.example/' }] } }),
      chunk([], {
        groundingMetadata: {
          groundingChunks: [
            { web: { uri: 'https://a.example/' } },
            { web: { uri: 'https://c.example/', title: 'C' } },
            { maps: { uri: 'https://d.example/' } },
            { image: { sourceUri: 'https://e.example/', imageUri: 'https://e.example/i' } },
          ],
        },
        urlContextMetadata: {
          urlMetadata: [
            { retrievedUrl: 'https://f.example/', urlRetrievalStatus: 'URL_RETRIEVAL_STATUS_SUCCESS' },
            { retrievedUrl: 'https://g.example/', urlRetrievalStatus: 'URL_RETRIEVAL_STATUS_ERROR' },
          ],
        },
      }),
      stop,
    ],
    [
      source('https://a.example/', 'A'),
      source('https://b.example/'),
      source('https://c.example/', 'C'),
      source('https://d.example/'),
      source('https://e.example/'),
      source('https://f.example/'),
    ],
  ],
  [
    'a source without an address once, as data',
    [1, 2].map(() =>
      chunk([], {
        groundingMetadata: { groundingChunks: [{ retrievedContext: { text: 't' } }] },
        finishReason: 'STOP',
      }),
    ),
    [{ type: 'data', name: 'retrievedContext', data: { text: 't' } }],
  ],
  [
    'suggestions of searches once, as data',
    [1, 2].map(() =>
      chunk([], { groundingMetadata: { searchEntryPoint: { renderedContent: '<b>' } }, finishReason: 'STOP' }),
    ),
    [{ type: 'data', name: 'searchEntryPoint', data: { renderedContent: '<b>' } }],
  ],
];

/** [what, frames, members of the message] */
const ENDS: [string, unknown[], Record<string, unknown>][] = [
  ['no finish reason', [say('a')], { status: 'interrupted' }],
  ['an empty content behind a text', [say('a'), { candidates: [{ content: {} }] }], { status: 'interrupted' }],
  ['a finish reason', [stop], { status: 'complete', finishReason: 'stop', rawFinishReason: 'STOP' }],
  ['an unknown finish reason', [chunk([], { finishReason: 'NEW' })], { finishReason: 'other', rawFinishReason: 'NEW' }],
  [
    'a prompt that was refused',
    [{ promptFeedback: { blockReason: 'SAFETY' } }],
    { status: 'complete', finishReason: 'content-filter', rawFinishReason: 'blocked:SAFETY' },
  ],
];

const failure = { code: 429, message: 'Slow down', status: 'RESOURCE_EXHAUSTED' };
/** [what, frames] that all fail alike. */
const FAILURES: [string, unknown[]][] = [
  ['an error object', [{ error: failure }]],
  ['an error in an array', [[{ error: failure }]]],
  ['an error behind text', [say('a'), stop, { error: failure }]],
  ['an error in a chunk', [{ ...say('a'), error: failure }]],
  ['an error between the events', [say('a'), { data: '', stray: JSON.stringify({ error: failure }, undefined, 2) }]],
  ['an array of errors between the events', [{ data: '', stray: JSON.stringify([{ error: failure }]) }]],
];

describe('gemini', () => {
  for (const [what, frames, parts] of REPLIES) {
    it(`reads ${what}`, () => {
      const { message, malformedFrames, unknownFrames } = decode(gemini, frames);
      expect(message.parts).to.deep.equal(parts);
      expect({ status: message.status, malformedFrames, unknownFrames }).to.deep.equal({
        status: 'complete',
        malformedFrames: 0,
        unknownFrames: 0,
      });
    });
  }

  for (const [what, frames, members] of ENDS) {
    it(`ends with ${what}`, () => {
      const { message } = decode(gemini, frames);
      for (const [name, value] of Object.entries(members)) expect(message, name).to.have.property(name, value);
    });
  }

  it('tells a finish reason that every chunk repeats once', () => {
    const { deltas } = decode(gemini, [stop, stop, chunk([], { finishReason: 'RECITATION' })]);
    expect(
      deltas.filter(({ type }) => type === 'finish').map((delta) => 'rawReason' in delta && delta.rawReason),
    ).to.deep.equal(['STOP', 'RECITATION']);
  });

  it('tells it again where more has come', () => {
    const ended = (words: string) => chunk([{ text: words }], { finishReason: 'STOP', finishMessage: 'Why' });
    const { deltas } = decode(gemini, [ended('a'), ended('b')]);
    const told = deltas.map(({ type }) => type).filter((type) => type !== 'usage' && type !== 'metadata');
    expect(told).to.deep.equal(['text', 'finish', 'data', 'text', 'finish', 'end']);
  });

  it('keeps what the endpoint says about the end as data', () => {
    const blocked = { promptFeedback: { blockReason: 'OTHER', blockReasonMessage: 'Why' } };
    expect(decode(gemini, [blocked]).message.parts).to.deep.equal([
      { type: 'data', name: 'finishMessage', data: 'Why' },
    ]);
    const ended = chunk([], { finishReason: 'SAFETY', finishMessage: 'Why' });
    expect(decode(gemini, [ended]).message.parts).to.deep.equal([{ type: 'data', name: 'finishMessage', data: 'Why' }]);
  });

  for (const [what, frames] of FAILURES) {
    it(`fails with ${what}`, () => {
      expect(decode(gemini, frames).message).to.have.property('status', 'error');
      expect(decode(gemini, frames).message.error).to.include({ code: 'provider', detail: 'Slow down', status: 429 });
    });
  }

  it('counts thoughts and tools in the usage, and knows the model', () => {
    const { message } = decode(gemini, [
      {
        ...stop,
        modelVersion: 'm',
        usageMetadata: {
          promptTokenCount: 1,
          toolUsePromptTokenCount: 2,
          candidatesTokenCount: 3,
          thoughtsTokenCount: 4,
          totalTokenCount: 10,
          cachedContentTokenCount: 5,
        },
      },
      { usageMetadata: { trafficType: 'ON_DEMAND' } },
    ]);
    expect(message.usage).to.deep.equal({
      inputTokens: 3,
      outputTokens: 7,
      totalTokens: 10,
      reasoningTokens: 4,
      cachedInputTokens: 5,
    });
    expect(message.model).to.equal('m');
  });

  it('counts what it does not know, and takes hostile JSON', () => {
    const { message, malformedFrames, unknownFrames } = decode(gemini, [
      '{',
      '{"x":1}',
      '{"__proto__":{"polluted":1},"candidates":[null,5,{"content":{"parts":[null,{"__proto__":{"polluted":1}},{"text":5},{"functionCall":7},{"inlineData":[]}]},"groundingMetadata":{"groundingChunks":[null,[],{"web":1}]},"citationMetadata":[],"finishReason":{}}],"usageMetadata":[]}',
      stop,
    ]);
    expect({ malformedFrames, unknownFrames, status: message.status }).to.deep.equal({
      malformedFrames: 1,
      unknownFrames: 1,
      status: 'complete',
    });
    expect({}).not.to.have.property('polluted');
  });

  it('knows its own frames and no others', () => {
    const known: unknown[] = [
      say('a'),
      [say('a')],
      { promptFeedback: {} },
      { usageMetadata: {} },
      { error: failure },
      { data: '', stray: JSON.stringify({ error: failure }) },
    ];
    for (const value of known)
      expect(gemini.matches(new Headers(), frameOf(value)), JSON.stringify(value)).to.equal(true);
    for (const [name, frame] of Object.entries(FOREIGN_FRAMES)) {
      expect(gemini.matches(new Headers(), frame), name).to.equal(name === 'gemini');
    }
  });

  describe('request', () => {
    const hello = messageOf('user', textPart('Hello'));

    /** [endpoint, where it is sent] */
    const URLS: [string, string][] = [
      ['https://h/v1beta/models/m:streamGenerateContent', 'https://h/v1beta/models/m:streamGenerateContent?alt=sse'],
      ['/m:streamGenerateContent?key=k', '/m:streamGenerateContent?alt=sse&key=k'],
      ['/m:streamGenerateContent?key=k&alt=json', '/m:streamGenerateContent?key=k&alt=json'],
      ['/m:streamGenerateContent#x', '/m:streamGenerateContent?alt=sse#x'],
      ['/proxy', '/proxy'],
    ];
    for (const [endpoint, url] of URLS) {
      it(`goes to ${url}`, () => expect(gemini.request([hello], { endpoint })).to.include({ url, method: 'POST' }));
    }

    it('has instructions, contents, and the params last', () => {
      const params = { generationConfig: { temperature: 0 } };
      expect(
        bodyOf(gemini, [messageOf('system', textPart('Be short')), hello], { system: 'Be kind', model: 'm', params }),
      ).to.deep.equal({
        systemInstruction: { parts: [{ text: 'Be kind' }, { text: 'Be short' }] },
        contents: [{ role: 'user', parts: [{ text: 'Hello' }] }],
        ...params,
      });
      expect(bodyOf(gemini, [hello])).to.have.all.keys('contents');
    });

    const image: MessagePart = { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' };
    const link: MessagePart = { type: 'file', mediaType: 'application/pdf', url: 'https://f.example/' };
    /** [what, message, contents] */
    const WIRE: [string, ReturnType<typeof messageOf>, unknown[]][] = [
      [
        'files',
        messageOf('user', textPart('a'), image, link),
        [
          {
            role: 'user',
            parts: [
              { text: 'a' },
              { inlineData: { mimeType: 'image/png', data: 'AA==' } },
              { fileData: { mimeType: 'application/pdf', fileUri: 'https://f.example/' } },
            ],
          },
        ],
      ],
      [
        'the text of an answer, without sources, thoughts and data of others',
        messageOf('assistant', { type: 'reasoning', text: 'r' }, textPart('a'), source('https://a.example/'), {
          type: 'data',
          name: 'x',
          data: 1,
        }),
        [{ role: 'model', parts: [{ text: 'a' }] }],
      ],
      [
        'nothing of an answer that says nothing',
        messageOf('assistant', { type: 'reasoning', text: 'r' }, textPart('')),
        [],
      ],
      [
        'a refusal',
        messageOf('assistant', { type: 'refusal', text: 'No' }),
        [{ role: 'model', parts: [{ text: 'No' }] }],
      ],
      [
        'no call that nothing answered',
        messageOf('assistant', textPart('a'), call('i', 'add', '{}')),
        [{ role: 'model', parts: [{ text: 'a' }] }],
      ],
      [
        'calls with their results, and what was said after them',
        messageOf(
          'assistant',
          { ...call('i', 'add', '{"x":1}'), output: { sum: 1 } } as MessagePart,
          { ...call('j', 'sub', '{}'), output: 'none', providerMetadata: { gemini: { id: 'j' } } } as MessagePart,
          textPart('b'),
        ),
        [
          {
            role: 'model',
            parts: [
              { functionCall: { name: 'add', args: { x: 1 } } },
              { functionCall: { id: 'j', name: 'sub', args: {} } },
            ],
          },
          {
            role: 'user',
            parts: [
              { functionResponse: { name: 'add', response: { sum: 1 } } },
              { functionResponse: { id: 'j', name: 'sub', response: { output: 'none' } } },
            ],
          },
          { role: 'model', parts: [{ text: 'b' }] },
        ],
      ],
    ];
    for (const [what, message, contents] of WIRE) {
      it(`carries ${what}`, () => expect(bodyOf(gemini, [message])['contents']).to.deep.equal(contents));
    }

    it('gives every opaque value back in the part it came with', () => {
      const parts = [
        { text: 'r', thought: true, thoughtSignature: 'R+/=' },
        { text: 'a' },
        { text: 'b', thoughtSignature: 'B' },
        { executableCode: { code: 'x' }, thoughtSignature: 'X' },
        { toolResponse: { id: 't' }, thoughtSignature: 'T' },
        { inlineData: { mimeType: 'image/png', data: 'AA==' }, thoughtSignature: 'I' },
        { functionCall: { id: 'c', name: 'add', args: { x: 1 } }, thoughtSignature: 'F' },
        { text: '', thoughtSignature: 'E' },
      ];
      const { message } = decode(gemini, [...parts.map((part) => chunk([part])), stop]);
      const answered = {
        ...message,
        parts: message.parts.map((part) => (part.type === 'tool-call' ? { ...part, output: {} } : part)),
      };
      const contents = bodyOf(gemini, [answered])['contents'] as { role: string; parts: unknown[] }[];
      expect(contents.filter(({ role }) => role === 'model').flatMap((content) => content.parts)).to.deep.equal(parts);
    });
  });
});
