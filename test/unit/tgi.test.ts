import { expect } from 'chai';
import { applyDelta, newReply } from '../../src/conversation/index.js';
import type { Message, MessagePart } from '../../src/model/index.js';
import { tgi } from '../../src/protocols/index.js';

/** The message that these values make, one a frame. */
function decode(...values: unknown[]) {
  const decoder = tgi.decoder();
  const deltas = values.flatMap((value) => decoder.push({ data: JSON.stringify(value) }));
  const reply = [...deltas, ...decoder.end()].reduce(applyDelta, newReply('m', 0));
  return { reply, unknownFrames: decoder.unknownFrames };
}

const token = (text: string, more: object = {}, special = false) => ({
  index: 1,
  token: { id: 5, text, logprob: -0.1, special },
  generated_text: null,
  details: null,
  ...more,
});
const details = { finish_reason: 'length', generated_tokens: 2, input_length: 7, seed: null };
const textPart = (text: string): MessagePart => ({ type: 'text', text });

/** [what, values, text] of replies that come to their end. */
const REPLIES: [string, unknown[], string][] = [
  ['tokens, and not the whole text once more', [token('a'), token('b', { generated_text: 'ab', details })], 'ab'],
  ['no special token', [token('a'), token('</s>', { generated_text: 'a' }, true)], 'a'],
  ['an end without details', [token('a', { generated_text: 'a' })], 'a'],
  ['nothing but a special token', [token('</s>', { generated_text: '' }, true)], ''],
  ['a whole answer', [{ generated_text: 'ab', details }], 'ab'],
  ['a whole answer in a list', [[{ generated_text: 'ab' }]], 'ab'],
  [
    'a whole answer to messages',
    [
      [
        {
          generated_text: [
            { role: 'user', content: 'x' },
            { role: 'assistant', content: 'ab' },
          ],
        },
      ],
    ],
    'ab',
  ],
];

describe('tgi', () => {
  for (const [what, values, text] of REPLIES) {
    it(`reads ${what}`, () => {
      const { reply } = decode(...values);
      expect(reply.status).to.equal('complete');
      expect(reply.parts).to.deep.equal(text ? [textPart(text)] : []);
    });
  }

  it('reads finish reason and usage', () => {
    expect(decode(token('a', { generated_text: 'a', details })).reply).to.deep.include({
      finishReason: 'length',
      rawFinishReason: 'length',
      usage: { inputTokens: 7, outputTokens: 2 },
    });
    const prefill = { finish_reason: 'eos_token', generated_tokens: 2, prefill: [{}, {}, {}] };
    expect(decode({ generated_text: 'a', details: prefill }).reply).to.deep.include({
      finishReason: 'stop',
      usage: { inputTokens: 3, outputTokens: 2 },
    });
  });

  it('is interrupted before the last event', () => {
    expect(decode(token('a')).reply).to.deep.include({ status: 'interrupted', parts: [textPart('a')] });
  });

  it('reports an error', () => {
    const failed = decode(token('a'), { error: 'Input validation error', error_type: 'validation' }).reply;
    expect(failed.parts).to.deep.equal([textPart('a')]);
    expect(failed.error).to.include({ code: 'provider', detail: 'Input validation error' });
  });

  it('counts what it does not know, and reads on', () => {
    const read = decode({ x: 1 }, { token: 'a' }, { token: { text: 5 } }, token('a', { generated_text: 'a' }));
    expect(read.reply).to.deep.include({ status: 'complete', parts: [textPart('a')] });
    expect(read.unknownFrames).to.equal(3);
  });

  it('knows its own frames', () => {
    const KNOWN: [unknown, boolean][] = [
      [token('a'), true],
      [{ generated_text: 'a' }, true],
      [[{ generated_text: 'a' }], true],
      [{ error: 'Overloaded', error_type: 'overloaded' }, true],
      [{ error: 'Overloaded' }, false],
      [{ error: { type: 'overloaded' }, error_type: 5 }, false],
      [{ token: 'a' }, false],
      [{ token: { value: 'a' } }, false],
      [{ choices: [{ delta: { content: 'a' } }] }, false],
      ['generated_text', false],
      [[], false],
    ];
    for (const [value, known] of KNOWN) {
      expect(tgi.matches(new Headers(), { data: JSON.stringify(value) }), JSON.stringify(value)).to.equal(known);
    }
  });

  describe('request', () => {
    const said = (role: Message['role'], text: string): Message => ({
      id: 'x',
      role,
      parts: [textPart(text)],
      status: 'complete',
      createdAt: 0,
    });

    it('has a question as it stands, and the params in its parameters', () => {
      const { url, method, headers, body } = tgi.request([said('user', 'Why?')], {
        endpoint: '/generate_stream',
        params: { max_new_tokens: 9 },
      });
      expect({ url, method, type: headers['content-type'] }).to.deep.equal({
        url: '/generate_stream',
        method: 'POST',
        type: 'application/json',
      });
      expect(body).to.deep.equal({ inputs: 'Why?', parameters: { max_new_tokens: 9 }, stream: true });
    });

    it('has a conversation as a transcript', () => {
      const turns = [said('user', 'Hi'), said('assistant', 'Hello'), said('user', 'Why?')];
      expect(tgi.request(turns, { endpoint: '/x', system: 'Be kind' }).body).to.deep.equal({
        inputs: 'Be kind\n\nUser: Hi\n\nAssistant: Hello\n\nUser: Why?\n\nAssistant:',
        parameters: { stop: ['\nUser:'] },
        stream: true,
      });
    });
  });
});
