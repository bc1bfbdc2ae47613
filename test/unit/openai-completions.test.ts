import { expect } from 'chai';
import { applyDelta, newReply } from '../../src/conversation/index.js';
import type { Message } from '../../src/model/index.js';
import { openaiCompletions } from '../../src/protocols/index.js';

const say = (text: string, finish_reason: string | null = null) => ({
  object: 'text_completion',
  model: 'm',
  choices: [{ text, index: 0, logprobs: null, finish_reason }],
});

function decode(chunks: unknown[]): Message {
  const decoder = openaiCompletions.decoder();
  const deltas = chunks.flatMap((chunk) => decoder.push({ data: JSON.stringify(chunk) }));
  return [...deltas, ...decoder.end()].reduce(applyDelta, newReply('m', 0));
}

describe('openai-completions', () => {
  it('reads the text, the model, the usage and the end', () => {
    const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
    const message = decode([say('Hel'), say('lo', 'length'), { ...say(''), choices: [], usage }]);
    expect(message).to.deep.include({ status: 'complete', parts: [{ type: 'text', text: 'Hello' }], model: 'm' });
    expect(message).to.include({ finishReason: 'length', rawFinishReason: 'length' });
    expect(message.usage).to.include({ inputTokens: 5, outputTokens: 7, totalTokens: 12 });
  });

  it('reads the first of several choices, and white space as it stands', () => {
    const other = { text: 'x', index: 1, finish_reason: 'stop' };
    const message = decode([{ choices: [other, ...say('\n ').choices] }, say('a', 'stop')]);
    expect(message.parts).to.deep.equal([{ type: 'text', text: '\n a' }]);
  });

  it('reports an error, and an end before the end', () => {
    expect(decode([say('a'), { error: { message: 'Overloaded' } }]).error).to.include({ code: 'provider' });
    expect(decode([say('a')])).to.include({ status: 'interrupted' });
  });

  it('knows its own frames', () => {
    const KNOWN: [unknown, boolean][] = [
      [say('a'), true],
      [{ choices: [{ text: '', index: 0 }] }, true],
      [{ object: 'text_completion', choices: [] }, true],
      [{ choices: [{ text: 'a', index: 0, delta: { content: 'a' } }] }, false],
      [{ choices: [{ delta: { content: 'a' } }] }, false],
      [{ choices: [] }, false],
      [{ text: 'a' }, false],
      [{ error: { message: 'x' } }, false],
      ['[DONE]', false],
    ];
    for (const [value, known] of KNOWN) {
      const data = JSON.stringify(value);
      expect(openaiCompletions.matches(new Headers(), { data }), data).to.equal(known);
    }
  });

  describe('request', () => {
    const message = (role: Message['role'], text: string): Message => ({
      id: 'x',
      role,
      parts: [{ type: 'text', text }],
      status: 'complete',
      createdAt: 0,
    });
    const hello = message('user', 'Hello');
    const request = (messages: Message[], options = {}) =>
      openaiCompletions.request(messages, { endpoint: '/v1/completions', ...options });

    it('is a POST of JSON to the endpoint', () => {
      const { url, method, headers } = request([hello]);
      expect({ url, method, headers }).to.deep.equal({
        url: '/v1/completions',
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      });
    });

    it('has a single text as it stands', () => {
      expect(request([message('user', ' Once upon ')]).body).to.deep.equal({ prompt: ' Once upon ', stream: true });
    });

    it('has the model, the system prompt and the params', () => {
      const options = { model: 'm', system: 'Be kind', params: { echo: false, stream: false } };
      expect(request([hello], options).body).to.deep.equal({
        model: 'm',
        prompt: 'Be kind\n\nHello',
        stream: false,
        echo: false,
      });
    });

    it('has a conversation as a transcript that stops before the other side', () => {
      const messages = [hello, message('assistant', 'Hi'), message('user', 'How are you?')];
      expect(request(messages, { system: 'Be kind' }).body).to.deep.equal({
        prompt: 'Be kind\n\nUser: Hello\n\nAssistant: Hi\n\nUser: How are you?\n\nAssistant:',
        stop: ['\nUser:'],
        stream: true,
      });
    });
  });
});
