import { expect } from 'chai';
import { messageText } from '../../src/chat/index.js';
import {
  HOUR,
  type Answer,
  streamed,
  status,
  broken,
  fine,
  say,
  stop,
  done,
  start,
  expectOneEnd,
} from '../helpers/fake-server.js';
import { until } from '../helpers/manual-timers.js';
import { chunk, FedResponse, sseEvent } from '../helpers/responses.js';

describe('exchange: a lost connection that can be taken up again', () => {
  const numbered = (id: number, event: string) => `id: ${id}\n${event}`;
  const first = numbered(1, say('Once ')) + numbered(2, say('upon ')) + numbered(3, say('a '));
  const rest = numbered(4, say('time')) + numbered(5, stop) + numbered(6, sseEvent('[DONE]'));
  const some = numbered(1, say('Once ')) + say('upon ') + numbered(2, say('a '));

  /** [what, what came before, what comes then, the id asked for] */
  const RESUMED: [string, string, string, string][] = [
    ['goes on', first, rest, '3'],
    ['says the last event again', first, numbered(3, say('a ')) + rest, '3'],
    ['begins again from the start', first, first + rest, '3'],
    ['numbers only some, and goes on', some + say('tim'), say('e') + numbered(3, done), '2'],
    ['numbers only some, and repeats', some + say('tim'), say('tim') + say('e') + numbered(3, done), '2'],
    ['numbers only some, and begins again', some + say('tim'), some + say('tim') + say('e') + done, '2'],
    [
      'numbers late, and begins again',
      say('Once ') + numbered(1, say('upon ')),
      say('Once ') + numbered(1, say('upon ')) + numbered(2, say('a time')) + done,
      '1',
    ],
    ['had just said why it ends', first + numbered(4, sseEvent(chunk({ content: 'time' }))), numbered(5, done), '4'],
  ];
  for (const [what, before, then, id] of RESUMED) {
    it(`shows nothing twice of a server that ${what}`, async () => {
      const setup = start();
      const { chat, server, timers, notices, text, turn } = setup;
      server.answers.push(broken(before), streamed(then));
      const reply = chat.send('Hi');
      await until(() => chat.retry);
      expect(chat.retry).to.include({ attempt: 1, at: timers.now() + 500 });
      expect(chat.readyState).to.equal('connecting');
      const kept = text();
      expect(kept).to.match(/^Once upon/);
      expect(chat.messages.at(-1)).to.include({ status: 'streaming' });
      const message = await turn(reply);
      expect(messageText(message)).to.equal('Once upon a time');
      expect(message).to.include({ status: 'complete', finishReason: 'stop' });
      expect(message.parts).to.have.length(1);
      const [asked, again] = server.requests;
      expect(asked!.headers.has('last-event-id')).to.equal(false);
      expect(again!.headers.get('last-event-id')).to.equal(id);
      expect([again!.url, again!.method, again!.body]).to.deep.equal([asked!.url, asked!.method, asked!.body]);
      expect(notices).to.have.length(1);
      expectOneEnd(setup);
    });
  }

  /** [what, what the connection is lost by, whether it can be taken up] */
  const LOST: [string, Answer, boolean][] = [
    ['breaks', broken(first), true],
    ['ends early', streamed(first), true],
    ['ends within an event', streamed(`${first}id: 4\ndata: {"choices":[{"delta":{"conte`), true],
    ['has no ids', broken(say('Once ')), false],
    ['has said why it ends', broken(first + stop), false],
    ['reports an error', streamed(first + sseEvent({ error: { message: 'Busy', code: 503 } })), false],
  ];
  for (const [what, lost, isTakenUp] of LOST) {
    it(`asks ${isTakenUp ? 'again' : 'nothing more'} of a stream that ${what}`, async () => {
      const setup = start();
      const { server, turn } = setup;
      server.answers.push(lost, streamed(rest));
      const message = await turn();
      expect(server.requests).to.have.length(isTakenUp ? 2 : 1);
      if (isTakenUp) expect(messageText(message)).to.equal('Once upon a time');
      expectOneEnd(setup, message.error ? 'error' : 'end');
    });
  }

  it('is taken up after silence, too', async () => {
    const setup = start();
    const { chat, server, timers, turn } = setup;
    server.answers.push(() => new FedResponse().write(first).response, streamed(rest));
    const reply = chat.send('Hi');
    await until(() => chat.readyState === 'streaming');
    await timers.advance(45_000);
    await until(() => chat.retry);
    expect(messageText(await turn(reply))).to.equal('Once upon a time');
    expectOneEnd(setup);
  });

  /** [what, answers to the request to go on, requests in all] */
  const GIVEN_UP: [string, Answer[], number][] = [
    ['204', [status(204), fine], 2],
    ['another reply', [streamed(numbered(1, say('Twice ')) + numbered(2, done)), fine], 2],
    ['another reply that begins alike', [streamed(numbered(1, say('Once ')) + numbered(2, say('more'))), fine], 2],
    ['404', [status(404), fine], 2],
    ['401', [status(401), fine], 2],
    ['errors that do not pass', [status(503), status(503), fine], 3],
    ['429 that asks for more than a minute', [status(429, { 'retry-after': '61' }), fine], 2],
    ['HTML', [streamed('<!doctype html>', { 'content-type': 'text/html' }), fine], 2],
  ];
  for (const [what, answers, requests] of GIVEN_UP) {
    it(`is interrupted, and keeps what it has, where the answer is ${what}`, async () => {
      const setup = start();
      const { server, turn } = setup;
      server.answers.push(broken(first), ...answers);
      const message = await turn();
      expect(message).to.include({ status: 'interrupted' });
      expect(message.error).to.include({ code: 'interrupted' });
      expect(messageText(message)).to.equal('Once upon a ');
      expect(server.requests).to.have.length(requests);
      expectOneEnd(setup, 'error');
    });
  }

  /** [what, ids of the first connection, ids of the second, its first word, JSON id of the two, requests] */
  const STRANGERS: [string, string[], string[], string, [string?, string?], number][] = [
    ['numbers that mean nothing', ['9f-a', '1c-b', '77-c'], ['3e-d', '2b-e'], 'Other', [], 1],
    ['numbers that do not count up', ['3', '2', '1'], ['6', '5'], 'Other', [], 1],
    ['one number for a whole answer', ['msg-1', 'msg-1', 'msg-1'], ['msg-2', 'msg-2'], 'Other', [], 1],
    ['an answer that begins again under new numbers', ['1', '2', '3'], ['4', '5'], 'one', [], 2],
    ['an answer whose own id is another', ['1', '2', '3'], ['4', '5'], 'Other', ['a', 'b'], 2],
    ['times that begin again', ['17-0', '17-1', '17-2'], ['18-0', '18-1'], 'one', [], 2],
  ];
  for (const [what, before, after, word, [one, two], requests] of STRANGERS) {
    it(`adds nothing of ${what}`, async () => {
      const event = (id: string, content: string, reply?: string) =>
        `id: ${id}\n${sseEvent({ ...(reply && { id: reply }), ...chunk({ content }) })}`;
      const { server, turn } = start();
      const words = ['one', ' two', ' three'];
      server.answers.push(
        broken(before.map((id, at) => event(id, words[at]!, one)).join('')),
        streamed(after.map((id, at) => event(id, at === 0 ? word : ' more', two)).join('') + done),
      );
      const message = await turn();
      expect(messageText(message)).to.equal('one two three');
      expect(message.status).to.equal('interrupted');
      expect(server.requests).to.have.length(requests);
    });
  }

  it('is not taken up where no try is wanted', async () => {
    const { server, turn } = start({ retry: 0 });
    server.answers.push(broken(first), streamed(rest));
    expect(await turn()).to.include({ status: 'interrupted' });
    expect(server.requests).to.have.length(1);
  });

  it('is taken up again as often as tries are wanted, with the last id', async () => {
    const setup = start();
    const { server, turn } = setup;
    server.answers.push(
      broken(numbered(1, say('Once '))),
      broken(numbered(2, say('upon '))),
      streamed(numbered(3, say('a time')) + done),
    );
    const message = await turn();
    expect(messageText(message)).to.equal('Once upon a time');
    expect(server.requests.map(({ headers }) => headers.get('last-event-id'))).to.deep.equal([null, '1', '2']);
    expectOneEnd(setup);
  });

  it('ends with what went wrong last, where something new had come between', async () => {
    const setup = start({ retry: 1 });
    const { chat, server, timers, text } = setup;
    server.answers.push(broken(first), () => new FedResponse().write(numbered(4, say('time'))).response);
    const reply = chat.send('Hi');
    await until(() => chat.retry);
    await timers.advance(500);
    await until(() => text().endsWith('time'));
    await timers.advance(45_000);
    expect((await reply).error).to.include({ code: 'stalled' });
    expect(await reply).to.include({ status: 'interrupted' });
    expectOneEnd(setup, 'error');
  });

  it('asks for a new token on the way', async () => {
    let tokens = 0;
    const { server, turn } = start({ headers: () => ({ authorization: `Bearer ${++tokens}` }) });
    server.answers.push(broken(first), status(401), streamed(rest));
    expect(messageText(await turn())).to.equal('Once upon a time');
    expect(server.requests.map(({ headers }) => headers.get('authorization'))).to.deep.equal([
      'Bearer 1',
      'Bearer 2',
      'Bearer 3',
    ]);
    expect(server.requests[2]!.headers.get('last-event-id')).to.equal('3');
  });

  /** [what the stream asks for, what the server that is asked to go on says first, waits in milliseconds] */
  const WAITS: [string, Answer[], number[]][] = [
    ['', [], [500]],
    ['retry: 1234\n', [], [1234]],
    ['retry: 0\n', [], [0]],
    ['retry: 9999999\n', [], [60_000]],
    // Of troubles of its own a server recovers as slowly as any.
    ['retry: 100\n', [status(503)], [100, 1000]],
    ['retry: 100\n', [status(503, { 'retry-after': '7' })], [100, 7000]],
    ['retry: 100\n', [status(429, { 'retry-after': '7' })], [100, 7000]],
  ];
  for (const [asks, before, waits] of WAITS) {
    it(`waits ${waits.join(' and ')} ms where the stream says ${JSON.stringify(asks)}`, async () => {
      const { chat, server, timers, turn } = start();
      const seen: number[] = [];
      chat.options.onRetry = ({ at }) => void seen.push(at! - timers.now());
      server.answers.push(broken(asks + first), ...before, streamed(rest));
      expect(messageText(await turn())).to.equal('Once upon a time');
      expect(seen).to.deep.equal(waits);
    });
  }

  it('waits for the network', async () => {
    const { chat, server, connectivity, turn } = start();
    server.answers.push(broken(first), streamed(rest));
    connectivity.goOffline();
    const reply = chat.send('Hi');
    await until(() => connectivity.waiting);
    expect(chat.retry).not.to.have.property('at');
    connectivity.goOnline();
    expect(messageText(await turn(reply))).to.equal('Once upon a time');
  });

  it('is stopped in the wait at once, and keeps what it has', async () => {
    const { chat, server, timers } = start();
    server.answers.push(broken(first), streamed(rest));
    const reply = chat.send('Hi');
    await until(() => chat.retry);
    chat.stop();
    expect(chat.readyState).to.equal('idle');
    expect(await reply).to.include({ status: 'stopped' });
    expect(messageText(await reply)).to.equal('Once upon a ');
    await timers.advance(HOUR);
    expect(server.requests).to.have.length(1);
  });

  describe('within its last event', () => {
    const TORN: [string, string][] = [
      ['Chat Completions', `${first}id: 4\ndata: {"choices":[{"index":0,"delta":{"content":"ti`],
      [
        'a format without an end',
        `id: 1\ndata: {"text":"Once "}\n\nid: 2\ndata: {"text":"upon "}\n\nid: 3\ndata: {"text":"a "}\n\nid: 4\ndata: {"text":"ti`,
      ],
    ];
    for (const [what, before] of TORN) {
      it(`shows no half of it (${what}), but the whole`, async () => {
        const setup = start();
        const { chat, server, text, turn } = setup;
        const whole = what.startsWith('a ') ? 'id: 4\ndata: {"text":"time"}\n\n' : rest;
        server.answers.push(streamed(before), streamed(whole));
        const reply = chat.send('Hi');
        await until(() => chat.retry);
        expect(text()).to.equal('Once upon a ');
        const message = await turn(reply);
        expect(messageText(message)).to.equal('Once upon a time');
        expect(message).to.include({ status: 'complete' });
        expect(message.metrics, 'the half is not counted').to.include({
          frames: whole === rest ? 6 : 4,
          malformedFrames: 0,
        });
        expect(server.requests[1]!.headers.get('last-event-id')).to.equal('3');
        expectOneEnd(setup);
      });

      it(`is interrupted (${what}) where there is no more`, async () => {
        const setup = start();
        const { server, turn } = setup;
        server.answers.push(streamed(before), status(204));
        const message = await turn();
        expect(message).to.include({ status: 'interrupted' });
        expect(messageText(message)).to.equal('Once upon a ');
        expectOneEnd(setup, 'error');
      });
    }

    it('takes bare text for whole, and does not ask again for what many servers forget', async () => {
      const { server, turn } = start();
      server.answers.push(streamed('id: 1\ndata: Good\n\nid: 2\ndata:  day'), fine);
      const message = await turn();
      expect([messageText(message), message.status]).to.deep.equal(['Good day', 'complete']);
      expect(server.requests).to.have.length(1);
    });
  });
});
