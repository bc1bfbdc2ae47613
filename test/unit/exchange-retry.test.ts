import { expect } from 'chai';
import { messageText, type Message } from '../../src/chat/index.js';
import {
  HOUR,
  type Answer,
  refused,
  streamed,
  status,
  broken,
  fine,
  say,
  start,
  expectOneEnd,
} from '../helpers/fake-server.js';
import { until } from '../helpers/manual-timers.js';
import { chunk, FedResponse, replyOf, sseEvent } from '../helpers/responses.js';

describe('exchange: another try', () => {
  /** [what, answer, milliseconds to the next, members of the error] */
  const PASSING: [string, Answer, number, Record<string, unknown>][] = [
    ['no answer', refused, 500, { code: 'network' }],
    ['500', status(500), 500, { code: 'server', status: 500 }],
    ['502', status(502), 500, { code: 'server', status: 502 }],
    ['503 with Retry-After', status(503, { 'retry-after': '7' }), 7000, { code: 'server', retryAfter: 7 }],
    ['429 with Retry-After', status(429, { 'retry-after': '60' }), 60_000, { code: 'rate-limited' }],
    ['429 that asks for no wait', status(429, { 'retry-after': '0' }), 0, { code: 'rate-limited' }],
    ['408', status(408), 500, { code: 'rejected', status: 408 }],
    ['a stream that breaks before its first event', broken(''), 500, { code: 'interrupted' }],
    ['one that breaks behind a comment', broken(': ping\n\n'), 500, { code: 'interrupted' }],
    [
      'one that ends behind a role',
      streamed(sseEvent(chunk({ role: 'assistant', content: '' }))),
      500,
      { code: 'interrupted' },
    ],
    [
      'one that breaks behind the name of its model',
      broken(sseEvent({ model: 'm', choices: [] })),
      500,
      { code: 'interrupted' },
    ],
    ...(
      [
        ['in words', { type: 'overloaded_error', message: 'Overloaded' }, 529],
        ['by a code in words', { message: 'a', code: 'rate_limit_exceeded' }, 429],
        ['by a number that is written', { message: 'a', code: '503' }, 503],
      ] as const
    ).map(([how, error, code]): [string, Answer, number, Record<string, unknown>] => [
      `an overload that a stream reports ${how}`,
      streamed(sseEvent({ error })),
      500,
      { code: 'provider', status: code },
    ]),
    [
      'an overload that a stream reports at once',
      streamed(sseEvent({ error: { message: 'Busy', code: 503 } })),
      500,
      { code: 'provider', status: 503 },
    ],
  ];
  for (const [what, answer, delay, members] of PASSING) {
    it(`follows ${what}`, async () => {
      const setup = start();
      const { chat, server, timers, notices, turn } = setup;
      server.answers.push(answer, fine);
      const reply = chat.send('Hi');
      if (delay > 0) {
        await until(() => chat.retry);
        const { attempt, error, at } = chat.retry!;
        expect({ attempt, at }).to.deep.equal({ attempt: 1, at: timers.now() + delay });
        expect(chat.snapshot()).to.have.property('retry', chat.retry);
        expect(error).to.include(members);
        expect(chat.readyState).to.equal('connecting');
        expect(chat.messages.at(-1)).to.deep.include({ status: 'streaming', parts: [] });
        await timers.advance(delay - 1);
        expect(server.requests, 'not earlier').to.have.length(1);
        await timers.advance(1);
        expect(server.requests).to.have.length(2);
      }
      const message = await turn(reply);
      expect(message).to.include({ status: 'complete' });
      expect(message).not.to.have.property('error');
      expect(messageText(message)).to.equal('fine');
      expect(notices.map(({ attempt }) => attempt)).to.deep.equal([1]);
      expect(notices[0]!.error).to.include(members);
      expect(server.requests[1]!.body, 'the same question').to.equal(server.requests[0]!.body);
      expectOneEnd(setup);
    });
  }

  /** [what, answer, code] */
  const LASTING: [string, Answer, string][] = [
    ['400', status(400), 'rejected'],
    ['401', status(401), 'unauthorized'],
    ['403', status(403), 'unauthorized'],
    ['404', status(404), 'not-found'],
    ['422', status(422), 'rejected'],
    ['501', status(501), 'server'],
    ['429 that asks for more than a minute', status(429, { 'retry-after': '61' }), 'rate-limited'],
    ['a page of HTML', streamed('<!doctype html>', { 'content-type': 'text/html' }), 'unexpected-content'],
    ['nothing', streamed(''), 'empty'],
    ['204', status(204), 'empty'],
    ['an error that a stream reports', streamed(sseEvent({ error: 'No' })), 'provider'],
  ];
  for (const [what, answer, code] of LASTING) {
    it(`does not follow ${what}`, async () => {
      const setup = start();
      const { server, notices, turn } = setup;
      server.answers.push(answer, fine);
      const { error, status: state } = await turn();
      expect([error?.code, state]).to.deep.equal([code, 'error']);
      expect(server.requests).to.have.length(1);
      expect(notices).to.deep.equal([]);
      expectOneEnd(setup, 'error');
    });
  }

  /** What is there was paid for, and shown. [what, answer, status, what is kept] */
  const ARRIVED: [string, Answer, Message['status'], Partial<Message['parts'][number]>][] = [
    ['a text', broken(say('Once')), 'interrupted', { type: 'text', text: 'Once' }],
    ['a text, by a clean end', streamed(say('Once')), 'interrupted', { type: 'text', text: 'Once' }],
    ['a thought', broken(sseEvent(chunk({ reasoning: 'Hm' }))), 'interrupted', { type: 'reasoning', text: 'Hm' }],
    ['a refusal', broken(sseEvent(chunk({ refusal: 'No' }))), 'interrupted', { type: 'refusal', text: 'No' }],
    [
      'a tool call',
      broken(sseEvent(chunk({ tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '{' } }] }))),
      'interrupted',
      { type: 'tool-call', name: 'f' },
    ],
    [
      'a text, by an overload',
      streamed(say('Once') + sseEvent({ error: { message: 'Busy', code: 503 } })),
      'error',
      { type: 'text', text: 'Once' },
    ],
  ];
  for (const [what, answer, state, part] of ARRIVED) {
    it(`is never made once there is ${what}`, async () => {
      const setup = start();
      const { server, notices, turn } = setup;
      server.answers.push(answer, fine);
      const message = await turn();
      expect(message.status).to.equal(state);
      expect(message.parts).to.have.length(1);
      expect(message.parts[0]).to.include(part);
      expect(server.requests).to.have.length(1);
      expect(notices).to.deep.equal([]);
      expectOneEnd(setup, 'error');
    });
  }

  it('is not made by all at the same moment', async () => {
    const { server, timers, chat, turn } = start({ random: () => 0.8 });
    server.answers.push(refused, fine);
    const waits: number[] = [];
    chat.options.onRetry = ({ at }) => void waits.push(at! - timers.now());
    await turn();
    expect(waits).to.deep.equal([400]);
  });

  it('takes a request back that was answered with an error status', async () => {
    const { server, turn } = start({ retry: 0 });
    server.answers.push(status(500));
    await turn();
    expect(server.requests[0]!.signal.aborted).to.equal(true);
  });

  /** [option, requests, waits] */
  const COUNTS: [number | undefined, number, number[]][] = [
    [undefined, 3, [500, 1000]],
    [0, 1, []],
    [1, 2, [500]],
    [5, 6, [500, 1000, 2000, 4000, 8000]],
    [NaN, 3, [500, 1000]],
    [Infinity, 3, [500, 1000]],
  ];
  for (const [retry, requests, waits] of COUNTS) {
    it(`is made ${requests - 1} times where retry is ${retry}`, async () => {
      const setup = start({ ...(retry !== undefined && { retry }) });
      const { server, timers, notices, turn } = setup;
      const seen: number[] = [];
      setup.chat.options.onRetry = (notice) => {
        seen.push(notice.at! - timers.now());
        notices.push(notice);
      };
      for (let at = 0; at < 9; at++) server.answers.push(at % 2 ? status(500) : refused);
      const { error, status: state, parts } = await turn();
      expect(server.requests).to.have.length(requests);
      expect(seen).to.deep.equal(waits);
      expect(notices.map(({ attempt }) => attempt)).to.deep.equal(waits.map((_, at) => at + 1));
      expect([error!.code, state, parts]).to.deep.equal([requests % 2 ? 'network' : 'server', 'error', []]);
      expectOneEnd(setup, 'error');
    });
  }

  it('shows each notice in its turn, and none once the endpoint has answered', async () => {
    const { chat, server, timers } = start();
    const fed = new FedResponse();
    server.answers.push(refused, status(503), () => fed.response);
    const reply = chat.send('Hi');
    await until(() => chat.retry?.attempt === 1);
    expect(chat.retry!.error.code).to.equal('network');
    await timers.advance(500);
    await until(() => chat.retry?.attempt === 2);
    expect(chat.retry!.error.code).to.equal('server');
    expect(chat.readyState).to.equal('connecting');
    await timers.advance(1000);
    await until(() => chat.readyState === 'waiting');
    expect(chat.snapshot()).not.to.have.property('retry');
    fed.write(replyOf('ok'));
    expect(await reply).to.include({ status: 'complete' });
  });

  it('keeps what a try that failed has said of itself out of the message of the next', async () => {
    const { server, turn } = start();
    server.answers.push(broken(sseEvent(chunk({ role: 'assistant' })) + sseEvent('{"choices":[')), fine);
    const { metrics } = await turn();
    expect(metrics).to.deep.equal({ frames: 3, malformedFrames: 0, unknownFrames: 0 });
  });

  it('is seen by onRequest and onResponse', async () => {
    const { chat, server, turn } = start();
    const seen: string[] = [];
    Object.assign(chat.options, {
      onRequest: () => void seen.push('request'),
      onResponse: ({ status: code }: Response) => void seen.push(`response ${code}`),
    });
    server.answers.push(refused, status(500), fine);
    await turn();
    expect(seen).to.deep.equal(['request', 'request', 'request', 'response 200']);
  });

  it('can be called off by onRequest', async () => {
    const { chat, server, turn } = start();
    let requests = 0;
    chat.options.onRequest = () => ++requests < 2;
    server.answers.push(status(500), fine);
    expect(await turn()).to.deep.include({ status: 'stopped', parts: [] });
    expect(server.requests).to.have.length(1);
  });

  it('makes a callback that throws an internal error, and is not made then', async () => {
    const setup = start({
      onRetry: () => {
        throw new Error('by the page');
      },
    });
    setup.server.answers.push(status(500), fine);
    const { error } = await setup.turn();
    expect(error).to.include({ code: 'internal' });
    expect(setup.server.requests).to.have.length(1);
    expectOneEnd(setup, 'error');
  });

  it('never carries the words of an error', async () => {
    const { chat, server, turn } = start();
    server.answers.push(status(500), status(503), fine, status(400), fine);
    await turn();
    await turn(chat.send('again'));
    await turn(chat.send('and again'));
    expect(server.said).to.deep.equal(['Hi', 'fine', 'again\n\nand again']);
    expect(JSON.stringify(server.requests.map(({ body }) => body))).not.to.include('WORDS');
  });

  describe('and Stop', () => {
    const WAITS: [string, Answer][] = [
      ['after an error', status(500)],
      ['as long as the server asked', status(503, { 'retry-after': '60' })],
      ['without a network', refused],
    ];
    for (const [what, answer] of WAITS) {
      it(`ends the wait ${what} at once, and nothing is sent afterwards`, async () => {
        const { chat, server, timers, connectivity, ends } = start();
        if (answer === refused) connectivity.goOffline();
        server.answers.push(answer, fine, fine);
        const reply = chat.send('Hi');
        await until(() => chat.retry);
        chat.stop();
        expect(chat.readyState).to.equal('idle');
        expect(chat.snapshot()).not.to.have.property('retry');
        expect(await reply).to.deep.include({ status: 'stopped', parts: [] });
        expect(timers.waiting).to.deep.equal([]);
        expect(connectivity.waiting).to.equal(0);
        connectivity.goOnline();
        await timers.advance(HOUR);
        expect(server.requests).to.have.length(1);
        expect(ends).to.deep.equal([]);
        expect(chat.messages.at(-1)).to.equal(await reply);
      });
    }

    it('lets the next question begin within the same task', async () => {
      const { chat, server, timers, turn } = start();
      server.answers.push(status(500), fine);
      const first = chat.send('one');
      await until(() => chat.retry);
      chat.stop();
      expect(messageText(await turn(chat.send('two')))).to.equal('fine');
      await timers.advance(HOUR);
      expect(await first).to.include({ status: 'stopped' });
      expect(server.requests).to.have.length(2);
    });

    it('works from within onRetry', async () => {
      const { chat, server, timers } = start();
      chat.options.onRetry = () => chat.stop();
      server.answers.push(status(500), fine);
      expect(await chat.send('Hi')).to.include({ status: 'stopped' });
      await timers.advance(HOUR);
      expect(server.requests).to.have.length(1);
      expect(timers.waiting).to.deep.equal([]);
    });

    it('comes with clear', async () => {
      const { chat, server, timers } = start();
      server.answers.push(status(500), fine);
      const reply = chat.send('Hi');
      await until(() => chat.retry);
      chat.clear();
      await reply;
      await timers.advance(HOUR);
      expect([chat.messages, server.requests.length]).to.deep.equal([[], 1]);
    });
  });

  describe('without a network', () => {
    it('waits until there is one, and does not count it', async () => {
      const setup = start({ retry: 1 });
      const { chat, server, timers, connectivity, notices, turn } = setup;
      server.answers.push(refused, refused, status(500), fine);
      connectivity.goOffline();
      const reply = chat.send('Hi');
      for (const requests of [1, 2]) {
        await until(() => connectivity.waiting === 1);
        expect(chat.retry).to.have.all.keys('attempt', 'error');
        expect(chat.retry).to.deep.include({ attempt: 1 });
        expect(chat.readyState).to.equal('connecting');
        await timers.advance(HOUR);
        expect(server.requests).to.have.length(requests);
        if (requests === 1) {
          connectivity.goOnline();
          connectivity.goOffline();
        } else connectivity.goOnline();
        await until(() => server.requests.length > requests);
      }
      expect(messageText(await turn(reply))).to.equal('fine');
      expect(notices.map(({ attempt, error, at }) => [attempt, error.code, at !== undefined])).to.deep.equal([
        [1, 'network', false],
        [1, 'network', false],
        [1, 'server', true],
      ]);
      expect(connectivity.waiting).to.equal(0);
      expectOneEnd(setup);
    });

    it('waits for none where no try is wanted', async () => {
      const { server, connectivity, notices, turn } = start({ retry: 0 });
      connectivity.goOffline();
      server.answers.push(refused);
      expect((await turn()).error).to.include({ code: 'network' });
      expect(notices).to.deep.equal([]);
    });

    it('takes an answer for an answer, whatever the browser thinks of the network', async () => {
      const { server, connectivity, notices, turn } = start();
      connectivity.goOffline();
      server.answers.push(status(500), fine);
      expect(await turn()).to.include({ status: 'complete' });
      expect(notices[0]).to.have.property('at');
    });
  });
});

describe('exchange: a token that has expired', () => {
  /** [what, whether the headers are a function, answers, requests, code] */
  const TOKENS: [string, boolean, Answer[], number, string?][] = [
    ['asks for another', true, [status(401), fine], 2],
    ['asks only once', true, [status(401), status(401), fine], 2, 'unauthorized'],
    ['asks only once, also across other tries', true, [status(401), status(500), status(401)], 3, 'unauthorized'],
    ['asks in the middle of other tries', true, [refused, status(401), status(500), fine], 4],
    ['does not ask an object', false, [status(401), fine], 1, 'unauthorized'],
    ['does not ask after a 403', true, [status(403), fine], 1, 'unauthorized'],
  ];
  for (const [what, isFunction, answers, requests, code] of TOKENS) {
    it(what, async () => {
      let tokens = 0;
      const headers = () => Promise.resolve({ authorization: `Bearer ${++tokens}` });
      const setup = start({ headers: isFunction ? headers : await headers() });
      const { server, turn } = setup;
      server.answers.push(...answers);
      expect((await turn()).error?.code).to.equal(code);
      expect(server.requests.map((request) => request.headers.get('authorization'))).to.deep.equal(
        Array.from({ length: requests }, (_, at) => `Bearer ${isFunction ? at + 1 : 1}`),
      );
      expectOneEnd(setup, code ? 'error' : 'end');
    });
  }

  it('is asked for again without a wait or a notice, and though no try is wanted', async () => {
    const { server, timers, notices, turn } = start({ retry: 0, headers: () => ({}) });
    server.answers.push(status(401), fine);
    const before = timers.now();
    expect(await turn()).to.include({ status: 'complete' });
    expect([notices, timers.now()]).to.deep.equal([[], before]);
  });

  it('is asked for again by every question', async () => {
    const { chat, server, turn } = start({ headers: () => ({}) });
    server.answers.push(status(401), fine, status(401), fine);
    expect(await turn()).to.include({ status: 'complete' });
    expect(await turn(chat.send('again'))).to.include({ status: 'complete' });
  });
});
