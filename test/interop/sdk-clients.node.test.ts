// The demo server over real HTTP, read by the providers' own clients and by ours: what their stream helpers make of a
// reply is what readReply makes of it. So the formats that this server writes are those that the providers speak, and
// ours is no reading of its own.

import Anthropic, { RateLimitError as AnthropicRateLimit } from '@anthropic-ai/sdk';
import { expect } from 'chai';
import OpenAI, { RateLimitError as OpenAIRateLimit } from 'openai';
import { startServer, type DemoServer } from '../../demo/server/server.js';
import { createChat, readReply } from '../../src/chat/index.js';
import { messageText } from '../../src/model/index.js';
import { ROOT } from '../runner/files.js';

const QUESTION = 'How do I theme it?';
const TURNS = [{ role: 'user' as const, content: QUESTION }];
const MAX = { model: 'docs', max_tokens: 4096 };
// At once: how long a reply takes is tested elsewhere.
const QUERY = { pace: '0' };

/** [path, body] of a request for the same answer in each format. */
const REQUESTS: [string, object][] = [
  ['/v1/chat/completions', { model: 'docs', messages: TURNS }],
  ['/v1/responses', { model: 'docs', input: TURNS }],
  ['/v1/messages', { ...MAX, messages: TURNS }],
  ['/api/chat', { model: 'docs', messages: TURNS }],
];

describe('clients of the providers', () => {
  let server: DemoServer;
  let openai: OpenAI;
  let anthropic: Anthropic;
  let expected: string;

  before(async () => {
    server = await startServer({ root: ROOT, env: {}, port: 0 });
    openai = new OpenAI({ baseURL: `${server.url}v1`, apiKey: 'none', defaultQuery: QUERY, maxRetries: 0 });
    anthropic = new Anthropic({ baseURL: server.url, apiKey: 'none', defaultQuery: QUERY, maxRetries: 0 });
    expected = await readText(await post('/v1/chat/completions', { messages: TURNS, stream: true }));
    expect(expected).to.match(/^Set custom properties[^]*```/);
  });
  after(() => server.close());

  const post = (path: string, body: object) =>
    fetch(new URL(`${path}?pace=0`, server.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  for (const [path, body] of REQUESTS) {
    it(`readReply reads ${path}, streamed and whole`, async () => {
      for (const stream of [true, false])
        expect(await readText(await post(path, { ...body, stream }))).to.equal(expected);
    });

    it(`a chat asks ${path} in its own words`, async () => {
      const chat = createChat({ endpoint: new URL(`${path}?pace=0`, server.url).href, model: 'docs' });
      const reply = await chat.send(QUESTION);
      expect(reply.status).to.equal('complete');
      expect(messageText(reply)).to.equal(expected);
      expect(reply.metrics).to.include({ malformedFrames: 0, unknownFrames: 0 });
    });
  }

  it('openai: chat.completions.create', async () => {
    const stream = await openai.chat.completions.create({
      model: 'docs',
      messages: TURNS,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let tokens = 0;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      tokens = chunk.usage?.total_tokens ?? tokens;
    }
    expect(text).to.equal(expected);
    expect(tokens).to.be.above(0);
    const whole = await openai.chat.completions.create({ model: 'docs', messages: TURNS });
    expect(whole.choices[0]?.message.content).to.equal(expected);
  });

  it('openai: chat.completions.stream', async () => {
    const stream = openai.chat.completions.stream({ model: 'docs', messages: TURNS });
    let text = '';
    stream.on('content', (delta) => (text += delta));
    expect(await stream.finalContent()).to.equal(expected);
    expect(text).to.equal(expected);
    expect((await stream.finalChatCompletion()).choices[0]?.finish_reason).to.equal('stop');
  });

  it('openai: responses.stream', async () => {
    const stream = openai.responses.stream({ model: 'docs', input: QUESTION });
    let text = '';
    stream.on('response.output_text.delta', ({ delta }) => (text += delta));
    const response = await stream.finalResponse();
    expect(text).to.equal(expected);
    expect(response).to.include({ status: 'completed', output_text: expected });
    expect(response.usage?.output_tokens).to.be.above(0);
    const whole = await openai.responses.create({ model: 'docs', input: TURNS });
    expect(whole.output_text).to.equal(expected);
  });

  it('anthropic: messages.stream', async () => {
    const stream = anthropic.messages.stream({ ...MAX, messages: TURNS });
    let text = '';
    stream.on('text', (delta) => (text += delta));
    const message = await stream.finalMessage();
    expect(text).to.equal(expected);
    expect(await stream.finalText()).to.equal(expected);
    expect(message.stop_reason).to.equal('end_turn');
    expect(message.usage.output_tokens).to.be.above(0);
    const whole = await anthropic.messages.create({ ...MAX, messages: TURNS });
    expect(whole.content).to.deep.equal([{ type: 'text', text: expected }]);
  });

  it('are told of an error in the words of their format', async () => {
    const query = { status: '429' };
    const refused = await Promise.all([
      openai.chat.completions.create({ model: 'docs', messages: TURNS }, { query }).catch(asError),
      openai.responses.create({ model: 'docs', input: QUESTION }, { query }).catch(asError),
      anthropic.messages.create({ ...MAX, messages: TURNS }, { query }).catch(asError),
    ]);
    expect(refused[0]).to.be.instanceOf(OpenAIRateLimit).with.property('type', 'rate_limit_error');
    expect(refused[1]).to.be.instanceOf(OpenAIRateLimit).with.property('type', 'rate_limit_error');
    expect(refused[2]).to.be.instanceOf(AnthropicRateLimit).with.property('type', 'rate_limit_error');
    const plain = await fetch(new URL('/api/chat?status=429', server.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"messages":[]}',
    });
    expect(await plain.json()).to.deep.equal({ error: 'Rate limit reached. Please try again later.' });
  });
});

async function readText(response: Response): Promise<string> {
  let text = '';
  let last: string | undefined;
  for await (const delta of readReply(response)) {
    if (delta.type === 'text') text += delta.text;
    last = delta.type;
  }
  expect(last).to.equal('end');
  return text;
}

const asError = (error: unknown) => error;
