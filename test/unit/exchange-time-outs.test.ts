import { expect } from 'chai';
import { messageText, type ChatOptions, type Message } from '../../src/chat/index.js';
import {
  HOUR,
  silence,
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
import { settle, until } from '../helpers/manual-timers.js';
import { chunk, FedResponse, sseEvent } from '../helpers/responses.js';

describe('exchange: time-outs', () => {
  const heartbeat = ': ping\n\n';

  /** [what, options, what the server does at so many seconds, when it lapses, status, code, limit told, text kept] */
  const LIMITS: [string, ChatOptions, [number, string][], number, Message['status'], string, number, string][] = [
    ['no event in a minute', {}, [], 60, 'error', 'timeout', 60, ''],
    ['no event in the time that was set', { timeout: 5 }, [], 5, 'error', 'timeout', 5, ''],
    ['heartbeats and no event', {}, [10, 20, 30, 40, 50].map((at) => [at, heartbeat]), 60, 'error', 'timeout', 60, ''],
    ['a heartbeat and then nothing', {}, [[5, heartbeat]], 50, 'error', 'timeout', 45, ''],
    ['silence behind a text', {}, [[50, say('Once')]], 95, 'interrupted', 'stalled', 45, 'Once'],
    [
      'silence behind a text and heartbeats',
      {},
      [
        [1, say('Once')],
        [40, heartbeat],
        [80, heartbeat],
        [120, heartbeat],
      ],
      165,
      'interrupted',
      'stalled',
      45,
      'Once',
    ],
    [
      'silence, in the time that was set',
      { timeout: 0, idleTimeout: 7 },
      [[100, say('Once')]],
      107,
      'interrupted',
      'stalled',
      7,
      'Once',
    ],
    [
      'silence behind an event that says nothing yet',
      {},
      [[50, sseEvent(chunk({ role: 'assistant' }))]],
      95,
      'error',
      'stalled',
      45,
      '',
    ],
  ];
  for (const [what, options, steps, lapses, state, code, seconds, kept] of LIMITS) {
    it(`lapses at ${what}: ${state}, and lets go of the connection`, async () => {
      const setup = start(options);
      const { chat, server, timers, notices } = setup;
      const fed = new FedResponse();
      server.answers.push(() => fed.response, fine);
      const reply = chat.send('Hi');
      await until(() => chat.readyState === 'waiting');
      let now = 0;
      for (const [at, piece] of steps) {
        await timers.advance((at - now) * 1000);
        now = at;
        fed.write(piece);
      }
      await timers.advance((lapses - now) * 1000 - 1);
      expect(chat.readyState, 'not earlier').not.to.equal('idle');
      await timers.advance(1);
      const message = await reply;
      expect(message.status).to.equal(state);
      expect(message.error).to.include({ code, seconds });
      expect(messageText(message)).to.equal(kept);
      await fed.whenCancelled;
      expect(fed.released).to.equal(true);
      expect(timers.waiting).to.deep.equal([]);
      expect(server.requests, 'not repeated').to.have.length(1);
      expect(notices).to.deep.equal([]);
      expectOneEnd(setup, 'error');
    });
  }

  it('takes back a request that is not answered in time', async () => {
    const setup = start();
    const { chat, server, timers } = setup;
    server.answers.push(silence, fine);
    const reply = chat.send('Hi');
    await until(() => server.requests.length);
    expect(server.requests[0]!.signal.aborted).to.equal(false);
    await timers.advance(59_999);
    expect(chat.readyState).to.equal('connecting');
    await timers.advance(1);
    expect(server.requests[0]!.signal.aborted).to.equal(true);
    expect(await reply).to.include({ status: 'error' });
    expect((await reply).error).to.include({ code: 'timeout', seconds: 60 });
    expect(server.requests).to.have.length(1);
    expectOneEnd(setup, 'error');
    expect(await setup.turn(chat.regenerate())).to.include({ status: 'complete' });
  });

  it('gives every try its own time', async () => {
    const { chat, server, timers } = start();
    server.answers.push(status(503, { 'retry-after': '50' }), silence);
    const reply = chat.send('Hi');
    await until(() => chat.retry);
    await timers.advance(50_000 + 59_999);
    expect(chat.readyState).to.equal('connecting');
    await timers.advance(1);
    expect((await reply).error).to.include({ code: 'timeout', seconds: 60 });
  });

  it('does not count the time in which the page finds its token', async () => {
    let give = (_headers: Record<string, string>) => {};
    const { chat, server, timers } = start({ headers: () => new Promise((resolve) => (give = resolve)) });
    server.answers.push(fine);
    const reply = chat.send('Hi');
    await timers.advance(HOUR);
    give({ authorization: 'x' });
    expect(await reply).to.include({ status: 'complete' });
  });

  it('has none before the headers where it is off', async () => {
    const { chat, server, timers } = start({ timeout: 0 });
    server.answers.push(silence);
    const reply = chat.send('Hi');
    await until(() => server.requests.length);
    expect(timers.waiting).to.deep.equal([]);
    await timers.advance(HOUR);
    expect(chat.readyState).to.equal('connecting');
    chat.stop();
    expect(await reply).to.include({ status: 'stopped' });
    expect(server.requests[0]!.signal.aborted).to.equal(true);
  });

  it('has none behind the first event where silence is allowed', async () => {
    const { chat, server, timers, text } = start({ idleTimeout: 0 });
    const fed = new FedResponse().write(say('Once'));
    server.answers.push(() => fed.response);
    const reply = chat.send('Hi');
    await until(() => text() === 'Once');
    expect(timers.waiting).to.deep.equal([]);
    await timers.advance(24 * HOUR);
    expect(chat.readyState).to.equal('streaming');
    fed.write(done);
    expect(await reply).to.include({ status: 'complete' });
  });

  /** [what, what the server sends, text] */
  const LAST_WORDS: [string, string[], string][] = [
    ['that comes with the last piece', [say('Once'), sseEvent(chunk({ content: ' upon' }, 'stop'))], 'Once upon'],
    ['of a filter that lets nothing through', [sseEvent(chunk({}, 'content_filter'))], ''],
  ];
  for (const [what, pieces, wanted] of LAST_WORDS) {
    it(`waits three seconds behind a finish reason ${what}`, async () => {
      const { chat, server, timers, text } = start();
      const fed = new FedResponse();
      server.answers.push(() => fed.response);
      const reply = chat.send('Hi');
      for (const piece of pieces) fed.write(piece);
      await until(() => chat.messages.at(-1)!.finishReason);
      await timers.advance(3000);
      expect(await reply).to.include({ status: 'complete' });
      expect(text()).to.equal(wanted);
    });
  }

  it('waits three seconds for what follows the finish reason', async () => {
    const setup = start();
    const { chat, server, timers } = setup;
    const fed = new FedResponse().write(say('Once') + stop);
    server.answers.push(() => fed.response);
    const reply = chat.send('Hi');
    await until(() => chat.messages.at(-1)!.finishReason);
    await timers.advance(2000);
    fed.write(sseEvent({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } }));
    await timers.advance(2999);
    expect(chat.readyState).to.equal('streaming');
    await timers.advance(1);
    const message = await reply;
    expect(message).to.include({ status: 'complete', finishReason: 'stop' });
    expect(message).not.to.have.property('error');
    expect(message.usage).to.include({ totalTokens: 3 });
    await fed.whenCancelled;
    expectOneEnd(setup);
  });

  /** [what, pieces, text] */
  const GOES_ON: [string, string[], string][] = [
    [
      'that is said with every piece',
      [sseEvent(chunk({ content: 'Once' }, 'stop')), ' upon', ' a time'],
      'Once upon a time',
    ],
    ['that is said before the first word', [stop, 'Once', ' upon'], 'Once upon'],
    ['behind which it goes on', [say('Once') + stop + say(' upon'), ' a time'], 'Once upon a time'],
  ];
  for (const [what, pieces, wanted] of GOES_ON) {
    it(`does not cut an answer off behind a finish reason ${what}`, async () => {
      const { chat, server, timers, text } = start();
      const fed = new FedResponse();
      server.answers.push(() => fed.response);
      const reply = chat.send('Hi');
      for (const piece of pieces) {
        fed.write(
          piece.startsWith('data') ? piece : sseEvent(chunk({ content: piece }, piece === pieces[1] ? null : 'stop')),
        );
        await settle();
        await timers.advance(30_000);
        expect(chat.readyState).not.to.equal('idle');
      }
      expect(text()).to.equal(wanted);
      fed.close();
      expect(await reply).to.include({ status: 'complete', finishReason: 'stop' });
    });
  }

  it('takes what goes on behind its finish reason and then breaks off for interrupted', async () => {
    const { server, turn } = start();
    server.answers.push(broken(say('Once') + stop + say(' upon')));
    const message = await turn();
    expect([message.status, messageText(message)]).to.deep.equal(['interrupted', 'Once upon']);
  });

  it('does not wait long for what an error has to say', async () => {
    const { chat, server, timers } = start({ retry: 0 });
    const fed = new FedResponse({ status: 503, headers: { 'content-type': 'text/plain' } }).write('Too bu');
    server.answers.push(() => fed.response);
    const reply = chat.send('Hi');
    await until(() => timers.waiting.length);
    await timers.advance(3000);
    expect((await reply).error).to.include({ code: 'server', status: 503 });
    await fed.whenCancelled;
    expect(timers.waiting).to.deep.equal([]);
  });

  it('tells the error that the endpoint has reported, also where the connection breaks behind it', async () => {
    const { server, turn } = start({ protocol: 'ui-message-stream' });
    server.answers.push(
      broken(sseEvent({ type: 'start' }) + sseEvent({ type: 'error', errorText: 'Quota exceeded' })),
      fine,
    );
    const message = await turn();
    expect(message.error).to.include({ code: 'provider', detail: 'Quota exceeded' });
    expect(server.requests).to.have.length(1);
  });

  it('tells it also where the rest was asked for, and says nothing new', async () => {
    const { server, turn } = start({ protocol: 'ui-message-stream' });
    const failure = sseEvent({ type: 'error', errorText: 'Quota exceeded' });
    const events = `id: 1\n${sseEvent({ type: 'start' })}id: 2\n${failure}`;
    server.answers.push(broken(events), streamed(events));
    expect((await turn()).error).to.include({ code: 'provider', detail: 'Quota exceeded' });
    expect(server.requests).to.have.length(2);
  });

  it('leaves no timer behind, however a reply ends', async () => {
    const { chat, server, timers, turn } = start();
    server.answers.push(fine, broken(say('a')), status(400), () => new FedResponse().write(say('a')).response);
    await turn();
    await turn(chat.send('2'));
    await turn(chat.send('3'));
    const reply = chat.send('4');
    await until(() => chat.readyState === 'streaming');
    chat.stop();
    await reply;
    await settle();
    expect(timers.waiting).to.deep.equal([]);
  });
});
