import { expect } from 'chai';
import { readReply } from '../../src/chat/index.js';
import { applyDelta, newReply } from '../../src/conversation/index.js';
import type { Message, MessagePart, StreamFrame } from '../../src/model/index.js';
import { message, openai, text } from '../../src/protocols/index.js';
import { cuts } from '../helpers/cuts.js';
import { bytesOf, responseOf, sseEvent } from '../helpers/responses.js';

const SSE = 'text/event-stream';
const JSON_TYPE = 'application/json';

/** Read as a page reads it that says nothing of the format, however the bytes are cut. */
async function read(body: string, type: string): Promise<Message> {
  let first: Message | undefined;
  for (const { name, pieces } of cuts(bytesOf(body), 2)) {
    let reply = newReply('m', 0);
    for await (const delta of readReply(responseOf(pieces, { 'content-type': type }))) reply = applyDelta(reply, delta);
    expect(withoutErrors(reply), name).to.deep.equal(withoutErrors((first ??= reply)));
  }
  return first!;
}

const withoutErrors = ({ error, metrics, ...rest }: Message) => ({
  ...rest,
  error: error?.code,
  malformed: metrics?.malformedFrames,
});

const said = ({ parts }: Message, type: MessagePart['type'] = 'text') =>
  parts.map((part) => (part.type === type && 'text' in part ? part.text : '')).join('');

/** Events: text as it is, any other value as JSON; a pair has a name. */
const sse = (...events: unknown[]) =>
  events
    .map((event) => (Array.isArray(event) ? `event: ${event[0]}\n${sseEvent(event[1])}` : sseEvent(event)))
    .join('');
const ndjson = (...values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

const LONG = 'An answer of more than forty characters, said twice.';

/** [what, body, text, content type] of replies that come to their end. */
const REPLIES: [string, string, string, string?][] = [
  // Bare text.
  ['bare text', sse('Hello', ' world'), 'Hello world'],
  [
    'bare text with newlines in it',
    sse('# Title\n\n- a\n', '- b\n\n```js\n', 'f();\n```'),
    '# Title\n\n- a\n- b\n\n```js\nf();\n```',
  ],
  ['bare text of a server without a space behind the colon', 'data:Hello\n\ndata: world\n\n', 'Hello world'],
  ['bare text up to [DONE]', sse('a', '[DONE]', 'late'), 'a'],
  ['bare text up to [END]', sse('a', '[END]', 'late'), 'a'],
  ['bare text up to an event of that name', sse('a', ['end', ''], ['end', 'bye'], 'late'), 'a'],
  ['bare text up to a done event with empty JSON', sse('a', ['done', '{}'], 'late'), 'a'],
  ['bare text whose last blank line was forgotten', 'data: a\n\ndata: b', 'ab'],
  [
    'bare tokens that look like JSON',
    sse('x', '1', 'null', '"quoted"', '[2]', '{}', '{"a":1}', 'true'),
    'x1null"quoted"[2]{}{"a":1}true',
  ],
  [
    'numbers for tokens, where a text belongs',
    sse({ response: 'I have ' }, { response: 4 }, { response: ' cats' }, '[DONE]'),
    'I have 4 cats',
  ],
  ['a number beside the text', sse({ response: 200, message: 'Hello' }, '[DONE]'), 'Hello'],
  ['a bare number first', sse('1', '. First'), '1. First'],
  ['a bare word of JSON first', sse('true', ' enough'), 'true enough'],
  ['white space first', 'data:   \n\ndata: a\n\n', '  a'],
  ['a quote first', sse('"', 'To be', '"'), '"To be"'],
  ['a text that begins like JSON', sse('{"', 'a', '": 1}'), '{"a": 1}'],
  [
    'bare text in named events',
    sse(['message', 'a'], ['token', 'b'], ['ping', 'x'], ['metadata', 'run-1'], ['delta', 'c']),
    'abc',
  ],
  [
    'JSON amid bare text that looks like an end, and is none',
    sse('a', '{"error":"x"}', 'b', '{"done":true}', '!'),
    'a{"error":"x"}b{"done":true}!',
  ],
  ['JSON that ends bare text', sse('a', '{"done":true}'), 'a'],
  [
    'bare text behind events of other names',
    sse(['session', 'abc'], ['status', 'Searching'], ['start', 'now'], ['ping', 'x'], 'Hel', 'lo'),
    'Hello',
  ],
  ['bare text behind thoughts', sse(['thinking', 'Hm'], ['token', 'Hel'], ['token', 'lo']), 'Hello'],
  ...['update', 'add', 'partial', 'x'].map((name): [string, string, string] => [
    `bare text that is all named ${name}`,
    sse([name, 'Hel'], [name, 'lo'], ['done', '']),
    'Hello',
  ]),
  ['one event of bare text of any name', sse(['update', 'Hello']), 'Hello'],
  ['strings of JSON of any name', sse(['update', '"Hel"'], ['update', '"lo"']), 'Hello'],
  ['bare text behind one event of any name', sse(['x', 'abc'], 'Hel', 'lo', ['x', 'abc']), 'Hello'],
  ['bare text behind events of any names', sse(['x', 'abc'], ['y', 'def'], ['token', 'Hello']), 'Hello'],
  ['objects behind an event of any name', sse(['x', 'abc'], { token: 'Hel' }, { token: 'lo' }), 'Hello'],
  ['bare text whose first piece is null', sse('null', ' and void'), 'null and void'],
  ['a number that comes alone', sse('42', '[DONE]'), '42'],
  ['plain text', 'data\n\nnot: an event\n', 'data\n\nnot: an event\n', 'text/plain'],
  ...[
    '{"error":"x"}',
    '{"type":"message_start","message":{}}',
    '{"choices":[{"delta":{"content":"x"}}]}',
    '[DONE]',
  ].map((line): [string, string, string, string] => [
    `plain text with ${line} in it`,
    `1\n${line}\n`,
    `1\n${line}\n`,
    'text/plain',
  ]),
  // Strings of JSON.
  ['strings of JSON', sse('"Hel"', '"lo\\n\\n"', '""', '"world"'), 'Hello\n\nworld'],
  ['strings of JSON up to [DONE]', sse('"a"', '[DONE]', '"late"'), 'a'],
  ['strings of JSON up to "[DONE]"', sse('"a"', '"[DONE]"', '"late"'), 'a'],
  ['strings of JSON run together', 'data: "a"\ndata: "b"\n\n', 'ab'],
  ['a line in quotes that begins a bare text', sse('"To be"', ' is the question'), 'To be is the question'],
  // Objects with one obvious key.
  ...[
    'token',
    'content',
    'text',
    'response',
    'delta',
    'chunk',
    'answer',
    'reply',
    'completion',
    'message',
    'output',
    'result',
    'data',
  ].map((key): [string, string, string] => [
    `{"${key}"}`,
    sse({ [key]: 'Hel' }, { [key]: '' }, { [key]: 'lo' }),
    'Hello',
  ]),
  [
    '{"delta":{"content"}}',
    sse({ delta: { content: 'a' } }, { delta: { role: 'assistant' } }, { delta: { text: 'b' } }),
    'ab',
  ],
  ['{"data":{"token"}}', sse({ data: { token: 'a' } }, { data: { token: 'b' } }), 'ab'],
  [
    'AnythingLLM’s own',
    sse(
      { type: 'textResponseChunk', textResponse: 'a', close: false, error: false },
      { type: 'textResponseChunk', textResponse: 'b', close: false },
      { type: 'finalizeResponseStream', close: true },
    ),
    'ab',
  ],
  ['{"message":{"content"}}', sse({ message: { role: 'assistant', content: 'a' } }), 'a'],
  [
    'content in blocks',
    sse({ content: [{ type: 'text', text: 'a' }, { type: 'image' }, { type: 'text', text: 'b' }] }),
    'ab',
  ],
  ['the newest piece where all so far is beside it', sse({ token: 'a', text: 'a' }, { token: 'b', text: 'ab' }), 'ab'],
  ['{"done":true}', sse({ token: 'a', done: false }, { done: true }, { token: 'late' }), 'a'],
  ['{"type":"done"}', sse({ type: 'token', content: 'a' }, { type: 'done' }, { type: 'token', content: 'late' }), 'a'],
  ['a type that is not known', sse({ type: 'x', content: 'a' }, { type: 'y', text: 'b', message: 'no' }), 'ab'],
  [
    'a last event that says it all again',
    sse({ token: 'a' }, { token: 'b' }, { type: 'done', content: 'ab', message: 'ok' }),
    'ab',
  ],
  ['a last flag with a last piece', sse({ token: 'a' }, { token: 'b', done: true }), 'ab'],
  [
    'a last flag that says it all again',
    sse({ response: 'a' }, { response: 'b' }, { response: 'ab', done: true }),
    'ab',
  ],
  [
    'a final event that says it all again',
    sse({ type: 'chunk', content: 'a' }, { type: 'chunk', content: 'b' }, { type: 'final', content: 'ab.' }),
    'ab',
  ],
  [
    'a final event that alone says it',
    sse({ type: 'status', message: 'Thinking' }, { type: 'final', content: 'ab' }),
    'ab',
  ],
  ['an end that alone says it', sse({ type: 'complete', content: 'ab' }), 'ab'],
  ...[{ status: 'in_progress' }, { state: 'running' }, { status: 'done' }, { tool: 'x' }, { tool_name: 'x' }].flatMap(
    (beside) =>
      ['token', 'delta', 'chunk', 'content', 'text', 'answer', 'response', 'reply', 'completion'].map(
        (key): [string, string, string] => [
          `{"${key}"} beside ${JSON.stringify(beside)}`,
          sse({ [key]: 'Hel', ...beside }, { [key]: 'lo', ...beside }, { status: 'completed' }, { token: 'late' }),
          'Hello',
        ],
      ),
  ),
  [
    'pieces with a status, and the answer once more',
    sse(
      { content: 'Hel', status: 'in_progress' },
      { content: 'lo', status: 'in_progress' },
      { content: 'Hello', status: 'completed' },
    ),
    'Hello',
  ],
  ['{"token":"[DONE]"}', sse({ token: 'a' }, { token: '[DONE]' }, { token: 'late' }), 'a'],
  [
    'an end with a last piece',
    sse({ token: 'Hello' }, { type: 'end', content: ' world' }, { token: 'late' }),
    'Hello world',
  ],
  ['a last flag with the same piece again', sse({ token: 'ha' }, { token: 'ha', done: true }), 'haha'],
  ['a last flag with a long answer again', sse({ token: LONG }, { token: LONG, done: true }), LONG],
  ['an end with a long answer again, edited', sse({ token: LONG }, { type: 'end', content: `${LONG} [1]` }), LONG],
  ['JSON lines', ndjson({ token: 'a' }, { token: '\n' }, { token: 'b' }), 'a\nb', 'application/x-ndjson'],
  [
    'JSON lines of another name',
    ndjson({ type: 'item', content: 'a' }, { type: 'item', content: 'b' }),
    'ab',
    JSON_TYPE,
  ],
  ['chunks that a proxy ran together', 'data: {"token":"a"}\ndata: {"token":"b"}\n\n', 'ab'],
  ['a greeting before the first text', sse({ session_id: 's' }, { type: 'start', message: 'Hi' }, 'a', 'b'), 'ab'],
  [
    'heartbeats',
    `: ping\n\nevent: ping\n\n${sse(['ping', '{}'], { type: 'ping' }, { token: 'a' }, ['heartbeat', '{"time":1}'], { token: 'b' })}`,
    'ab',
  ],
  // Whole answers.
  ['a whole answer', '{"response":"Hello"}', 'Hello', JSON_TYPE],
  ['a whole answer in a list', '[{"output":"Hello"}]', 'Hello', JSON_TYPE],
  ['a whole answer that is a string', '"Hello"', 'Hello', JSON_TYPE],
  ['a whole answer with a status', '{"status":"success","message":"Hello"}', 'Hello', JSON_TYPE],
  ['a whole answer that calls itself completed', '{"status":"completed","output":"Hello"}', 'Hello', JSON_TYPE],
  ['a whole answer within data', '{"success":true,"message":"ok","data":{"reply":"Hello"}}', 'Hello', JSON_TYPE],
  // Frameworks.
  ['LangServe, strings', sse(['metadata', { run_id: 'r' }], ['data', '"Hel"'], ['data', '"lo"'], ['end', '']), 'Hello'],
  [
    'LangServe, chunks of a message',
    sse(
      ['metadata', { run_id: 'r' }],
      ['data', { content: 'Hel', type: 'AIMessageChunk', id: 'run-1', tool_call_chunks: [] }],
      ['data', { content: 'lo', type: 'AIMessageChunk', id: 'run-1' }],
    ),
    'Hello',
  ],
  [
    'LangServe, a chain with keys',
    sse(
      ['data', { question: 'Why?' }],
      ['data', { context: [{ page_content: 'no', metadata: {} }] }],
      ['data', { answer: 'a' }],
    ),
    'a',
  ],
  [
    'LangGraph, messages with their metadata',
    sse(
      ['metadata', { run_id: 'r', attempt: 1 }],
      [
        'messages',
        [
          { content: 'Hel', type: 'AIMessageChunk' },
          { langgraph_node: 'agent', thread_id: 't' },
        ],
      ].map(asData),
      ['messages', [{ content: 'sunny', type: 'tool', name: 'weather' }, {}]].map(asData),
      ['messages', [{ content: [{ type: 'text', text: 'lo' }], type: 'AIMessageChunk' }, {}]].map(asData),
      ['values', { messages: [{ type: 'ai', content: 'Hello' }] }],
    ),
    'Hello',
  ],
  [
    'LangChain, events of a run',
    sse(
      { event: 'on_chain_start', data: { input: 'Why?' }, run_id: 'r', name: 'x' },
      { event: 'on_chat_model_stream', data: { chunk: { content: 'a', type: 'AIMessageChunk' } } },
      { event: 'on_parser_stream', data: { chunk: 'a' } },
      { event: 'on_chain_stream', data: { chunk: 'a' } },
      { event: 'on_chat_model_stream', data: { chunk: { lc: 1, type: 'constructor', kwargs: { content: 'b' } } } },
      { event: 'on_chat_model_end', data: { output: { content: 'ab' } } },
      { event: 'on_tool_end', data: { output: 'sunny' } },
    ),
    'ab',
  ],
  [
    'Dify',
    `event: ping\n\n${sse(
      { event: 'workflow_started', task_id: 't', data: { id: 'w', inputs: { text: 'no' } } },
      { event: 'node_finished', task_id: 't', data: { outputs: { text: 'no' } } },
      { event: 'message', task_id: 't', message_id: 'm', answer: 'a', created_at: 1 },
      { event: 'agent_message', task_id: 't', answer: 'b' },
      { event: 'agent_thought', thought: 'ab', tool: '', answer: 'no' },
      { event: 'message_end', metadata: { usage: { total_tokens: 3 } } },
      { event: 'tts_message', audio: 'AAAA' },
    )}`,
    'ab',
  ],
  [
    'Flowise',
    [
      { event: 'start', data: '' },
      { event: 'agentFlowEvent', data: 'INPROGRESS' },
      { event: 'token', data: 'a' },
      { event: 'usedTools', data: [{ tool: 'x', toolOutput: 'no' }] },
      { event: 'token', data: 'b' },
      { event: 'metadata', data: { chatId: 'c', question: 'Why?' } },
      { event: 'end', data: '[DONE]' },
    ]
      .map((event) => `message:\ndata:${JSON.stringify(event)}\n\n`)
      .join(''),
    'ab',
  ],
  [
    'n8n',
    ndjson(
      { type: 'begin', metadata: { nodeId: '1' } },
      { type: 'item', content: 'a', metadata: { nodeId: '1' } },
      { type: 'end', metadata: { nodeId: '1' } },
      { type: 'begin', metadata: { nodeId: '2' } },
      { type: 'item', content: 'b', metadata: { nodeId: '2' } },
      { type: 'end', metadata: { nodeId: '2' } },
    ),
    'ab',
    JSON_TYPE,
  ],
  [
    'Coze',
    sse(
      ['conversation.chat.created', { id: '1', status: 'created' }],
      ['conversation.message.delta', { role: 'assistant', type: 'answer', content: 'a', id: '2' }],
      ['conversation.message.delta', { role: 'assistant', type: 'answer', content: 'b', id: '2' }],
      ['conversation.message.completed', { role: 'assistant', type: 'answer', content: 'ab', id: '2' }],
      ['conversation.message.completed', { role: 'assistant', type: 'follow_up', content: 'Why?' }],
      ['done', '"[DONE]"'],
    ),
    'ab',
  ],
  [
    'Workers AI',
    sse({ response: 'a', p: 'xyz' }, { response: 'b', p: '' }, { response: '', usage: {} }, '[DONE]'),
    'ab',
  ],
];

function asData(value: unknown): unknown {
  return Array.isArray(value) ? JSON.stringify(value) : value;
}

/** [what, body, code, text kept, content type] of those that do not. */
const FAILURES: [string, string, string, string, string?][] = [
  ['an error', sse({ token: 'a' }, { error: 'Overloaded' }), 'provider', 'a'],
  ['an error in a record', sse({ token: 'a' }, { error: { message: 'Overloaded' } }, { token: 'b' }), 'provider', 'a'],
  ['an error that is true', sse({ token: 'a' }, { error: true, message: 'Overloaded' }), 'provider', 'a'],
  ['an error event', sse({ token: 'a' }, ['error', { detail: 'Overloaded' }]), 'provider', 'a'],
  ['an error event in plain text', sse('a', ['error', 'Overloaded']), 'provider', 'a'],
  ['an error by its type', sse({ token: 'a' }, { type: 'error', content: 'Overloaded' }), 'provider', 'a'],
  ['an error by its name', sse({ event: 'error', status: 400, code: 'x', message: 'Overloaded' }), 'provider', ''],
  [
    'an error as Flowise has it',
    sse({ event: 'token', data: 'a' }, { event: 'error', data: 'Overloaded' }),
    'provider',
    'a',
  ],
  ['an error by its status', '{"status":"error","message":"Overloaded"}', 'provider', '', JSON_TYPE],
  ['an error behind bare text of any name', sse(['update', 'a'], ['error', 'Overloaded']), 'provider', 'a'],
  ['an error behind bare text', sse('a', { error: 'Overloaded' }), 'provider', 'a'],
  [
    'an error of LangServe',
    sse(['data', '"a"'], ['error', { status_code: 500, message: 'Overloaded' }]),
    'provider',
    'a',
  ],
  ['an end in mid event', 'data: {"token":"a"}\n\ndata: {"tok', 'interrupted', 'a'],
  ['an answer without any text', sse({ type: 'start' }, { session_id: 's' }), 'unexpected-content', ''],
  ['another answer', '{"hello":"world"}', 'unexpected-content', '', JSON_TYPE],
  ['an id and nothing else', '{"id":"5f2c","object":"thread","created":1}', 'unexpected-content', '', JSON_TYPE],
];

/** Values that a text must not be found in; each counts as unknown. */
const FOREIGN: unknown[] = [
  { id: 'msg_1', conversation_id: 'c', message_id: 'm' },
  { type: 'status', message: 'Searching the web' },
  { status: 'processing', message: 'One moment' },
  { type: 'status', status: 'processing', text: 'One moment' },
  { type: 'tool_call', tool: 'weather', content: 'sunny' },
  { type: 'metadata', data: { token: 'secret', text: 'x' } },
  { type: 'session', token: 'secret' },
  { type: 'tool_call', name: 'weather', content: '{"city":"Bern"}' },
  { type: 'tool_result', output: 'sunny', content: 'sunny' },
  { tool: 'weather', output: 'sunny' },
  { type: 'function_response', response: 'x' },
  { role: 'user', content: 'Why?' },
  { type: 'human', content: 'Why?' },
  { role: 'system', content: 'Be kind' },
  { type: 'title', content: 'A chat' },
  { type: 'suggestions', content: 'Ask on' },
  { type: 'heart', message: 'x' },
  { type: 'text_start', text: 'x' },
  { token: 5, content: null, text: { a: 'x' }, message: [] },
  { metadata: { text: 'x', content: 'x' }, context: 'x', documents: [{ content: 'x' }] },
];

describe('message and text', () => {
  for (const [what, body, expected, type = SSE] of REPLIES) {
    it(`read ${what}`, async () => {
      const reply = await read(body, type);
      expect(said(reply)).to.equal(expected);
      expect(reply.status).to.equal('complete');
    });
  }

  for (const [what, body, code, kept, type = SSE] of FAILURES) {
    it(`report ${what} as ${code}`, async () => {
      const reply = await read(body, type);
      expect(reply.error?.code).to.equal(code);
      expect(said(reply)).to.equal(kept);
      if (code === 'provider') expect(reply.error?.detail).to.equal('Overloaded');
    });
  }

  for (const value of FOREIGN) {
    it(`take no text out of ${JSON.stringify(value)}`, async () => {
      const reply = await read(sse({ token: 'a' }, value, { token: 'b' }), SSE);
      expect(said(reply)).to.equal('ab');
      expect(reply.metrics).to.include({ malformedFrames: 0, unknownFrames: 1 });
      expect(message.matches(new Headers(), { data: JSON.stringify(value) })).to.equal(false);
    });
  }

  it('read reasoning under its keys and by the name of its event', async () => {
    const body = sse(
      { reasoning_content: 'a' },
      { delta: { reasoning: 'b' } },
      { type: 'thinking', content: 'c' },
      ['reasoning', { text: 'd' }],
      { thinking: 'e', content: '' },
      { content: 'f' },
    );
    const reply = await read(body, SSE);
    expect([said(reply, 'reasoning'), said(reply)]).to.deep.equal(['abcde', 'f']);
    const bare = await read(sse(['token', 'x'], ['thinking', 'y']), SSE);
    expect([said(bare, 'reasoning'), said(bare)]).to.deep.equal(['y', 'x']);
    const first = await read(sse(['thinking', 'y'], ['token', 'x']), SSE);
    expect([said(first, 'reasoning'), said(first)]).to.deep.equal(['y', 'x']);
  });

  it('read model, usage and finish reason', async () => {
    const body = sse(
      { content: 'a', stop: false, model: 'm', stop_type: 'none' },
      {
        content: '',
        stop: true,
        stop_type: 'limit',
        usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
      },
    );
    expect(await read(body, SSE)).to.deep.include({
      model: 'm',
      finishReason: 'length',
      rawFinishReason: 'limit',
      usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
    });
  });

  it('read sources, each once', async () => {
    const body = sse(
      { token: 'a', sources: ['https://a.example/', 'report.pdf', 5] },
      {
        event: 'sourceDocuments',
        data: [{ pageContent: 'x', metadata: { source: 'https://b.example/', title: 'B' } }],
      },
      {
        type: 'citations',
        citations: [{ url: '/c', title: 'C' }, { url: 'javascript:x' }, { url: 'https://a.example/' }],
      },
    );
    expect((await read(body, SSE)).parts.slice(1)).to.deep.equal([
      { type: 'source', url: 'https://a.example/' },
      { type: 'source', url: 'https://b.example/', title: 'B' },
      { type: 'source', url: '/c', title: 'C' },
    ]);
  });

  it('count what is malformed', async () => {
    const reply = await read(sse({ token: 'a' }, '{"token":', { token: 'b' }), SSE);
    expect([said(reply), reply.metrics?.malformedFrames]).to.deep.equal(['ab', 1]);
  });

  it('count bare text of other names as unknown', async () => {
    const reply = await read(sse(['session', 'abc'], ['x', 'y'], ['ping', 'z'], 'Hello'), SSE);
    expect(reply.metrics).to.include({ malformedFrames: 0, unknownFrames: 2 });
  });

  it('take values of any shape, and pollute nothing', async () => {
    const deep = `${'{"data":'.repeat(5000)}1${'}'.repeat(5000)}`;
    const hostile = '{"__proto__":{"polluted":1,"text":"x"},"constructor":{"text":"x"}}';
    const reply = await read(sse({ token: 'a' }, deep, hostile, { token: 'b' }), SSE);
    expect(said(reply)).to.equal('ab');
    expect({}).not.to.have.property('polluted');
  });

  it('go on after a connection that was lost', () => {
    const decoder = text.decoder();
    const deltas = [...decoder.push({ data: 'a' }), ...decoder.end(), ...decoder.push({ data: 'b' }), ...decoder.end()];
    expect(deltas.map((delta) => (delta.type === 'text' ? delta.text : delta.type))).to.deep.equal([
      'a',
      'end',
      'b',
      'end',
    ]);
  });

  it('know their own frames', () => {
    const chunk = '{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant"}}]}';
    /** [frame, protocol] */
    const KNOWN: [StreamFrame, string][] = [
      [{ data: 'Hello' }, 'text'],
      [{ data: '{"token":"a"}', framing: 'text' }, 'text'],
      [{ data: '', text: '\n\na' }, 'text'],
      [{ event: 'output', data: 'a' }, 'text'],
      [{ event: 'thinking', data: 'a' }, 'text'],
      [{ event: 'update', data: 'a' }, 'text'],
      [{ data: '{"token":"a"}' }, 'message'],
      [{ data: '"a"' }, 'message'],
      [{ data: '"a"', framing: 'json' }, 'message'],
      [{ data: '[{"content":"a","type":"AIMessageChunk"},{}]', event: 'messages' }, 'message'],
      [{ data: '{"event":"workflow_started","task_id":"t"}' }, 'message'],
      ...['', ' ', '[DONE]', '[END]', 'null', '[]', '[{}]', '{}', '{"choi', '[{"x', '{"type":"ping"}', chunk].map(
        (data): [StreamFrame, string] => [{ data }, ''],
      ),
      [{ event: 'ping', data: 'x' }, ''],
      [{ event: 'session', data: 'x' }, ''],
      [{ event: 'endpoint', data: '/messages?id=x' }, ''],
      [{ event: 'metadata', data: '"run-1"' }, ''],
      [{ data: '5', framing: 'json' }, ''],
    ];
    for (const [frame, name] of KNOWN) {
      const names = [message, text].filter((protocol) => protocol.matches(new Headers(), frame)).map((one) => one.name);
      expect(names.join(), JSON.stringify(frame)).to.equal(name);
    }
    expect(openai.matches(new Headers(), { data: chunk })).to.equal(true);
  });

  describe('request', () => {
    const turn = (role: Message['role'], words: string): Message => ({
      id: 'x',
      role,
      parts: words ? [{ type: 'text', text: words }] : [{ type: 'reasoning', text: 'r' }],
      status: 'complete',
      createdAt: 0,
    });
    const turns = [turn('user', 'Hi'), turn('assistant', 'Hello'), turn('assistant', ''), turn('user', 'Why?')];
    const body = (messages: Message[], options = {}) =>
      message.request(messages, { endpoint: '/chat', ...options }).body;

    it('is a POST of JSON to the endpoint, of both', () => {
      for (const protocol of [message, text]) {
        const { url, method, headers } = protocol.request(turns, { endpoint: '/chat?x=1' });
        expect({ url, method, type: headers['content-type'] }).to.deep.equal({
          url: '/chat?x=1',
          method: 'POST',
          type: 'application/json',
        });
      }
    });

    it('has the last question, and all that was said', () => {
      expect(body(turns)).to.deep.equal({
        message: 'Why?',
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: 'Hello' },
          { role: 'user', content: 'Why?' },
        ],
      });
    });

    it('has the text under the key that is asked for, and the params last', () => {
      expect(
        body([turn('user', 'Hi')], {
          messageKey: 'prompt',
          model: 'm',
          system: 'Be kind',
          params: { model: 'n', k: 1 },
        }),
      ).to.deep.equal({
        prompt: 'Hi',
        messages: [{ role: 'user', content: 'Hi' }],
        model: 'n',
        system: 'Be kind',
        k: 1,
      });
    });

    it('lets hostile keys pollute nothing', () => {
      const sent = body([turn('user', 'Hi')], { messageKey: '__proto__', params: JSON.parse('{"__proto__":{"x":1}}') });
      expect(sent).not.to.have.property('x');
      expect({}).not.to.have.property('x');
    });
  });
});
