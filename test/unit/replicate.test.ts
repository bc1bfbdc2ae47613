import { expect } from 'chai';
import { applyDelta, newReply } from '../../src/conversation/index.js';
import type { Message, MessagePart, StreamFrame } from '../../src/model/index.js';
import { replicate } from '../../src/protocols/index.js';

/** The message that these frames make: [event, data]. */
function decode(...frames: [event: string | undefined, data: string][]) {
  const decoder = replicate.decoder();
  const deltas = frames.flatMap(([event, data]) => decoder.push({ ...(event && { event }), data }));
  const reply = [...deltas, ...decoder.end()].reduce(applyDelta, newReply('m', 0));
  return { reply, malformedFrames: decoder.malformedFrames, unknownFrames: decoder.unknownFrames };
}

const textPart = (text: string): MessagePart => ({ type: 'text', text });
const prediction = (more: object) =>
  JSON.stringify({
    id: 'p',
    model: 'a/b',
    urls: { get: 'https://x.example/' },
    output: null,
    status: 'starting',
    ...more,
  });

describe('replicate', () => {
  it('reads output as it is, also what looks like JSON, and ends at done', () => {
    const { reply, ...counts } = decode(
      ['output', ''],
      ['output', ' a'],
      ['logs', 'Loading weights'],
      ['output', '\n\n'],
      ['output', '{"x":1}'],
      ['output', '[DONE]'],
      ['done', '{}'],
    );
    expect(reply).to.deep.include({ status: 'complete', parts: [textPart(' a\n\n{"x":1}[DONE]')] });
    expect(counts).to.deep.equal({ malformedFrames: 0, unknownFrames: 0 });
  });

  it('ends at a done event that says nothing', () => {
    expect(decode(['output', 'a'], ['done', '']).reply.status).to.equal('complete');
  });

  it('keeps the reason of an end', () => {
    expect(decode(['output', 'a'], ['done', '{"reason":"canceled"}']).reply).to.include({
      status: 'complete',
      finishReason: 'other',
      rawFinishReason: 'canceled',
    });
    expect(decode(['output', 'a'], ['done', '{"reason":"error"}']).reply).to.deep.include({
      status: 'error',
      finishReason: 'error',
      parts: [textPart('a')],
    });
  });

  for (const data of ['{"detail":"Out of memory"}', '{"error":"Out of memory"}', 'Out of memory', '"Out of memory"']) {
    it(`reports the error ${data}`, () => {
      const { reply } = decode(['output', 'a'], ['error', data], ['output', 'b']);
      expect(reply.error).to.include({ code: 'provider', detail: 'Out of memory' });
    });
  }

  it('is interrupted before done', () => {
    expect(decode(['output', 'a']).reply).to.deep.include({ status: 'interrupted', parts: [textPart('a')] });
  });

  it('reads an output that is a file', () => {
    const files = ['data:image/webp;base64,AAAA', 'https://x.example/out-0.jpg', 'https://x.example/out.mp4'];
    const { reply } = decode(...files.map((url): [string, string] => ['output', url]), ['done', '{}']);
    expect(reply.parts).to.deep.equal([
      { type: 'file', mediaType: 'image/webp', url: files[0] },
      { type: 'file', mediaType: 'image/jpeg', url: files[1] },
      { type: 'file', mediaType: 'video/mp4', url: files[2] },
    ]);
  });

  it('reads a whole prediction', () => {
    const metrics = { input_token_count: 3, output_token_count: 2 };
    expect(decode([undefined, prediction({ status: 'succeeded', output: ['a', 'b'], metrics })]).reply).to.deep.include(
      {
        status: 'complete',
        model: 'a/b',
        parts: [textPart('ab')],
        usage: { inputTokens: 3, outputTokens: 2 },
      },
    );
    expect(decode([undefined, prediction({ status: 'succeeded', output: 'ab' })]).reply.parts).to.deep.equal([
      textPart('ab'),
    ]);
    expect(decode([undefined, prediction({ status: 'failed', error: 'Out of memory' })]).reply.error).to.include({
      detail: 'Out of memory',
    });
    expect(decode([undefined, prediction({ status: 'canceled' })]).reply).to.include({ rawFinishReason: 'canceled' });
    expect(decode([undefined, prediction({})]).reply.status).to.equal('interrupted');
  });

  it('counts what it does not know', () => {
    expect(decode(['x', '{}'], [undefined, '{"a":1}'], ['y', 'z'], ['done', '{}'])).to.include({
      unknownFrames: 2,
      malformedFrames: 1,
    });
  });

  it('knows its own frames', () => {
    const KNOWN: [StreamFrame, boolean][] = [
      [{ event: 'output', id: '1707756341:0', data: '' }, true],
      [{ event: 'logs', id: '1707756341:0', data: 'x' }, true],
      [{ event: 'error', id: '1707756341:0', data: '{}' }, true],
      [{ event: 'output', data: 'a' }, false],
      [{ event: 'output', id: '1', data: 'a' }, false],
      [{ event: 'message', id: '1707756341:0', data: 'a' }, false],
      [{ id: '1707756341:0', data: 'a' }, false],
      [{ data: prediction({}), framing: 'json' }, true],
      [{ data: '{"id":"p","status":"succeeded","output":"a"}', framing: 'json' }, false],
    ];
    for (const [frame, known] of KNOWN) {
      expect(replicate.matches(new Headers(), frame), JSON.stringify(frame)).to.equal(known);
    }
  });

  it('asks for a prediction', () => {
    const question: Message = {
      id: 'x',
      role: 'user',
      parts: [textPart('Why?')],
      status: 'complete',
      createdAt: 0,
    };
    const { url, method, headers, body } = replicate.request([question], {
      endpoint: '/predictions',
      model: 'v1',
      system: 'Be kind',
      params: { temperature: 0 },
    });
    expect({ url, method, prefer: headers['prefer'] }).to.deep.equal({
      url: '/predictions',
      method: 'POST',
      prefer: 'wait',
    });
    expect(body).to.deep.equal({
      version: 'v1',
      input: { prompt: 'Why?', system_prompt: 'Be kind', temperature: 0 },
      stream: true,
    });
  });
});
