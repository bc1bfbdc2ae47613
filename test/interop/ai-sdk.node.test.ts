// Routes as the AI SDK's documentation writes them, with its own mock model, over real HTTP: what we send is what they
// take, what they write is what we read.

import {
  convertToModelMessages,
  createUIMessageStream,
  jsonSchema,
  pipeUIMessageStreamToResponse,
  simulateReadableStream,
  stepCountIs,
  streamText,
  tool,
  validateUIMessages,
  type ModelMessage,
  type UIMessage,
} from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { expect } from 'chai';
import { createChat, type Message } from '../../src/chat/index.js';
import { serveRoutes, type LocalServer, type Route } from '../helpers/local-server.js';

type Reply = Awaited<ReturnType<MockLanguageModelV3['doStream']>>;
type Part = Reply['stream'] extends ReadableStream<infer P> ? P : never;

const SIGNATURE = 'EqMBCkYIBxgCKkA+/=';
const signed = { providerMetadata: { anthropic: { signature: SIGNATURE } } };
const finish = (unified: 'stop' | 'tool-calls'): Part => ({
  type: 'finish',
  finishReason: { unified, raw: unified },
  usage: {
    inputTokens: { total: 3, noCache: 3, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 4, text: 4, reasoning: 0 },
  },
});
const say = (...pieces: string[]): Part[] => [
  { type: 'text-start', id: '0' },
  ...pieces.map((delta): Part => ({ type: 'text-delta', id: '0', delta })),
  { type: 'text-end', id: '0' },
];

/** A model that gives these replies, one a call. */
function modelOf(...replies: Part[][]): MockLanguageModelV3 {
  return new MockLanguageModelV3({
    modelId: 'mock-1',
    doStream: replies.map((chunks) => ({
      stream: simulateReadableStream({ chunks, initialDelayInMs: null, chunkDelayInMs: null }),
    })),
  });
}

const HELLO = [...say('Hel', 'lo'), finish('stop')];
const WEATHER: Part[][] = [
  [
    { type: 'reasoning-start', id: '0' },
    { type: 'reasoning-delta', id: '0', delta: 'A tool.' },
    { type: 'reasoning-end', id: '0', ...signed },
    ...say('Let me look. '),
    { type: 'tool-input-start', id: 'call-1', toolName: 'weather' },
    { type: 'tool-input-delta', id: 'call-1', delta: '{"town"' },
    { type: 'tool-input-delta', id: 'call-1', delta: ':"Kyoto"}' },
    { type: 'tool-input-end', id: 'call-1' },
    { type: 'tool-call', toolCallId: 'call-1', toolName: 'weather', input: '{"town":"Kyoto"}', ...signed },
    finish('tool-calls'),
  ],
  [
    { type: 'source', sourceType: 'url', id: 's', url: 'https://a.example/', title: 'A' },
    { type: 'file', mediaType: 'image/png', data: 'AA==' },
    ...say('21 degrees.'),
    finish('stop'),
  ],
];

const weather = tool({
  inputSchema: jsonSchema<{ town: string }>({
    type: 'object',
    properties: { town: { type: 'string' } },
    required: ['town'],
  }),
  execute: ({ town }) => ({ town, degrees: 21 }),
});

describe('AI SDK', () => {
  let server: LocalServer;
  let model: MockLanguageModelV3;
  /** What the routes were sent last. */
  let sent: { id?: unknown; trigger?: unknown; messages: UIMessage[] };
  let asked: ModelMessage[];

  /** The documentation's route, with every optional thing in its stream. */
  const chatRoute: Route = async (body, response) => {
    sent = body as unknown as typeof sent;
    const messages = await validateUIMessages({ messages: sent.messages, tools: { weather } as never });
    asked = await convertToModelMessages(messages);
    const result = streamText({
      model,
      messages: asked,
      tools: { weather },
      stopWhen: stepCountIs(3),
      allowSystemInMessages: true,
      // By default it writes to the console.
      onError: () => {},
    });
    await result.pipeUIMessageStreamToResponse(response, {
      sendSources: true,
      messageMetadata: ({ part }) =>
        part.type === 'start'
          ? { model: 'mock-1' }
          : part.type === 'finish'
            ? { totalUsage: part.totalUsage }
            : undefined,
      onError: (error) => (error instanceof Error ? error.message : String(error)),
    });
  };
  const textRoute: Route = async ({ messages }, response) => {
    const prompt = await convertToModelMessages(messages as UIMessage[]);
    await streamText({ model, messages: prompt }).pipeTextStreamToResponse(response);
  };
  const writtenRoute: Route = async (_body, response) => {
    const stream = createUIMessageStream({
      onError: (error) => (error as Error).message,
      execute({ writer }) {
        writer.write({ type: 'data-weather', id: '1', data: { loading: true } });
        writer.write({ type: 'data-weather', id: '1', data: { degrees: 21 } });
        writer.write({ type: 'data-notice', data: 'Reading', transient: true });
        throw new Error('No weather today');
      },
    });
    await pipeUIMessageStreamToResponse({ response, stream });
  };

  before(async () => {
    server = await serveRoutes({ '/api/chat': chatRoute, '/text': textRoute, '/written': writtenRoute });
  });
  after(() => server.close());

  const chatWith = (path = '/api/chat', protocol = 'auto') =>
    createChat({ endpoint: `${server.url}${path}`, protocol, retry: 0 });
  /** Without what only goes back. */
  const partsOf = ({ parts }: Message) =>
    parts.map((part) =>
      Object.fromEntries(Object.entries(part).filter(([key]) => !/^(?:id|providerMetadata)$/.test(key))),
    );

  it('is asked as its own transport asks, and read', async () => {
    model = modelOf(HELLO);
    const chat = chatWith();
    const reply = await chat.send('Hello?');
    expect(reply.error).to.equal(undefined);
    expect(reply).to.include({ status: 'complete', finishReason: 'stop', rawFinishReason: 'stop', model: 'mock-1' });
    expect(partsOf(reply)).to.deep.equal([{ type: 'text', text: 'Hello' }]);
    expect(reply.usage).to.include({ inputTokens: 3, outputTokens: 4, totalTokens: 7 });
    expect(reply.metrics).to.include({ malformedFrames: 0, unknownFrames: 0 });
    const [question] = chat.messages;
    expect(sent).to.deep.equal({
      id: question!.id,
      trigger: 'submit-message',
      messages: [{ id: question!.id, role: 'user', parts: [{ type: 'text', text: 'Hello?' }] }],
    });
  });

  it('runs its tools between two steps, and takes them back with all that is opaque', async () => {
    model = modelOf(...WEATHER, HELLO);
    const chat = chatWith();
    const reply = await chat.send('What is the weather in Kyoto?');
    expect(reply.error).to.equal(undefined);
    expect(partsOf(reply)).to.deep.equal([
      { type: 'reasoning', text: 'A tool.' },
      { type: 'text', text: 'Let me look. ' },
      {
        type: 'tool-call',
        name: 'weather',
        inputText: '{"town":"Kyoto"}',
        input: { town: 'Kyoto' },
        state: 'output-available',
        output: { town: 'Kyoto', degrees: 21 },
      },
      { type: 'source', url: 'https://a.example/', title: 'A' },
      { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' },
      { type: 'text', text: '21 degrees.' },
    ]);

    const again = await chat.send('Thanks');
    expect(again.error).to.equal(undefined);
    const providerOptions = { anthropic: { signature: SIGNATURE } };
    const output = { type: 'json', value: { town: 'Kyoto', degrees: 21 } };
    expect(JSON.parse(JSON.stringify(asked))).to.deep.equal([
      { role: 'user', content: [{ type: 'text', text: 'What is the weather in Kyoto?' }] },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'A tool.', providerOptions },
          { type: 'text', text: 'Let me look. ' },
          { type: 'tool-call', toolCallId: 'call-1', toolName: 'weather', input: { town: 'Kyoto' }, providerOptions },
        ],
      },
      {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId: 'call-1', toolName: 'weather', output, providerOptions }],
      },
      {
        role: 'assistant',
        content: [
          { type: 'file', mediaType: 'image/png', data: 'data:image/png;base64,AA==' },
          { type: 'text', text: '21 degrees.' },
        ],
      },
      { role: 'user', content: [{ type: 'text', text: 'Thanks' }] },
    ]);
  });

  it('shows a call that its route refuses, and goes on', async () => {
    const input = '{"city":5}';
    model = modelOf(
      [
        { type: 'tool-input-start', id: 'call-1', toolName: 'moon' },
        { type: 'tool-input-delta', id: 'call-1', delta: input },
        { type: 'tool-input-end', id: 'call-1' },
        { type: 'tool-call', toolCallId: 'call-1', toolName: 'moon', input },
        finish('tool-calls'),
      ],
      HELLO,
      HELLO,
    );
    const chat = chatWith();
    const reply = await chat.send('Is it full?');
    const [call] = reply.parts;
    expect(call).to.include({ type: 'tool-call', name: 'moon', inputText: input, state: 'error' });
    expect(call).to.have.property('error').that.includes('moon');
    expect(reply.status).to.equal('complete');

    expect((await chat.send('Thanks')).status).to.equal('complete');
    expect(asked.map(({ role }) => role)).to.deep.equal(['user', 'assistant', 'tool', 'assistant', 'user']);
  });

  it('is heard when its model fails', async () => {
    model = new MockLanguageModelV3({
      doStream: {
        stream: simulateReadableStream({
          chunks: [...say('Hel'), { type: 'error', error: new Error('Overloaded') }, finish('stop')],
          chunkDelayInMs: null,
        }),
      },
    });
    const reply = await chatWith().send('Hello?');
    expect(reply.status).to.equal('error');
    expect(reply.error).to.include({ code: 'provider', detail: 'Overloaded' });
    expect(partsOf(reply)).to.deep.equal([{ type: 'text', text: 'Hel' }]);
  });

  it('writes data of its own, the newest under each id, and fails in mid stream', async () => {
    const reply = await chatWith('/written', 'ui-message-stream').send('Hello?');
    expect(partsOf(reply)).to.deep.equal([
      { type: 'data', name: 'weather', data: { degrees: 21 } },
      { type: 'data', name: 'notice', data: 'Reading' },
    ]);
    expect(reply.error).to.include({ code: 'provider', detail: 'No weather today' });
  });

  it('answers in a text stream, whatever it was asked for', async () => {
    model = modelOf([...say('# Hel', 'lo\n\n', '0: 1'), finish('stop')]);
    const reply = await chatWith('/text', 'ui-message-stream').send('Hello?');
    expect(reply.error).to.equal(undefined);
    expect(reply.status).to.equal('complete');
    expect(partsOf(reply)).to.deep.equal([{ type: 'text', text: '# Hello\n\n0: 1' }]);
  });

  it('is told of every kind of message that a conversation holds', async () => {
    model = modelOf(HELLO);
    const chat = chatWith();
    const base = { status: 'complete', createdAt: 0 } as const;
    chat.messages = [
      {
        ...base,
        id: '1',
        role: 'user',
        parts: [
          { type: 'text', text: 'See' },
          { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==', name: 'a.png' },
        ],
      },
      { ...base, id: '2', role: 'assistant', status: 'error', parts: [] },
      {
        ...base,
        id: '3',
        role: 'assistant',
        parts: [
          { type: 'refusal', text: 'No' },
          { type: 'tool-call', id: 'a', name: 'old', inputText: '{', state: 'error', error: 'expected JSON' },
          { type: 'tool-call', id: 'b', name: 'open', inputText: '{}', input: {}, state: 'input-available' },
          { type: 'source', url: 'https://a.example/' },
          { type: 'data', name: 'x', data: 1 },
        ],
      },
    ];
    chat.options = { ...chat.options, system: 'Be kind' };
    const reply = await chat.send('Hello?');
    expect(reply.error).to.equal(undefined);
    expect(asked.map(({ role }) => role)).to.deep.equal(['system', 'user', 'assistant', 'tool', 'user']);
  });
});
