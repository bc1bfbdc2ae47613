import { expect } from 'chai';
import {
  Chat,
  createChat,
  messageText,
  newReply,
  type ChatOptions,
  type Message,
  type ReadyState,
} from '../../src/chat/index.js';
import { FakeEndpoint } from '../helpers/fake-endpoint.js';
import { chunk, EVENT_STREAM, FedResponse, replyOf, sseEvent } from '../helpers/responses.js';
import { catchUncaught } from '../helpers/uncaught.js';

const ENDPOINT = 'https://api.example/v1/chat/completions';
const say = (content: string) => sseEvent(chunk({ content }));

const streamed = (body: string) => () => new Response(body, { headers: EVENT_STREAM });

/** A chat whose endpoint the test plays. */
function start(options: ChatOptions = {}) {
  const server = new FakeEndpoint();
  const chat = createChat({ endpoint: ENDPOINT, fetch: server.fetch, retry: 0, ...options });
  return { server, chat };
}

/** Resolves when the request is on its way. */
async function whenAsked(server: FakeEndpoint): Promise<void> {
  while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve));
}

/** Resolves at the first change after which `condition` holds, at once where it holds already. */
function when(chat: Chat, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (!condition()) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = chat.subscribe(check);
    check();
  });
}
const state = (chat: Chat, readyState: ReadyState) => when(chat, () => chat.readyState === readyState);
const lastText = (chat: Chat) => messageText(chat.messages.at(-1)!);
const saidSoFar = (chat: Chat, text: string) => when(chat, () => lastText(chat) === text);

/** Each message as its role and text. */
const told = (messages: readonly Message[]) => messages.map((message) => `${message.role}: ${messageText(message)}`);

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

const message = (role: Message['role'], text: string, more: Partial<Message> = {}): Message => ({
  ...newReply(),
  role,
  status: 'complete',
  parts: text ? [{ type: 'text', text }] : [],
  ...more,
});

describe('Chat', () => {
  it('goes through a whole turn', async () => {
    const { chat, server } = start({ model: 'm' });
    const seen: string[] = [];
    chat.subscribe(() => {
      const last = chat.messages.at(-1)!;
      seen.push(`${chat.readyState}, ${last.status}: ${messageText(last)}`);
    });
    const reply = chat.send('Hello');
    expect(chat.readyState).to.equal('connecting');
    expect(told(chat.messages)).to.deep.equal(['user: Hello', 'assistant: ']);
    await state(chat, 'waiting');
    server.text('Hi');
    await saidSoFar(chat, 'Hi');
    expect(chat.readyState).to.equal('streaming');
    server.text(' there');
    server.finish();

    const { id, ...rest } = await reply;
    expect(rest).to.deep.include({
      role: 'assistant',
      status: 'complete',
      parts: [{ type: 'text', text: 'Hi there' }],
      finishReason: 'stop',
      rawFinishReason: 'stop',
      metrics: { frames: 4, malformedFrames: 0, unknownFrames: 0 },
    });
    expect(rest).not.to.have.property('error');
    expect(chat.messages[1]).to.equal(await reply);
    expect(chat.messages[0]).to.deep.include({ role: 'user', status: 'complete' }).and.not.to.have.property('id', id);
    expect(chat.readyState).to.equal('idle');
    expect([...new Set(seen)]).to.deep.equal([
      'connecting, streaming: ',
      'waiting, streaming: ',
      'streaming, streaming: Hi',
      'streaming, streaming: Hi there',
      'streaming, complete: Hi there',
      'idle, complete: Hi there',
    ]);
    expect(server.last.body).to.deep.equal({
      model: 'm',
      messages: [{ role: 'user', content: 'Hello' }],
      stream: true,
    });
    // The server may keep the connection open behind its last word: it is let go of.
    expect(server.last.signal.aborted).to.equal(true);
  });

  it('waits until there is something to read', async () => {
    const { chat, server } = start();
    const reply = chat.send('Hello');
    await state(chat, 'waiting');
    server.event({ model: 'm', choices: [{ index: 0, delta: { role: 'assistant' } }] });
    await when(chat, () => chat.messages.at(-1)!.model === 'm');
    expect(chat.readyState).to.equal('waiting');
    server.text('Hi');
    await saidSoFar(chat, 'Hi');
    expect(chat.readyState).to.equal('streaming');
    chat.stop();
    await reply;
  });

  it('gives snapshots that do not change', async () => {
    const { chat, server } = start();
    const before = chat.snapshot();
    const reply = chat.send('Hello');
    const during = chat.snapshot();
    await state(chat, 'waiting');
    server.text('Hi');
    server.finish();
    await reply;
    expect(before).to.deep.equal({ messages: [], readyState: 'idle' });
    expect([told(during.messages), during.readyState]).to.deep.equal([['user: Hello', 'assistant: '], 'connecting']);
    expect(JSON.parse(JSON.stringify(chat))).to.deep.equal(JSON.parse(JSON.stringify({ messages: chat.messages })));
  });

  describe('on the wire', () => {
    const earlier = [
      message('user', 'one'),
      message('assistant', 'two'),
      message('user', 'three'),
      message('assistant', 'four'),
    ];
    const failed = { status: 'error', error: undefined } as const;

    /** [what, options, earlier messages, messages sent] */
    const HISTORY: [string, ChatOptions, Message[], string[]][] = [
      [
        'all that was said',
        {},
        earlier,
        ['user: one', 'assistant: two', 'user: three', 'assistant: four', 'user: now'],
      ],
      [
        'all that was said, when told so',
        { history: 'all' },
        earlier,
        ['user: one', 'assistant: two', 'user: three', 'assistant: four', 'user: now'],
      ],
      ['nothing earlier', { history: 'none' }, earlier, ['user: now']],
      ['no message', { history: 0 }, earlier, ['user: now']],
      ['one message', { history: 1 }, earlier, ['assistant: four', 'user: now']],
      ['three messages', { history: 3 }, earlier, ['assistant: two', 'user: three', 'assistant: four', 'user: now']],
      [
        'more messages than there are',
        { history: 99 },
        earlier,
        ['user: one', 'assistant: two', 'user: three', 'assistant: four', 'user: now'],
      ],
      [
        'the system prompt before the last message',
        { system: 'Be kind', history: 1 },
        earlier,
        ['system: Be kind', 'assistant: four', 'user: now'],
      ],
      [
        'what a reply said before it failed',
        {},
        [message('user', 'one'), message('assistant', 'tw', failed)],
        ['user: one', 'assistant: tw', 'user: now'],
      ],
      [
        'nothing of a reply that failed at once',
        {},
        [message('user', 'one'), message('assistant', '', failed)],
        ['user: one\n\nnow'],
      ],
      [
        'instructions that stand among the messages, whatever else is left out',
        { history: 1 },
        [message('system', 'Be kind'), ...earlier],
        ['system: Be kind', 'assistant: four', 'user: now'],
      ],
    ];
    for (const [what, options, before, sent] of HISTORY) {
      it(`carries ${what}`, async () => {
        const { chat, server } = start(options);
        server.next.push(streamed(replyOf('ok')));
        chat.messages = before;
        expect((await chat.send('now')).status).to.equal('complete');
        expect(server.last.body.messages.map(({ role, content }) => `${role}: ${content}`)).to.deep.equal(sent);
        expect(told(chat.messages)).to.deep.equal([...told(before), 'user: now', 'assistant: ok']);
      });
    }

    it('asks nothing again that no question was before', async () => {
      const { chat, server } = start();
      chat.messages = [message('system', 'Be kind'), message('assistant', 'Welcome')];
      const error = await chat.regenerate().catch((reason: unknown) => reason);
      expect(error).to.have.property('code', 'bad-option');
      expect(server.requests).to.have.length(0);
    });

    it('never carries the words of an error', async () => {
      const { chat, server } = start();
      const error = '{"error":{"message":"WORDS OF THE SERVER"}}';
      server.next.push(
        () => new Response(error, { status: 500, headers: { 'content-type': 'application/json' } }),
        streamed(say('part') + `data: ${error}\n\n`),
        streamed(replyOf('fine')),
      );
      expect((await chat.send('a')).error).to.have.property('detail', 'WORDS OF THE SERVER');
      expect((await chat.send('b')).error).to.have.property('detail', 'WORDS OF THE SERVER');
      await chat.send('c');
      expect(server.last.body.messages.map(({ content }) => content)).to.deep.equal(['a\n\nb', 'part', 'c']);
      expect(JSON.stringify(server.requests.map(({ body }) => body))).not.to.include('WORDS');
    });

    it('has the params last', async () => {
      const { chat, server } = start({
        model: 'm',
        params: { temperature: 0.5, model: 'other', stream_options: { include_usage: true } },
      });
      server.next.push(streamed(replyOf('ok')));
      await chat.send('now');
      expect(server.last.body).to.deep.equal({
        model: 'other',
        messages: [{ role: 'user', content: 'now' }],
        stream: true,
        temperature: 0.5,
        stream_options: { include_usage: true },
      });
    });

    /** [what, headers, headers sent beside its own] */
    const HEADERS: [string, ChatOptions['headers'], Record<string, string>][] = [
      ['no headers', undefined, {}],
      ['an object', { Authorization: 'Bearer a' }, { authorization: 'Bearer a' }],
      ['a function', () => ({ Authorization: 'Bearer b' }), { authorization: 'Bearer b' }],
      ['an async function', async () => ({ 'X-Token': 'c' }), { 'x-token': 'c' }],
      ['one that replaces its own', { Accept: 'text/plain' }, { accept: 'text/plain' }],
    ];
    for (const [what, headers, sent] of HEADERS) {
      it(`takes ${what} for headers`, async () => {
        const { chat, server } = start({ headers });
        server.next.push(streamed(replyOf('ok')));
        await chat.send('now');
        expect(Object.fromEntries(server.last.headers)).to.deep.equal({
          accept: 'text/event-stream',
          'content-type': 'application/json',
          ...sent,
        });
      });
    }

    it('asks the headers function for each request', async () => {
      let tokens = 0;
      const { chat, server } = start({ headers: async () => ({ authorization: `Bearer ${++tokens}` }) });
      server.next.push(streamed(replyOf('a')), streamed(replyOf('b')), streamed(replyOf('c')));
      await chat.send('1');
      await chat.send('2');
      await chat.regenerate();
      expect(server.requests.map(({ headers }) => headers.get('authorization'))).to.deep.equal([
        'Bearer 1',
        'Bearer 2',
        'Bearer 3',
      ]);
    });

    /** [what, options, whether a redirect is followed] */
    const REDIRECTS: [string, ChatOptions, RequestRedirect][] = [
      ['without headers', {}, 'follow'],
      ['with no header in them', { headers: {} }, 'follow'],
      ['with a header', { headers: { authorization: 'x' } }, 'error'],
      ['with a header of the function', { headers: () => ({ 'x-key': 'x' }) }, 'error'],
      ['with a header that onRequest added', { onRequest: ({ headers }) => void (headers['X-Key'] = 'x') }, 'error'],
    ];
    for (const [what, options, redirect] of REDIRECTS) {
      it(`says "${redirect}" to a redirect ${what}`, async () => {
        let asked: RequestInit | undefined;
        const fetch = (async (_url: string, init: RequestInit) => {
          asked = init;
          return streamed(replyOf('ok'))();
        }) as typeof globalThis.fetch;
        await createChat({ endpoint: ENDPOINT, fetch, credentials: 'include', ...options }).send('now');
        expect(asked).to.include({ redirect, credentials: 'include', cache: 'no-store', method: 'POST' });
      });
    }

    it('lets onRequest change everything', async () => {
      const { chat, server } = start({
        headers: { a: '1' },
        onRequest: (request) => {
          request.url += '?x=1';
          request.headers['a'] = '2';
          request.body = { messages: [], mine: true };
        },
      });
      server.next.push(streamed(replyOf('ok')));
      await chat.send('now');
      expect(server.last).to.deep.include({ url: `${ENDPOINT}?x=1`, body: { messages: [], mine: true } });
      expect(server.last.headers.get('a')).to.equal('2');
    });

    it('lets onRequest call it off', async () => {
      const { chat, server } = start({ onRequest: () => false });
      const reply = await chat.send('now');
      expect(reply).to.include({ status: 'stopped' });
      expect(server.requests).to.deep.equal([]);
      expect(chat.readyState).to.equal('idle');
      expect(told(chat.messages)).to.deep.equal(['user: now', 'assistant: ']);
    });
  });

  describe('before anything is sent or added', () => {
    /** [what, options, code] */
    const REFUSED: [string, ChatOptions, string][] = [
      ['no endpoint', { endpoint: undefined }, 'no-endpoint'],
      ['an empty endpoint', { endpoint: '' }, 'no-endpoint'],
      ['an endpoint that is no URL', { endpoint: 'http://' }, 'bad-option'],
      ['a history below nothing', { history: -1 }, 'bad-option'],
      ['a history that is no number', { history: NaN }, 'bad-option'],
      ['a history that is no known word', { history: 'some' as 'all' }, 'bad-option'],
    ];
    for (const [what, options, code] of REFUSED) {
      it(`refuses ${what} as ${code}`, async () => {
        const { chat, server } = start(options);
        let changes = 0;
        chat.subscribe(() => changes++);
        expect(await rejection(chat.send('now'))).to.have.property('code', code);
        expect(await rejection(chat.regenerate())).to.have.property('code', code);
        expect([chat.messages, chat.readyState, changes, server.requests]).to.deep.equal([[], 'idle', 0, []]);
      });
    }

    it('refuses a second question while a reply is under way', async () => {
      const { chat, server } = start();
      const reply = chat.send('first');
      for (const again of [() => chat.send('second'), () => chat.regenerate()]) {
        expect(await rejection(again())).to.have.property('code', 'busy');
      }
      expect(told(chat.messages)).to.deep.equal(['user: first', 'assistant: ']);
      await state(chat, 'waiting');
      server.finish();
      expect((await reply).status).to.equal('complete');
      expect(server.requests).to.have.length(1);
    });
  });

  describe('regenerate', () => {
    const turns = () => [
      message('user', 'one'),
      message('assistant', 'two'),
      message('user', 'three'),
      message('assistant', 'four'),
    ];

    it('asks for the last reply again', async () => {
      const { chat, server } = start();
      server.next.push(streamed(replyOf('new')));
      chat.messages = turns();
      const old = chat.messages.at(-1)!;
      const reply = await chat.regenerate();
      expect(reply.id).not.to.equal(old.id);
      expect(told(chat.messages)).to.deep.equal(['user: one', 'assistant: two', 'user: three', 'assistant: new']);
      expect(server.last.body.messages.map(({ content }) => content)).to.deep.equal(['one', 'two', 'three']);
    });

    it('asks for an earlier reply again, and drops what follows it', async () => {
      const { chat, server } = start({ history: 'none' });
      server.next.push(streamed(replyOf('new')));
      chat.messages = turns();
      await chat.regenerate(chat.messages[1]!.id);
      expect(told(chat.messages)).to.deep.equal(['user: one', 'assistant: new']);
      expect(server.last.body.messages.map(({ content }) => content)).to.deep.equal(['one']);
    });

    /** [what, messages, index of the one asked for again] */
    const REFUSED: [string, Message[], number | undefined][] = [
      ['an empty conversation', [], undefined],
      ['one without a reply', [message('user', 'one')], undefined],
      ['a question', turns(), 0],
      ['a greeting', [message('assistant', 'Welcome'), message('user', 'one')], 0],
    ];
    for (const [what, messages, at] of REFUSED) {
      it(`refuses ${what}, and changes nothing`, async () => {
        const { chat, server } = start();
        chat.messages = messages;
        const again = at === undefined ? chat.regenerate() : chat.regenerate(messages[at]!.id);
        expect(await rejection(again)).to.have.property('code', 'bad-option');
        expect(await rejection(chat.regenerate('no such id'))).to.have.property('code', 'bad-option');
        expect(chat.messages).to.deep.equal(messages);
        expect(server.requests).to.deep.equal([]);
      });
    }
  });

  describe('stop', () => {
    /** Stops, and checks that everything is at rest when that returns; then that the next question works. */
    async function expectStopped(chat: Chat, server: FakeEndpoint, reply: Promise<Message>, text: string) {
      chat.stop();
      expect(chat.readyState).to.equal('idle');
      expect(chat.messages.at(-1)).to.include({ status: 'stopped' });
      expect(lastText(chat)).to.equal(text);
      for (const { signal } of server.requests) expect(signal.aborted, 'aborted').to.equal(true);
      const stopped = chat.messages.at(-1);
      expect(await reply).to.equal(stopped);

      let changes = 0;
      const unsubscribe = chat.subscribe(() => changes++);
      chat.stop();
      expect(changes, 'nothing more to stop').to.equal(0);
      unsubscribe();
      chat.options = { ...chat.options, headers: undefined, onRequest: undefined, fetch: server.fetch };
      server.next.push(streamed(replyOf('next')));
      expect(await chat.send('again')).to.include({ status: 'complete' });
      expect(chat.messages.at(-3)).to.equal(stopped);
    }

    it('does nothing while nothing is under way', () => {
      const { chat } = start();
      chat.stop();
      expect(chat.snapshot()).to.deep.equal({ messages: [], readyState: 'idle' });
    });

    it('ends a turn whose headers function never comes back', async () => {
      const { chat, server } = start({ headers: () => new Promise(() => undefined) });
      await expectStopped(chat, server, chat.send('now'), '');
      expect(server.requests).to.have.length(1);
    });

    it('sends nothing where the headers come after it', async () => {
      let answer = (_headers: Record<string, string>) => {};
      const headers = new Promise<Record<string, string>>((resolve) => (answer = resolve));
      const { chat, server } = start({ headers: () => headers });
      const reply = chat.send('now');
      chat.stop();
      answer({ a: 'b' });
      await headers;
      expect((await reply).status).to.equal('stopped');
      expect(server.requests).to.deep.equal([]);
    });

    it('ends a turn whose fetch never comes back', async () => {
      const { chat, server } = start();
      server.next.push(() => new Promise(() => undefined));
      const reply = chat.send('now');
      await whenAsked(server);
      await expectStopped(chat, server, reply, '');
    });

    it('lets go of an answer that comes after it', async () => {
      const fed = new FedResponse().write(say('late'));
      let answer = (_response: Response) => {};
      let responses = 0;
      const { chat, server } = start({ onResponse: () => void responses++ });
      server.next.push(() => new Promise((resolve) => (answer = resolve)));
      const reply = chat.send('now');
      await whenAsked(server);
      chat.stop();
      answer(fed.response);
      await fed.whenCancelled;
      expect(await reply).to.deep.include({ status: 'stopped', parts: [] });
      expect(responses).to.equal(0);
    });

    it('ends a turn that waits for its first event', async () => {
      const { chat, server } = start();
      const reply = chat.send('now');
      await state(chat, 'waiting');
      await expectStopped(chat, server, reply, '');
    });

    it('keeps what had arrived, and cancels the body', async () => {
      const { chat, server } = start();
      const fed = new FedResponse().write(say('Once upon'));
      server.next.push(() => fed.response);
      const reply = chat.send('now');
      await saidSoFar(chat, 'Once upon');
      await expectStopped(chat, server, reply, 'Once upon');
      expect(fed.cancelled, 'cancelled').not.to.equal(undefined);
      expect(fed.released).to.equal(true);
    });

    it('drops what came in the same piece, from within onDelta', async () => {
      const { chat, server } = start();
      chat.options.onDelta = ({ type }) => {
        if (type === 'text') chat.stop();
      };
      const fed = new FedResponse().write(say('one') + say('two') + say('three'));
      server.next.push(() => fed.response);
      const reply = await chat.send('now');
      expect(messageText(reply)).to.equal('one');
      expect(reply.status).to.equal('stopped');
      expect(chat.messages.at(-1)).to.equal(reply);
      expect(chat.readyState).to.equal('idle');
    });

    it('drops what came in the same event', async () => {
      const { chat, server } = start();
      chat.options.onDelta = ({ type }) => {
        if (type === 'reasoning') chat.stop();
      };
      server.next.push(streamed(sseEvent(chunk({ reasoning: 'hm', content: 'late' }))));
      expect((await chat.send('now')).parts).to.deep.equal([{ type: 'reasoning', text: 'hm' }]);
      expect(chat.messages.at(-1)!.parts).to.have.length(1);
    });

    it('leaves alone the turn that onRequest began in place of the one it calls off', async () => {
      const { chat, server } = start();
      let second: Promise<Message> | undefined;
      chat.options.onRequest = () => {
        if (second) return true;
        chat.stop();
        second = chat.send('two');
        return false;
      };
      server.next.push(streamed(replyOf('second')));
      expect((await chat.send('one')).status).to.equal('stopped');
      expect((await second!).status).to.equal('complete');
    });

    for (const place of ['onRequest', 'onResponse'] as const) {
      it(`works from within ${place}`, async () => {
        const { chat, server } = start();
        chat.options[place] = () => chat.stop();
        const fed = new FedResponse().write(say('one'));
        server.next.push(() => fed.response);
        expect(await chat.send('now')).to.include({ status: 'stopped' });
        expect(chat.readyState).to.equal('idle');
        chat.options = { ...chat.options, [place]: undefined };
        server.next = [streamed(replyOf('next'))];
        expect(await chat.send('again')).to.include({ status: 'complete' });
      });
    }

    it('lets the next turn begin within the same task', async () => {
      const { chat, server } = start();
      const first = chat.send('one');
      await state(chat, 'waiting');
      server.text('fir');
      await saidSoFar(chat, 'fir');
      chat.stop();
      server.next.push(streamed(replyOf('second')));
      const second = chat.send('two');
      expect((await first).status).to.equal('stopped');
      expect((await second).status).to.equal('complete');
      expect(told(chat.messages)).to.deep.equal(['user: one', 'assistant: fir', 'user: two', 'assistant: second']);
    });

    it('comes with other messages and with clear', async () => {
      const CHANGES: [change: (chat: Chat) => unknown, left: string[]][] = [
        [(chat) => (chat.messages = [message('user', 'x')]), ['user: x']],
        [(chat) => chat.clear(), []],
      ];
      for (const [change, left] of CHANGES) {
        const { chat, server } = start();
        const reply = chat.send('one');
        await state(chat, 'waiting');
        server.text('fir');
        await saidSoFar(chat, 'fir');
        change(chat);
        expect(chat.readyState).to.equal('idle');
        expect(server.last.signal.aborted).to.equal(true);
        expect(await reply).to.include({ status: 'stopped' });
        expect(told(chat.messages)).to.deep.equal(left);
      }
    });
  });

  it('takes a message that was saved while it streamed for interrupted, and the others as they are', () => {
    const { chat } = start();
    const saved = [message('user', 'one'), message('assistant', 'tw', { status: 'streaming' })];
    chat.messages = saved;
    expect(chat.messages[0]).to.equal(saved[0]);
    expect(chat.messages[1]).to.deep.equal({ ...saved[1], status: 'interrupted' });
    expect(saved[1]).to.include({ status: 'streaming' });
  });

  it('takes messages from elsewhere, also while a reply arrives', async () => {
    const { chat, server } = start();
    chat.addMessage(message('assistant', 'Welcome'));
    const reply = chat.send('one');
    await state(chat, 'waiting');
    chat.addMessage(message('system', 'Somebody joined'));
    server.text('Hi');
    server.finish();
    await reply;
    expect(told(chat.messages)).to.deep.equal([
      'assistant: Welcome',
      'user: one',
      'assistant: Hi',
      'system: Somebody joined',
    ]);
  });

  describe('what goes wrong', () => {
    const json = { 'content-type': 'application/json' };
    const html = { 'content-type': 'text/html' };
    const PAGE = '<!doctype html><h1>Sign in</h1>';

    /** [what, answer, members of the error] */
    const ANSWERS: [string, () => Response, Record<string, unknown>][] = [
      [
        '401',
        () => new Response('{"error":{"message":"No key"}}', { status: 401, headers: json }),
        { code: 'unauthorized', status: 401, detail: 'No key' },
      ],
      [
        '403',
        () => new Response(PAGE, { status: 403, headers: html }),
        { code: 'unauthorized', status: 403, detail: undefined },
      ],
      [
        '404',
        () => new Response('{"detail":"Not Found"}', { status: 404, headers: json }),
        { code: 'not-found', status: 404, detail: 'Not Found' },
      ],
      [
        '418',
        () => new Response('short and stout', { status: 418, headers: { 'content-type': 'text/plain' } }),
        { code: 'rejected', status: 418, detail: 'short and stout' },
      ],
      [
        '429',
        () => new Response('', { status: 429, headers: { 'retry-after': '7' } }),
        { code: 'rate-limited', status: 429, retryAfter: 7 },
      ],
      [
        '500',
        () => new Response(PAGE, { status: 500, headers: html }),
        { code: 'server', status: 500, detail: undefined },
      ],
      ['HTML', () => new Response(PAGE, { headers: html }), { code: 'unexpected-content', status: 200 }],
      ['foreign JSON', () => new Response('{"status":"ok"}', { headers: json }), { code: 'unexpected-content' }],
      ['nothing', () => new Response('', { headers: EVENT_STREAM }), { code: 'empty' }],
      ['204', () => new Response(null, { status: 204 }), { code: 'empty' }],
      [
        'an error in mid stream',
        streamed(sseEvent({ error: { message: 'Overloaded', code: 529 } })),
        { code: 'provider', status: 529, detail: 'Overloaded' },
      ],
    ];
    for (const [what, answer, members] of ANSWERS) {
      it(`reports ${what} as ${String(members['code'])}, keeps the question, and can go on`, async () => {
        const { chat, server } = start();
        server.next.push(answer, streamed(replyOf('fine')));
        const codes: unknown[] = [];
        chat.options.onDelta = (delta) => void (delta.type === 'error' && codes.push(delta.error.code));
        const reply = await chat.send('now');
        expect(reply.status).to.equal('error');
        expect(Object.fromEntries(Object.keys(members).map((key) => [key, reply.error![key as 'code']]))).to.deep.equal(
          members,
        );
        expect(reply.error!.message).to.match(/^expected /);
        expect(codes, 'told once').to.deep.equal([members['code']]);
        expect(chat.readyState).to.equal('idle');
        expect(told(chat.messages)).to.deep.equal(['user: now', 'assistant: ']);
        expect(await chat.regenerate()).to.include({ status: 'complete' });
        expect(told(chat.messages)).to.deep.equal(['user: now', 'assistant: fine']);
      });
    }

    it('takes an answer of a server that does not stream', async () => {
      const { chat, server } = start();
      const answer = {
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
      };
      server.next.push(() => new Response(JSON.stringify(answer), { headers: json }));
      const reply = await chat.send('now');
      expect(reply.status).to.equal('complete');
      expect(messageText(reply)).to.equal('Hi');
    });

    it('reports a network that fails', async () => {
      const { chat, server } = start();
      const cause = new TypeError('Failed to fetch');
      server.next.push(() => Promise.reject(cause));
      expect((await chat.send('now')).error).to.include({ code: 'network', cause });
      expect(chat.readyState).to.equal('idle');
    });

    it('keeps the text before a connection that breaks, as interrupted', async () => {
      const { chat, server } = start();
      const reply = chat.send('now');
      await state(chat, 'waiting');
      server.text('Once upon');
      await saidSoFar(chat, 'Once upon');
      server.fail();
      expect(await reply).to.include({ status: 'interrupted' });
      expect(lastText(chat)).to.equal('Once upon');
      expect(chat.readyState).to.equal('idle');
    });

    it('skips and counts an event that is malformed', async () => {
      const { chat, server } = start();
      server.next.push(streamed(say('a') + 'data: {"id":}]}\n\n' + replyOf('b')));
      const reply = await chat.send('now');
      expect(reply).to.include({ status: 'complete' });
      expect(messageText(reply)).to.equal('ab');
      expect(reply.metrics).to.include({ malformedFrames: 1 });
    });

    it('is finished at [DONE], though the connection stays open', async () => {
      const { chat, server } = start();
      const fed = new FedResponse().write(replyOf('a'));
      server.next.push(() => fed.response);
      expect(await chat.send('now')).to.include({ status: 'complete' });
      expect(chat.readyState).to.equal('idle');
      expect(fed.cancelled, 'cancelled').not.to.equal(undefined);
    });
  });

  describe('what the page supplies and throws', () => {
    const thrown = new Error('thrown by the page');
    const fail = (): never => {
      throw thrown;
    };

    /** [what, options, text kept, whether anything was sent] */
    const THROWS: [string, ChatOptions, string, boolean][] = [
      ['a headers function', { headers: fail }, '', false],
      ['an async headers function', { headers: () => Promise.reject(thrown) }, '', false],
      ['onRequest', { onRequest: fail }, '', false],
      ['onResponse', { onResponse: fail }, '', true],
      ['onDelta', { onDelta: ({ type }) => type === 'text' && fail() }, 'one', true],
    ];
    for (const [what, options, text, sent] of THROWS) {
      it(`makes ${what} an internal error, and goes on`, async () => {
        const { chat, server } = start(options);
        const fed = new FedResponse().write(say('one') + say('two'));
        server.next.push(() => fed.response);
        const uncaught = catchUncaught();
        const reply = await chat.send('now').finally(uncaught.stop);
        expect(reply.status).to.equal('error');
        expect(reply.error).to.include({ code: 'internal', cause: thrown });
        expect(messageText(reply)).to.equal(text);
        expect(uncaught.errors).to.deep.equal([]);
        expect(chat.readyState).to.equal('idle');
        expect(chat.messages.at(-1)).to.equal(reply);
        expect(server.requests.map(({ signal }) => signal.aborted)).to.deep.equal(sent ? [true] : []);
        chat.options = { endpoint: ENDPOINT, fetch: server.fetch, retry: 0 };
        server.next = [streamed(replyOf('next'))];
        expect(await chat.send('again')).to.include({ status: 'complete' });
      });
    }

    /** [what, types of the deltas at which onDelta throws, endpoint's answer, status, code] */
    const CALLBACKS: [string, string, string, Message['status'], string | undefined][] = [
      ['at every delta', 'metadata text finish error end', replyOf('one'), 'error', 'internal'],
      ['at the end', 'end', replyOf('one'), 'complete', undefined],
      ['at an error of the endpoint', 'error', say('one') + sseEvent({ error: 'x' }), 'error', 'provider'],
      ['at an interruption', 'error', say('one'), 'interrupted', 'interrupted'],
    ];
    for (const [what, types, body, status, code] of CALLBACKS) {
      it(`reports what onDelta throws ${what} as uncaught, and leaves the message ${status}`, async () => {
        const { chat, server } = start({ onDelta: ({ type }) => types.split(' ').includes(type) && fail() });
        server.next.push(streamed(body));
        const uncaught = catchUncaught();
        const reply = await chat.send('now').finally(uncaught.stop);
        expect(reply.status).to.equal(status);
        expect(reply.error?.code).to.equal(code);
        expect(uncaught.errors).to.deep.equal([thrown]);
        expect(messageText(reply)).to.equal('one');
        expect(chat.readyState).to.equal('idle');
      });
    }

    it('lets a subscriber that throws stop nothing, and tells the others', async () => {
      const { chat, server } = start();
      server.next.push(streamed(replyOf('one')));
      let others = 0;
      chat.subscribe(fail);
      chat.subscribe(() => others++);
      const uncaught = catchUncaught();
      const reply = await chat.send('now').finally(uncaught.stop);
      expect(reply).to.include({ status: 'complete' });
      expect(chat.readyState).to.equal('idle');
      expect(others).to.be.above(4);
      expect(uncaught.errors).to.have.length(others);
      expect(new Set(uncaught.errors)).to.deep.equal(new Set([thrown]));
    });
  });
});
