import { expect } from 'chai';
import { applyDelta, newReply, readReply, type Delta, type Message, type Protocol } from '../../src/chat/index.js';
import { isAbortError } from '../../src/model/index.js';
import { MIXED_REPLY, MIXED_REPLY_READ } from '../fixtures/mixed-reply.js';
import { cuts, halves } from '../helpers/cuts.js';
import {
  bytesOf,
  chunk,
  collect,
  EVENT_STREAM,
  FedResponse,
  replyOf,
  responseOf,
  sseEvent,
} from '../helpers/responses.js';

async function read(response: Response): Promise<Message> {
  let message = newReply('m', 0);
  for await (const delta of readReply(response)) message = applyDelta(message, delta);
  return message;
}

const say = (content: string) => sseEvent(chunk({ content }));
const stop = sseEvent(chunk({}, 'stop'));
const textOf = (deltas: Delta[]) => deltas.map((delta) => (delta.type === 'text' ? delta.text : '')).join('');

describe('readReply', () => {
  it('reads the same reply however its bytes are cut', async () => {
    const bytes = bytesOf(MIXED_REPLY);
    for (const { name, pieces } of [...cuts(bytes, 50), ...halves(bytes)]) {
      expect(JSON.parse(JSON.stringify(await read(responseOf(pieces)))), name).to.deep.include(MIXED_REPLY_READ);
    }
  });

  /** [what, body, content type, status, text, code of the error] */
  const BODIES: [string, string, string, Message['status'], string, string?][] = [
    ['a reply', replyOf('a', 'b'), 'text/event-stream', 'complete', 'ab'],
    ['one that forgets the last blank line', replyOf('a').trimEnd(), 'text/event-stream', 'complete', 'a'],
    ['one whose last event is its finish reason, unterminated', (say('a') + stop).trimEnd(), '', 'complete', 'a'],
    [
      'an answer of a server that does not stream',
      JSON.stringify({ choices: [{ message: { content: 'a' }, finish_reason: 'stop' }] }),
      'application/json',
      'complete',
      'a',
    ],
    ['one that is cut between events', say('a') + say('b'), 'text/event-stream', 'interrupted', 'ab', 'interrupted'],
    [
      'one that is cut within an event',
      say('a') + say('b').slice(0, -9),
      'text/event-stream',
      'interrupted',
      'a',
      'interrupted',
    ],
    ['nothing', '', 'text/event-stream', 'error', '', 'empty'],
    ['comments only', ': ping\n\n: ping\n\n', 'text/event-stream', 'error', '', 'empty'],
    ['an empty JSON', '', 'application/json', 'error', '', 'empty'],
    ['HTML', '<!doctype html>', 'text/html', 'error', '', 'unexpected-content'],
    ['foreign JSON', '{"status":"ok"}', 'application/json', 'error', '', 'unexpected-content'],
    ['bare text', 'data: hello\n\ndata:  you\n\n', 'text/event-stream', 'complete', 'hello you'],
    ['foreign events', sseEvent({ status: 'ok' }), 'text/event-stream', 'error', '', 'unexpected-content'],
    ['an error in JSON', '{"error":{"message":"x"}}', 'application/json', 'error', '', 'provider'],
    [
      'an error in mid stream',
      say('a') + sseEvent({ error: { message: 'x' } }) + say('b'),
      '',
      'error',
      'a',
      'provider',
    ],
  ];
  for (const [what, body, type, status, text, code] of BODIES) {
    it(`takes ${what} for ${status}`, async () => {
      for (const { name, pieces } of cuts(bytesOf(body))) {
        const response = responseOf(pieces, type ? { 'content-type': type } : {});
        const deltas = await collect(readReply(response));
        const message = deltas.reduce(applyDelta, newReply());
        expect(message.status, name).to.equal(status);
        expect(message.error?.code, name).to.equal(code);
        expect(textOf(deltas), name).to.equal(text);
        expect(
          deltas.flatMap((delta, at) => (delta.type === 'end' || delta.type === 'error' ? at : [])),
          `${name}: one end, and it is last`,
        ).to.deep.equal([deltas.length - 1]);
        expect(response.body!.locked, `${name}: released`).to.equal(false);
      }
    });
  }

  it('reports a status that is no success', async () => {
    const [, delta] = await collect(readReply(new Response('{"error":"Who?"}', { status: 401 })));
    expect(delta).to.have.property('error').that.includes({ code: 'unauthorized', status: 401, detail: 'Who?' });
  });

  it('counts frames, and those it skipped', async () => {
    const body =
      say('a') + sseEvent('{"choices":[') + sseEvent({ type: 'ping' }) + ': c\n\n' + sseEvent('[1') + say('b') + stop;
    const { metrics, status } = await read(responseOf([bytesOf(body)]));
    expect(metrics).to.deep.equal({ frames: 6, malformedFrames: 2, unknownFrames: 1 });
    expect(status).to.equal('complete');
  });

  it('does not take a torn last event for a malformed one', async () => {
    const { metrics } = await read(responseOf([bytesOf(say('a') + 'data: {"choices":[{')]));
    expect(metrics).to.deep.equal({ frames: 2, malformedFrames: 0, unknownFrames: 0 });
  });

  for (const [what, end] of [
    ['[DONE]', sseEvent('[DONE]')],
    ['an error', sseEvent({ error: 'x' })],
  ] as const) {
    it(`ends at ${what}, though the endpoint keeps the connection open`, async () => {
      const fed = new FedResponse().write(say('a') + stop + end + say('late'));
      const deltas = await collect(readReply(fed.response));
      expect(textOf(deltas)).to.equal('a');
      expect(fed.cancelled, 'cancelled').not.to.equal(undefined);
      expect(fed.released).to.equal(true);
    });
  }

  /** [what, what arrived before the connection broke, status] */
  const BREAKS: [string, string, Message['status']][] = [
    ['before the first event', '', 'interrupted'],
    ['within the first event', 'data: {"cho', 'interrupted'],
    ['in mid reply', say('a'), 'interrupted'],
    ['within an event', say('a') + 'data: {"choices', 'interrupted'],
    ['behind the finish reason', say('a') + stop, 'complete'],
    ['behind [DONE]', say('a') + sseEvent('[DONE]'), 'complete'],
  ];
  for (const [what, before, status] of BREAKS) {
    it(`takes a connection that breaks ${what} for ${status}`, async () => {
      const fed = new FedResponse();
      const deltas = readReply(fed.response);
      const got: Delta[] = [];
      if (before) fed.write(before);
      if (before.includes('"a"')) {
        // Failing drops what a reader has not taken yet, so the text is waited for.
        while (textOf(got) !== 'a') got.push((await deltas.next()).value as Delta);
      }
      const cause = new TypeError('network error');
      fed.fail(cause);
      got.push(...(await collect(deltas)));
      const message = got.reduce(applyDelta, newReply());
      expect(message.status).to.equal(status);
      if (status === 'interrupted') expect(message.error).to.include({ code: 'interrupted', cause });
      expect(fed.released).to.equal(true);
    });
  }

  it('takes an abort that nobody here asked for as an interruption', async () => {
    const fed = new FedResponse().fail(new DOMException('by the network', 'AbortError'));
    const deltas = await collect(readReply(fed.response, { signal: new AbortController().signal }));
    expect(deltas.at(-1)).to.have.property('error').that.has.property('code', 'interrupted');
  });

  it('throws the abort of a fetch whose signal it was not given', async () => {
    const fed = new FedResponse().fail(new DOMException('by the page', 'AbortError'));
    const thrown = await collect(readReply(fed.response)).catch((error: unknown) => error);
    expect(isAbortError(thrown)).to.equal(true);
  });

  it('throws when it is aborted, also between events that came together', async () => {
    const controller = new AbortController();
    const fed = new FedResponse().write(say('a') + say('b'));
    const got: Delta[] = [];
    let thrown: unknown;
    try {
      for await (const delta of readReply(fed.response, { signal: controller.signal })) {
        got.push(delta);
        controller.abort();
      }
    } catch (error) {
      thrown = error;
    }
    expect(thrown).to.equal(controller.signal.reason);
    expect(textOf(got)).to.equal('a');
    expect(fed.cancelled, 'cancelled').not.to.equal(undefined);
    expect(fed.released).to.equal(true);
  });

  it('throws the abort, not what broke because of it', async () => {
    const controller = new AbortController();
    const fed = new FedResponse();
    const thrown = collect(readReply(fed.response, { signal: controller.signal })).catch((error: unknown) => error);
    fed.fail(new TypeError('Error in input stream'));
    controller.abort();
    expect(await thrown).to.equal(controller.signal.reason);
  });

  it('cancels the body when its reader leaves early', async () => {
    const fed = new FedResponse().write(say('a') + say('b'));
    for await (const delta of readReply(fed.response)) if (delta.type === 'text') break;
    expect(fed.cancelled, 'cancelled').not.to.equal(undefined);
    expect(fed.released).to.equal(true);
  });

  it('reads any protocol that it is given', async () => {
    const shout: Protocol = {
      name: 'shout',
      request: () => ({ url: '', method: 'POST', headers: {}, body: null }),
      matches: () => true,
      decoder: () => ({
        malformedFrames: 0,
        unknownFrames: 0,
        push: ({ data }) => [{ type: 'text', text: data.toUpperCase() }],
        end: () => [{ type: 'end' }],
      }),
    };
    const response = new Response('data: a\n\ndata: b\n\n', { headers: EVENT_STREAM });
    expect(textOf(await collect(readReply(response, { protocol: shout })))).to.equal('AB');
  });
});
