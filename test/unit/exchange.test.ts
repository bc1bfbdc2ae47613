import { expect } from 'chai';
import {
  createChat,
  messageText,
  newReply,
  registerProtocol,
  type ChatOptions,
  type Delta,
  type Message,
  type Protocol,
  type RetryNotice,
} from '../../src/chat/index.js';
import { fakeWebSocket } from '../helpers/fake-socket.js';
import { FakeConnectivity, ManualTimers, settle, until } from '../helpers/manual-timers.js';
import { chunk, EVENT_STREAM, FedResponse, replyOf, sseEvent } from '../helpers/responses.js';

const ENDPOINT = 'https://api.example/v1/chat/completions';
const HOUR = 3_600_000;

interface Asked {
  url: string;
  method: string;
  headers: Headers;
  /** As sent: JSON text. */
  body: string | undefined;
  signal: AbortSignal;
}

type Answer = (signal: AbortSignal) => Response | Promise<Response>;

/** A server that gives the answers it was told, one a request, and none where there is none left. */
class FakeServer {
  readonly requests: Asked[] = [];
  readonly answers: Answer[] = [];

  readonly fetch: typeof fetch = async (input, init = {}) => {
    const { method = 'GET', headers, body, signal } = init;
    const asked = {
      url: input as string,
      method,
      headers: new Headers(headers),
      body: body as string,
      signal: signal!,
    };
    this.requests.push(asked);
    return (this.answers.shift() ?? silence)(asked.signal);
  };

  /** The texts that the last request carried. */
  get said(): string[] {
    const { messages } = JSON.parse(this.requests.at(-1)!.body!) as { messages: { content: string }[] };
    return messages.map(({ content }) => content);
  }
}

/** No headers ever come; as in a browser, an abort ends the wait. */
const silence: Answer = (signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
const refused: Answer = () => Promise.reject(new TypeError('Failed to fetch'));
const streamed =
  (body: string, headers: HeadersInit = EVENT_STREAM): Answer =>
  () =>
    new Response(body, { headers });
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  () =>
    new Response(code === 204 ? null : '{"error":{"message":"WORDS OF THE SERVER"}}', {
      status: code,
      headers: { 'content-type': 'application/json', ...headers },
    });
/** Says so much, and then breaks off. */
const broken =
  (body: string): Answer =>
  () => {
    const fed = new FedResponse();
    if (body) fed.write(body);
    // Breaking it drops what nobody has taken yet.
    void fed.whenAwaited.then(settle).then(() => fed.fail());
    return fed.response;
  };
const fine = streamed(replyOf('fine'));

const say = (content: string) => sseEvent(chunk({ content }));
const stop = sseEvent(chunk({}, 'stop'));
const done = stop + sseEvent('[DONE]');

function start(options: ChatOptions = {}) {
  const server = new FakeServer();
  const timers = new ManualTimers();
  const connectivity = new FakeConnectivity();
  const notices: RetryNotice[] = [];
  /** The deltas that end a reply. */
  const ends: Delta[] = [];
  const chat = createChat({
    endpoint: ENDPOINT,
    fetch: server.fetch,
    timers,
    connectivity,
    random: () => 0,
    onRetry: (notice) => void notices.push(notice),
    onDelta: (delta) => {
      if (delta.type === 'end' || delta.type === 'error') ends.push(delta);
    },
    ...options,
  });
  const text = () => messageText(chat.messages.at(-1)!);
  /** Sends, winds the time on through every wait, and gives what came of it. */
  const turn = async (reply: Promise<Message> = chat.send('Hi')): Promise<Message> => {
    const outcome: Message[] = [];
    void reply.then((message) => outcome.push(message));
    for (let turns = 0; outcome.length === 0 && turns < 500; turns++) {
      await timers.advance(chat.retry?.at === undefined ? 0 : chat.retry.at - timers.now());
      await settle();
    }
    expect(outcome, 'the reply is finished').to.have.length(1);
    expect(chat.readyState).to.equal('idle');
    expect(chat.snapshot()).not.to.have.property('retry');
    expect(timers.waiting, 'no timer is left').to.deep.equal([]);
    return outcome[0]!;
  };
  return { server, timers, connectivity, notices, ends, chat, text, turn };
}

type Setup = ReturnType<typeof start>;

/** One end, or one error, whatever it took. */
function expectOneEnd({ ends }: Setup, type: 'end' | 'error' = 'end'): void {
  expect(ends.map((delta) => delta.type)).to.deep.equal([type]);
}

const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

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

  /** [option, requests, waits] */
  const COUNTS: [number | undefined, number, number[]][] = [
    [undefined, 3, [500, 1000]],
    [0, 1, []],
    [1, 2, [500]],
    [5, 6, [500, 1000, 2000, 4000, 8000]],
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
    expect(server.said).to.deep.equal(['Hi', 'fine', 'again', 'and again']);
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

describe('exchange: the request', () => {
  /** [what, headers, sent] */
  const HEADERS: [string, unknown, Record<string, string>][] = [
    ['an object', { 'x-a': 'b' }, { 'x-a': 'b' }],
    ['Headers', new Headers({ 'x-a': 'b' }), { 'x-a': 'b' }],
    ['a Map', new Map([['x-a', 'b']]), { 'x-a': 'b' }],
    ['what has no value', { 'x-a': undefined, 'x-b': null, 'x-c': 1 }, { 'x-c': '1' }],
  ];
  for (const [what, headers, sent] of HEADERS) {
    for (const from of [headers, () => headers]) {
      it(`has the headers of ${what}${typeof from === 'function' ? ', from a function' : ''}`, async () => {
        const { server, turn } = start({ headers: from as ChatOptions['headers'] });
        server.answers.push(streamed(done));
        await turn();
        const own = [...server.requests[0]!.headers].filter(([name]) => name.startsWith('x-'));
        expect(Object.fromEntries(own)).to.deep.equal(sent);
      });
    }
  }

  it('asks only where a browser can ask', async () => {
    for (const endpoint of ['ftp://api.example/', 'javascript:alert(1)', 'data:text/plain,a', 'file:///a']) {
      const { chat, server } = start({ endpoint });
      const error = await chat.send('Hi').catch((thrown: unknown) => thrown);
      expect(error, endpoint).to.have.property('code', 'bad-option');
      expect(server.requests).to.have.length(0);
    }
  });

  it('takes what a fetch of the page throws for a fault of the page', async () => {
    const thrown = new RangeError('a bug');
    const { chat } = start({ fetch: () => Promise.reject(thrown) });
    expect((await chat.send('Hi')).error).to.include({ code: 'internal', cause: thrown });
  });

  it('carries half a character in its address as none', async () => {
    const { chat, server } = start({ endpoint: 'https://api.example/{message}' });
    server.answers.push(streamed(done));
    await chat.send('a\uD83D!');
    expect(server.requests[0]!.url).to.equal('https://api.example/a%EF%BF%BD!');
  });

  const ask = 'https://api.example/ask';

  /** [endpoint, question, options, URL asked] */
  const GETS: [string, string, ChatOptions, string][] = [
    [ask, 'Hi', {}, `${ask}?message=Hi`],
    [ask, 'a b&c=d?#"ž🙂', {}, `${ask}?message=a%20b%26c%3Dd%3F%23%22%C5%BE%F0%9F%99%82`],
    [ask, 'Hi', { messageKey: 'q[]' }, `${ask}?q%5B%5D=Hi`],
    [`${ask}?a=1`, 'Hi', {}, `${ask}?a=1&message=Hi`],
    [`${ask}#part`, 'Hi', {}, `${ask}?message=Hi#part`],
    [`${ask}?a=1#part?`, 'Hi', {}, `${ask}?a=1&message=Hi#part?`],
    [`${ask}/{message}`, 'a/b', {}, `${ask}/a%2Fb`],
    [`${ask}?q={message}&again={message}`, 'a&b', {}, `${ask}?q=a%26b&again=a%26b`],
    // What would be a pattern of its own in a replacement.
    [`${ask}?q={message}`, "$& $' {message}", {}, `${ask}?q=%24%26%20%24'%20%7Bmessage%7D`],
  ];
  for (const [endpoint, question, options, url] of GETS) {
    it(`carries ${JSON.stringify(question)} to ${endpoint} by get${options.messageKey ? ' under its key' : ''}`, async () => {
      const { chat, server, turn } = start({ endpoint, method: 'get', ...options });
      server.answers.push(streamed('data: Good\n\ndata:  day\n\n'));
      expect(messageText(await turn(chat.send(question)))).to.equal('Good day');
      const [asked] = server.requests;
      expect([asked!.url, asked!.method, asked!.body]).to.deep.equal([url, 'GET', undefined]);
      expect(asked!.headers.has('content-type')).to.equal(false);
      expect(asked!.headers.get('accept')).to.include('text/event-stream');
    });
  }

  it('carries the question in the address and in the body by post', async () => {
    const { chat, server, turn } = start({ endpoint: `${ask}/{message}` });
    server.answers.push(fine);
    await turn(chat.send('a b'));
    expect(server.requests[0]).to.include({ url: `${ask}/a%20b`, method: 'POST' });
    expect(server.said).to.deep.equal(['a b']);
  });

  it('carries the last question, not the last message', async () => {
    const { chat, server, turn } = start({ endpoint: ask, method: 'get' });
    server.answers.push(broken(say('Once')), fine);
    await turn(chat.send('one'));
    await turn(chat.regenerate());
    expect(server.requests.map(({ url }) => url)).to.deep.equal([`${ask}?message=one`, `${ask}?message=one`]);
  });

  /** [endpoint, protocol, URL asked where it differs, keys of the body] */
  const SHAPES: [string, ChatOptions['protocol'], string | undefined, string][] = [
    [ENDPOINT, undefined, undefined, 'messages model stream'],
    [ENDPOINT, 'auto', undefined, 'messages model stream'],
    [`${ENDPOINT}/?api-version=1`, 'auto', undefined, 'messages model stream'],
    [ask, 'auto', undefined, 'messages model stream'],
    ['https://api.example/v1/responses', 'auto', undefined, 'input model stream'],
    ['https://api.example/v1/completions', 'auto', undefined, 'model prompt stream'],
    ['https://api.example/v1/messages', 'auto', undefined, 'max_tokens messages model stream'],
    ['https://api.example/v1beta/models/g:streamGenerateContent', 'auto', '?alt=sse', 'contents'],
    ['https://api.cohere.com/v2/chat', 'auto', undefined, 'messages model stream'],
    ['http://localhost:11434/api/chat', 'auto', undefined, 'messages model stream'],
    ['http://localhost:11434/api/generate', 'auto', undefined, 'model prompt stream'],
    ['https://app.example/api/chat', 'auto', undefined, 'id messages model trigger'],
    [ask, 'openai', undefined, 'messages model stream'],
    [ask, 'openai-responses', undefined, 'input model stream'],
    [ask, 'anthropic', undefined, 'max_tokens messages model stream'],
    [ask, 'message', undefined, 'message messages model'],
    [ask, 'text', undefined, 'message messages model'],
    // What a page says counts for more than what the address looks like.
    [ENDPOINT, 'message', undefined, 'message messages model'],
    ['https://api.example/v1/messages', 'openai', undefined, 'messages model stream'],
  ];
  for (const [endpoint, protocol, added = '', keys] of SHAPES) {
    it(`to ${endpoint} has ${keys} (${protocol as string})`, async () => {
      const { server, turn } = start({ endpoint, model: 'm', ...(protocol && { protocol }) });
      server.answers.push(fine);
      // What comes back is read by what it is, whatever was asked for.
      expect(messageText(await turn())).to.equal('fine');
      const [asked] = server.requests;
      expect(asked!.url).to.equal(endpoint + added);
      expect(
        Object.keys(JSON.parse(asked!.body!) as object)
          .toSorted()
          .join(' '),
      ).to.equal(keys);
    });
  }

  it('has the text under its key', async () => {
    const { server, turn } = start({ endpoint: ask, protocol: 'message', messageKey: 'prompt' });
    server.answers.push(fine);
    await turn();
    expect(JSON.parse(server.requests[0]!.body!)).to.deep.equal({
      prompt: 'Hi',
      messages: [{ role: 'user', content: 'Hi' }],
    });
  });

  it('is refused before anything is sent where nobody knows the protocol', async () => {
    const { chat, server } = start({ protocol: 'no-such' });
    let changes = 0;
    chat.subscribe(() => changes++);
    const error = await rejection(chat.send('Hi'));
    expect(error).to.have.property('code', 'bad-option');
    expect(error).to.have.property('message').that.includes('no-such').and.includes('anthropic');
    expect([chat.messages, changes, server.requests]).to.deep.equal([[], 0, []]);
  });

  /** Asks with a line of text, and is answered in capitals. */
  const shout = (mark: string): Protocol => ({
    name: mark,
    request: (messages, { endpoint }) => ({
      url: `${endpoint}?${mark}`,
      method: 'POST',
      headers: {},
      body: messages.map((message) => messageText(message)),
    }),
    matches: (_headers, { data }) => data.startsWith(mark),
    decoder: () => ({
      malformedFrames: 0,
      unknownFrames: 0,
      push: ({ data }) => [{ type: 'text', text: data.slice(mark.length).toUpperCase() }],
      end: () => [{ type: 'end' }],
    }),
  });

  for (const [what, protocol] of [
    ['a protocol that was registered, by its name', 'test-shout'],
    ['a protocol as an object', shout('test-quiet')],
  ] as const) {
    it(`takes ${what}`, async () => {
      registerProtocol('test-shout', shout('test-shout'));
      const mark = typeof protocol === 'string' ? protocol : protocol.name;
      const { server, turn } = start({ endpoint: ask, protocol });
      server.answers.push(streamed(`data: ${mark}good\n\ndata: ${mark} day\n\n`));
      const message = await turn();
      expect([messageText(message), message.status]).to.deep.equal(['GOOD DAY', 'complete']);
      expect([server.requests[0]!.url, server.requests[0]!.body]).to.deep.equal([`${ask}?${mark}`, '["Hi"]']);
    });
  }
});

describe('exchange: over a WebSocket', () => {
  function startSocket(options: ChatOptions = {}) {
    const { webSocket, sockets } = fakeWebSocket();
    return { ...start({ endpoint: 'wss://api.example/chat', webSocket, ...options }), sockets };
  }
  const word = (content: string) => chunk({ content });

  for (const endpoint of ['ws://localhost:8080/chat', 'wss://api.example/chat', 'WSS://api.example/chat']) {
    it(`asks ${endpoint} with one message, and reads those that come back`, async () => {
      const setup = startSocket({ endpoint, model: 'm' });
      const { chat, server, sockets, turn } = setup;
      const reply = chat.send('Hi');
      await until(() => sockets.length);
      const [socket] = sockets;
      expect(socket!.url).to.equal(endpoint);
      expect(chat.readyState).to.equal('connecting');
      socket!.open();
      await until(() => chat.readyState === 'waiting');
      expect(socket!.sent.map((sent) => JSON.parse(sent as string) as unknown)).to.deep.equal([
        { model: 'm', messages: [{ role: 'user', content: 'Hi' }], stream: true },
      ]);
      socket!.say(word('Good'));
      await until(() => setup.text() === 'Good');
      expect(chat.readyState).to.equal('streaming');
      socket!.say(word(' day')).say(chunk({}, 'stop')).say('[DONE]');
      expect(messageText(await turn(reply))).to.equal('Good day');
      expect(socket!.closed, 'closed').to.equal(true);
      expect(server.requests, 'by no other way').to.deep.equal([]);
      expectOneEnd(setup);
    });
  }

  /** [what, what the other end says, how it closes, status, text, code] */
  const REPLIES: [string, unknown[], number, Message['status'], string, string?][] = [
    ['bare text', ['Good ', 'day'], 1000, 'complete', 'Good day'],
    ['JSON with a text', [{ text: 'Good ' }, { text: 'day' }], 1000, 'complete', 'Good day'],
    ['chunks that end in the middle', [word('Good ')], 1000, 'interrupted', 'Good ', 'interrupted'],
    ['chunks that break off', [word('Good ')], 1006, 'interrupted', 'Good ', 'interrupted'],
    ['chunks that break off behind their end', [word('Good'), chunk({}, 'stop')], 1006, 'complete', 'Good'],
    ['nothing', [], 1000, 'error', '', 'empty'],
    ['an error', [{ error: { message: 'No' } }], 1000, 'error', '', 'provider'],
    ['too much', ['x'.repeat(2 ** 24 + 1)], 1000, 'error', '', 'too-large'],
  ];
  for (const [what, messages, code, state, text, error] of REPLIES) {
    it(`takes ${what}, closed with ${code}, for ${state}`, async () => {
      const setup = startSocket();
      const { chat, sockets, turn } = setup;
      const reply = chat.send('Hi');
      await until(() => sockets.length);
      sockets[0]!.open();
      for (const message of messages) sockets[0]!.say(message);
      sockets[0]!.end(code);
      const message = await turn(reply);
      expect([message.status, messageText(message), message.error?.code]).to.deep.equal([state, text, error]);
      expect(sockets).to.have.length(1);
      expectOneEnd(setup, error ? 'error' : 'end');
    });
  }

  it('opens another where one is refused, and where one breaks before its first message', async () => {
    const setup = startSocket();
    const { chat, sockets, timers, notices, turn } = setup;
    const reply = chat.send('Hi');
    await until(() => sockets.length === 1);
    sockets[0]!.end(1006);
    await until(() => chat.retry);
    await timers.advance(500);
    await until(() => sockets.length === 2);
    sockets[1]!.open().end(1006);
    await until(() => chat.retry?.attempt === 2);
    await timers.advance(1000);
    await until(() => sockets.length === 3);
    sockets[2]!.open().say(word('fine')).say('[DONE]');
    expect(messageText(await turn(reply))).to.equal('fine');
    expect(notices.map(({ error }) => error.code)).to.deep.equal(['network', 'interrupted']);
    expect(sockets[2]!.sent).to.have.length(1);
    expectOneEnd(setup);
  });

  for (const moment of ['connecting', 'waiting', 'streaming'] as const) {
    it(`is closed by a stop while it is ${moment}`, async () => {
      const { chat, sockets, timers, ends } = startSocket();
      const reply = chat.send('Hi');
      await until(() => sockets.length);
      if (moment !== 'connecting') sockets[0]!.open();
      if (moment === 'streaming') sockets[0]!.say(word('Once'));
      await until(() => chat.readyState === moment);
      chat.stop();
      expect(chat.readyState).to.equal('idle');
      expect(await reply).to.include({ status: 'stopped' });
      await until(() => sockets[0]!.closed);
      await timers.advance(HOUR);
      expect([sockets.length, ends.length]).to.deep.equal([1, 0]);
      expect(messageText(await reply)).to.equal(moment === 'streaming' ? 'Once' : '');
    });
  }

  it('is closed when its reply does not come in time', async () => {
    const setup = startSocket({ timeout: 5 });
    const { chat, sockets, timers } = setup;
    const reply = chat.send('Hi');
    await until(() => sockets.length);
    await timers.advance(5000);
    expect((await reply).error).to.include({ code: 'timeout' });
    expect(sockets[0]!.closed).to.equal(true);
    expectOneEnd(setup, 'error');
  });

  it('carries no headers, and says so', async () => {
    for (const headers of [{ authorization: 'x' }, () => ({ authorization: 'x' })]) {
      const { sockets, turn } = startSocket({ headers });
      expect((await turn()).error).to.include({ code: 'bad-option' });
      expect(sockets).to.deep.equal([]);
    }
    const { chat, sockets } = startSocket({ headers: () => ({}) });
    const reply = chat.send('Hi');
    await until(() => sockets.length);
    chat.stop();
    await reply;
  });

  it('carries the question in its address where that asks for it', async () => {
    const { chat, sockets } = startSocket({ endpoint: 'wss://api.example/chat?q={message}' });
    const reply = chat.send('a b');
    await until(() => sockets.length);
    expect(sockets[0]!.url).to.equal('wss://api.example/chat?q=a%20b');
    chat.stop();
    await reply;
  });
});

describe('Chat.continue', () => {
  const INSTRUCTION = /^Continue your last answer exactly where it stopped\./;
  const part = (text: string) => sseEvent(chunk({ content: text }));

  const answer = (text: string, more: Partial<Message> = {}): Message => ({
    ...newReply(),
    status: 'interrupted',
    parts: text ? [{ type: 'text', text }] : [],
    ...more,
  });
  const question = (text: string): Message => ({ ...answer(text), role: 'user', status: 'complete' });

  it('adds what is left to the same message', async () => {
    const setup = start({ model: 'm' });
    const { chat, server, ends, turn } = setup;
    server.answers.push(
      streamed(
        sseEvent(chunk({ reasoning: 'Hm' })) + part('Once upon') + sseEvent(chunk({}, 'length')) + sseEvent('[DONE]'),
      ),
      streamed(part(' a') + part(' time') + done),
    );
    const cut = await turn();
    expect(cut).to.include({ status: 'complete', finishReason: 'length' });
    ends.length = 0;
    const goesOn = chat.continue();
    const { status: state, parts, ...members } = chat.messages.at(-1)!;
    expect([state, messageText({ parts })]).to.deep.equal(['streaming', 'Once upon']);
    expect(members).not.to.have.any.keys('error', 'finishReason', 'rawFinishReason');
    const whole = await turn(goesOn);
    expect(whole).to.include({ id: cut.id, createdAt: cut.createdAt, status: 'complete', finishReason: 'stop' });
    expect(whole.parts).to.deep.equal([
      { type: 'reasoning', text: 'Hm' },
      { type: 'text', id: 'text', text: 'Once upon a time' },
    ]);
    expect(whole.parts[0], 'what did not change').to.equal(cut.parts[0]);
    expect(chat.messages.map(({ id }) => id)).to.deep.equal([chat.messages[0]!.id, cut.id]);
    expect(server.said.slice(0, 2)).to.deep.equal(['Hi', 'Once upon']);
    expect(server.said).to.have.length(3);
    expect(server.said[2]).to.match(INSTRUCTION);
    const roles = (JSON.parse(server.requests[1]!.body!) as { messages: { role: string }[] }).messages;
    expect(roles.map(({ role }) => role)).to.deep.equal(['user', 'assistant', 'user']);
    expectOneEnd(setup);
  });

  /** [what, message] */
  const GOES_ON: [string, Partial<Message>][] = [
    ['was interrupted', { status: 'interrupted' }],
    ['was stopped', { status: 'stopped' }],
    ['has failed', { status: 'error' }],
    ['ran into its limit', { status: 'complete', finishReason: 'length', rawFinishReason: 'max_tokens' }],
  ];
  for (const [what, more] of GOES_ON) {
    it(`goes on with an answer that ${what}`, async () => {
      const { chat, server, turn } = start();
      server.answers.push(streamed(part(' time') + done));
      chat.messages = [question('Hi'), answer('Once', more)];
      const { id } = chat.messages[1]!;
      const message = await turn(chat.continue(id));
      expect(message).to.include({ id, status: 'complete', finishReason: 'stop', rawFinishReason: 'stop' });
      expect(messageText(message)).to.equal('Once time');
    });
  }

  it('does not cut the text by what the model thinks before it goes on', async () => {
    const { chat, server, turn } = start();
    const think = (reasoning: string) => sseEvent(chunk({ reasoning }));
    server.answers.push(
      streamed(think('Hm.') + part(' upon a') + sseEvent(chunk({}, 'length')) + sseEvent('[DONE]')),
      streamed(think(' So.') + part(' time') + done),
    );
    chat.messages = [question('Hi'), answer('Once')];
    await turn(chat.continue());
    const { parts } = await turn(chat.continue());
    expect(parts.map((each) => ('text' in each ? each.text : ''))).to.deep.equal(['Once upon a time', 'Hm. So.']);
  });

  it('begins a new text behind what is no text', async () => {
    const { chat, server, turn } = start();
    server.answers.push(streamed(part('It is warm.') + done));
    const call = {
      type: 'tool-call',
      id: 'c',
      name: 'n',
      inputText: '{}',
      input: {},
      state: 'output-available',
      output: 1,
    };
    const parts = [{ type: 'text', text: 'I look.' }, call] as Message['parts'];
    chat.messages = [question('Hi'), answer('', { parts })];
    const whole = await turn(chat.continue());
    expect(whole.parts.map(({ type }) => type)).to.deep.equal(['text', 'tool-call', 'text']);
  });

  it('begins a new text behind a tool that the rest calls', async () => {
    const { chat, server, turn } = start();
    const tool = { index: 0, id: 'c', function: { name: 'n', arguments: '{}' } };
    server.answers.push(
      streamed(part(' Now.') + sseEvent(chunk({ tool_calls: [tool] })) + part('It is 5.') + part(' Yes.') + done),
    );
    chat.messages = [question('Hi'), answer('I look.')];
    const { parts } = await turn(chat.continue());
    expect(parts.map((each) => ('text' in each ? each.text : each.type))).to.deep.equal([
      'I look. Now.',
      'tool-call',
      'It is 5. Yes.',
    ]);
  });

  it('keeps its pictures and sources beside those of the rest', async () => {
    const data = (letter: string) => ({ inlineData: { mimeType: 'image/png', data: letter.repeat(4) } });
    const web = (uri: string) => ({ groundingChunks: [{ web: { uri, title: uri } }] });
    const { chat, server, turn } = start({ protocol: 'gemini' });
    for (const [letter, uri] of [
      ['A', 'https://one.example/'],
      ['B', 'https://two.example/'],
    ] as const) {
      const candidate = (more: object) => sseEvent({ candidates: [{ index: 0, ...more }] });
      server.answers.push(
        streamed(
          candidate({ content: { parts: [{ text: letter }, data(letter)] } }) +
            candidate({ groundingMetadata: web('https://one.example/') }) +
            candidate({ groundingMetadata: web(uri), finishReason: 'MAX_TOKENS' }),
        ),
      );
    }
    await turn();
    const { parts } = await turn(chat.continue());
    const said = parts.map((each) => ('url' in each ? each.url!.slice(-20) : 'text' in each ? each.text : ''));
    expect(said).to.deep.equal([
      'A',
      'a:image/png;base64,AAAA'.slice(-20),
      'https://one.example/',
      'B',
      'a:image/png;base64,BBBB'.slice(-20),
      'https://two.example/',
    ]);
  });

  it('carries as much history as a question', async () => {
    const { chat, server, turn } = start({ history: 'none' });
    server.answers.push(streamed(part(' time') + done));
    chat.messages = [question('one'), answer('two', { status: 'complete' }), question('three'), answer('Once')];
    await turn(chat.continue());
    expect(server.said.slice(0, -1)).to.deep.equal(['three', 'Once']);
  });

  it('is waiting until something is added', async () => {
    const { chat, server, text } = start();
    const fed = new FedResponse();
    server.answers.push(() => fed.response);
    chat.messages = [question('Hi'), answer('Once')];
    const reply = chat.continue();
    expect(chat.readyState).to.equal('connecting');
    await until(() => chat.readyState === 'waiting');
    fed.write(sseEvent({ model: 'm', choices: [{ index: 0, delta: { role: 'assistant' } }] }));
    await until(() => chat.messages.at(-1)!.model);
    expect(chat.readyState).to.equal('waiting');
    fed.write(part(' upon'));
    await until(() => text() === 'Once upon');
    expect(chat.readyState).to.equal('streaming');
    fed.write(done);
    await reply;
  });

  it('writes on where the text ends, whatever the rest calls its part', async () => {
    /** An answer of the Messages API, whose blocks have an index each. */
    const block = (text: string, reason: string) =>
      streamed(
        [
          { type: 'message_start', message: { id: 'x', role: 'assistant', model: 'm', content: [], usage: {} } },
          { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
          { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
          { type: 'content_block_stop', index: 0 },
          { type: 'message_delta', delta: { stop_reason: reason }, usage: {} },
          { type: 'message_stop' },
        ]
          .map((event) => `event: ${event.type}\n${sseEvent(event)}`)
          .join(''),
      );
    const { chat, server, turn } = start({ endpoint: 'https://api.example/v1/messages' });
    server.answers.push(block(' a', 'max_tokens'), block(' time', 'end_turn'));
    const parts: Message['parts'] = [
      { type: 'text', id: '0', text: 'I look. ' },
      { type: 'reasoning', id: '1', text: 'Hm' },
      { type: 'text', id: '2', text: 'Once upon' },
    ];
    chat.messages = [question('Hi'), answer('', { parts })];
    expect(await turn(chat.continue())).to.include({ status: 'complete', finishReason: 'length' });
    const message = await turn(chat.continue());
    expect(message.parts).to.deep.equal(parts.with(2, { type: 'text', id: '2', text: 'Once upon a time' }));
    expect(message).to.include({ status: 'complete', finishReason: 'stop' });
  });

  it('keeps all text where the rest fails, and can be asked again', async () => {
    const setup = start({ retry: 0 });
    const { chat, server, turn } = setup;
    server.answers.push(
      broken(part('Once')),
      refused,
      status(500),
      broken(part(' upon')),
      silence,
      streamed(part(' a time') + done),
    );
    await turn();
    const { id } = chat.messages[1]!;
    const ends: [Message['status'], string, string?][] = [];
    for (let times = 0; times < 3; times++) {
      const message = await turn(chat.continue());
      expect(message.id).to.equal(id);
      ends.push([message.status, messageText(message), message.error?.code]);
    }
    expect(ends).to.deep.equal([
      ['interrupted', 'Once', 'network'],
      ['error', 'Once', 'server'],
      ['interrupted', 'Once upon', 'interrupted'],
    ]);
    const stopped = chat.continue();
    await until(() => server.requests.length === 5);
    chat.stop();
    expect(await stopped).to.include({ id, status: 'stopped' });
    expect(messageText(await turn(chat.continue()))).to.equal('Once upon a time');
    expect(server.said.slice(0, -1), 'no instruction of an earlier time').to.deep.equal(['Hi', 'Once upon']);
    expect(chat.messages).to.have.length(2);
    expect(JSON.stringify(server.requests.map(({ body }) => body))).not.to.include('WORDS');
  });

  it('tries again while nothing has been added, and then no more', async () => {
    const setup = start();
    const { chat, server, notices, turn } = setup;
    server.answers.push(refused, status(503), broken(part(' upon')), fine);
    chat.messages = [question('Hi'), answer('Once')];
    const message = await turn(chat.continue());
    expect([messageText(message), message.status]).to.deep.equal(['Once upon', 'interrupted']);
    expect(server.requests).to.have.length(3);
    expect(notices).to.have.length(2);
    expectOneEnd(setup, 'error');
  });

  /** [what, messages, index of the one to go on with] */
  const REFUSED: [string, Message[], number?][] = [
    ['no conversation', []],
    ['a question', [question('Hi')]],
    ['an answer without a word', [question('Hi'), answer('')]],
    ['an answer that is not the last', [question('Hi'), answer('Once'), question('And?'), answer('Twice')], 1],
    ['an answer behind which somebody has asked', [question('Hi'), answer('Once'), question('And?')]],
  ];
  for (const [what, messages, at] of REFUSED) {
    it(`refuses ${what}, and changes nothing`, async () => {
      const { chat, server } = start();
      chat.messages = messages;
      const id = at === undefined ? undefined : messages[at]!.id;
      expect(await rejection(chat.continue(id))).to.have.property('code', 'bad-option');
      expect(await rejection(chat.continue('no such id'))).to.have.property('code', 'bad-option');
      expect([chat.messages, server.requests]).to.deep.equal([messages, []]);
    });
  }
});

describe('Chat, while a reply is under way', () => {
  /** [what, answer] */
  const BUSY: [string, Answer][] = [
    ['on its way', silence],
    ['arriving', () => new FedResponse().write(say('Once')).response],
    ['waiting for another try', status(500)],
  ];
  for (const [what, reply] of BUSY) {
    it(`refuses to send, regenerate and continue while it is ${what}`, async () => {
      const { chat, server, timers } = start();
      server.answers.push(reply);
      const sent = chat.send('Hi');
      await until(() => server.requests.length && (reply === silence || chat.retry || chat.readyState === 'streaming'));
      const before = chat.snapshot();
      for (const again of [() => chat.send('more'), () => chat.regenerate(), () => chat.continue()]) {
        expect(await rejection(again())).to.have.property('code', 'busy');
      }
      expect(chat.snapshot()).to.deep.equal(before);
      expect(server.requests).to.have.length(1);
      chat.stop();
      await sent;
      await settle();
      expect(timers.waiting).to.deep.equal([]);
    });
  }
});
