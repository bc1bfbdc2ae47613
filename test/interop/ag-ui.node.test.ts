// An agent's endpoint as AG-UI's documentation writes one, with its own encoder and its own schemas, over real HTTP.

import { EventType, type BaseEvent } from '@ag-ui/core';
import { EventSchemas, RunAgentInputSchema } from '@ag-ui/core/schemas';
import { EventEncoder } from '@ag-ui/encoder';
import { expect } from 'chai';
import { createChat, type Message } from '../../src/chat/index.js';
import { serveRoutes, type LocalServer, type Route } from '../helpers/local-server.js';

type Input = ReturnType<typeof RunAgentInputSchema.parse>;

const VALUE = 'EqMBCkYIBxgCKkA+/=';

/** What the agent says in a run. */
type Agent = (input: Input) => Iterable<BaseEvent>;

function* say(messageId: string, ...pieces: string[]): Iterable<BaseEvent> {
  yield { type: EventType.TEXT_MESSAGE_START, messageId, role: 'assistant' };
  for (const delta of pieces) yield { type: EventType.TEXT_MESSAGE_CONTENT, messageId, delta };
  yield { type: EventType.TEXT_MESSAGE_END, messageId };
}

function* look({ messages }: Input): Iterable<BaseEvent> {
  yield { type: EventType.STEP_STARTED, stepName: 'look' };
  yield { type: EventType.REASONING_START, messageId: 'r1' };
  yield { type: EventType.REASONING_MESSAGE_START, messageId: 'r1', role: 'reasoning' };
  yield { type: EventType.REASONING_MESSAGE_CONTENT, messageId: 'r1', delta: 'A tool.' };
  yield { type: EventType.REASONING_MESSAGE_END, messageId: 'r1' };
  yield { type: EventType.REASONING_END, messageId: 'r1' };
  yield { type: EventType.REASONING_ENCRYPTED_VALUE, subtype: 'message', entityId: 'r1', encryptedValue: VALUE };
  yield* say('m1', 'Let me ', 'look. ');
  yield { type: EventType.TOOL_CALL_START, toolCallId: 'c1', toolCallName: 'weather', parentMessageId: 'm1' };
  yield { type: EventType.TOOL_CALL_ARGS, toolCallId: 'c1', delta: '{"town":' };
  yield { type: EventType.TOOL_CALL_ARGS, toolCallId: 'c1', delta: '"Kyoto"}' };
  yield { type: EventType.TOOL_CALL_END, toolCallId: 'c1' };
  yield {
    type: EventType.TOOL_CALL_RESULT,
    messageId: 't1',
    toolCallId: 'c1',
    content: '{"degrees":21}',
    role: 'tool',
  };
  yield { type: EventType.STATE_SNAPSHOT, snapshot: { town: 'Kyoto' } };
  yield { type: EventType.STATE_DELTA, delta: [{ op: 'add', path: '/degrees', value: 21 }] };
  yield { type: EventType.CUSTOM, name: 'mood', value: 'sunny' };
  yield { type: EventType.RAW, event: { anything: 1 } };
  yield { type: EventType.STEP_FINISHED, stepName: 'look' };
  yield { type: EventType.TEXT_MESSAGE_CHUNK, messageId: 'm2', role: 'assistant', delta: '21 ' };
  yield { type: EventType.TEXT_MESSAGE_CHUNK, delta: 'degrees.' };
  yield {
    type: EventType.MESSAGES_SNAPSHOT,
    messages: [...messages, { id: 'm2', role: 'assistant', content: '21 degrees.' }],
  };
}

describe('AG-UI', () => {
  let server: LocalServer;
  let agent: Agent;
  const inputs: Input[] = [];

  const route: Route = (body, response, { headers }) => {
    const input = RunAgentInputSchema.parse(body);
    inputs.push(input);
    const encoder = new EventEncoder({ accept: headers.accept! });
    response.writeHead(200, { 'content-type': encoder.getContentType() });
    const { threadId, runId } = input;
    const write = (event: BaseEvent) => response.write(encoder.encode(EventSchemas.parse(event)));
    write({ type: EventType.RUN_STARTED, threadId, runId });
    for (const event of agent(input)) write(event);
    response.end();
  };

  function* run(input: Input, events: Iterable<BaseEvent>, more: object = {}): Iterable<BaseEvent> {
    yield* events;
    const { threadId, runId } = input;
    yield { type: EventType.RUN_FINISHED, threadId, runId, ...more };
  }

  before(async () => {
    server = await serveRoutes({ '/agent': route });
  });
  after(() => server.close());
  beforeEach(() => void inputs.splice(0));

  const chatWith = () => createChat({ endpoint: `${server.url}/agent`, protocol: 'ag-ui', retry: 0 });
  const saidBy = ({ parts }: Message) => parts.map((part) => ('text' in part ? part.text : part.type));

  it('is given the input that its schema wants, and read', async () => {
    agent = (input) =>
      run(input, say('m1', 'Hel', 'lo'), { usage: [{ model: 'mock', inputTokens: 3, outputTokens: 4 }] });
    const chat = chatWith();
    chat.options = { ...chat.options, system: 'Be kind', params: { forwardedProps: { depth: 2 } } };
    const reply = await chat.send('Hello?');
    expect(reply.error).to.equal(undefined);
    expect(reply).to.include({ status: 'complete', finishReason: 'stop', rawFinishReason: 'RUN_FINISHED' });
    expect(reply.parts).to.deep.equal([{ type: 'text', id: 'm1', text: 'Hello' }]);
    expect(reply.usage).to.deep.equal({ inputTokens: 3, outputTokens: 4 });
    expect(reply.metrics).to.include({ malformedFrames: 0, unknownFrames: 0 });
    const [question] = chat.messages;
    expect(inputs[0]).to.deep.include({
      threadId: question!.id,
      forwardedProps: { depth: 2 },
      messages: [
        { id: 'system', role: 'system', content: 'Be kind' },
        { id: question!.id, role: 'user', content: 'Hello?' },
      ],
    });
  });

  it('gets its own messages back as it named them, in the same thread and another run', async () => {
    agent = (input) => run(input, look(input));
    const chat = chatWith();
    const reply = await chat.send('What is the weather in Kyoto?');
    expect(reply.error).to.equal(undefined);
    expect(saidBy(reply)).to.deep.equal([
      'A tool.',
      'Let me look. ',
      'tool-call',
      'data',
      'data',
      'data',
      '21 degrees.',
    ]);
    expect(reply.parts[2]).to.deep.include({
      id: 'c1',
      name: 'weather',
      input: { town: 'Kyoto' },
      state: 'output-available',
      output: '{"degrees":21}',
    });

    agent = (input) => run(input, say('m3', 'Gladly.'));
    expect((await chat.send('Thanks')).error).to.equal(undefined);
    const [first, second] = inputs;
    expect(second!.threadId).to.equal(first!.threadId);
    expect(second!.runId).not.to.equal(first!.runId);
    expect(second!.messages.slice(1, -1)).to.deep.equal([
      { id: 'r1', role: 'reasoning', content: 'A tool.', encryptedValue: VALUE },
      {
        id: 'm1',
        role: 'assistant',
        content: 'Let me look. ',
        toolCalls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"town":"Kyoto"}' } }],
      },
      { id: 't1', role: 'tool', toolCallId: 'c1', content: '{"degrees":21}' },
      { id: 'm2', role: 'assistant', content: '21 degrees.' },
    ]);
  });

  it('sees the files of a question', async () => {
    agent = (input) => run(input, say('m1', 'A pixel.'));
    const chat = chatWith();
    chat.messages = [
      {
        id: '1',
        role: 'user',
        parts: [
          { type: 'text', text: 'See' },
          { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' },
        ],
        status: 'complete',
        createdAt: 0,
      },
    ];
    expect((await chat.send('What is it?')).error).to.equal(undefined);
    expect(inputs[0]!.messages[0]!.content).to.deep.equal([
      { type: 'text', text: 'See' },
      { type: 'image', source: { type: 'data', value: 'AA==', mimeType: 'image/png' } },
    ]);
  });

  it('may run twice in one stream', async () => {
    agent = function* (input) {
      yield* run(input, say('m1', 'One. '));
      yield { type: EventType.RUN_STARTED, threadId: input.threadId, runId: 'second' };
      yield* run(input, say('m2', 'Two.'));
    };
    const reply = await chatWith().send('Count');
    expect(reply.status).to.equal('complete');
    expect(saidBy(reply)).to.deep.equal(['One. ', 'Two.']);
  });

  it('is heard when it fails, and when it falls silent', async () => {
    agent = function* () {
      yield* say('m1', 'Hel');
      yield { type: EventType.RUN_ERROR, message: 'Overloaded', code: 'busy' };
    };
    const failed = await chatWith().send('Hello?');
    expect(failed.error).to.include({ code: 'provider', detail: 'Overloaded' });
    expect(failed).to.include({ status: 'error', rawFinishReason: 'RUN_ERROR' });
    expect(saidBy(failed)).to.deep.equal(['Hel']);

    agent = () => say('m1', 'Hel');
    const silent = await chatWith().send('Hello?');
    expect(silent).to.include({ status: 'interrupted' });
    expect(saidBy(silent)).to.deep.equal(['Hel']);
  });
});
