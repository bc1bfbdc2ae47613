import { expect } from 'chai';
import { messageText, registerProtocol, type ChatOptions, type Protocol } from '../../src/chat/index.js';
import { ENDPOINT, streamed, broken, fine, refused, say, done, start, rejection } from '../helpers/fake-server.js';

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

  it('has the headers that a listener put in place of them, as Headers too', async () => {
    const { chat, server } = start({
      onRequest: (request) => {
        request.headers = new Headers({ ...request.headers, 'x-a': 'b' }) as unknown as Record<string, string>;
      },
    });
    server.answers.push(fine);
    await chat.send('Hi');
    const { headers } = server.requests[0]!;
    expect([headers.get('x-a'), headers.get('content-type')]).to.deep.equal(['b', 'application/json']);
  });

  it('goes to a URL, from the page or from a listener', async () => {
    const other = new URL('https://other.example/v1/messages');
    for (const options of [
      { endpoint: other as unknown as string },
      { onRequest: (request: { url: unknown }) => void (request.url = other) },
    ]) {
      const { chat, server } = start({ ...options, retry: 0 });
      server.answers.push(refused);
      expect((await chat.send('Hi')).error).to.have.property('code', 'network');
      expect(server.requests.map(({ url }) => url)).to.deep.equal([other.href]);
    }
  });

  it('is made once where the format throws, whatever else may be wrong', async () => {
    const thrown = new TypeError('a bug');
    const bad = (fault: 'push' | 'end'): Protocol => ({
      name: 'bad',
      request: (_messages, { endpoint }) => ({ url: endpoint, method: 'POST', headers: {}, body: {} }),
      decoder: () => ({
        malformedFrames: 0,
        unknownFrames: 0,
        push: () => {
          if (fault === 'push') throw thrown;
          return [];
        },
        end: () => {
          throw thrown;
        },
      }),
      matches: () => true,
    });
    for (const fault of ['push', 'end'] as const) {
      const { server, turn } = start({ protocol: bad(fault) });
      server.answers.push(streamed('data: a\n\n', { 'content-type': 'text/event-stream' }));
      const { error } = await turn();
      expect(error, fault).to.include({ code: 'internal', cause: thrown });
      expect(server.requests).to.have.length(1);
    }
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

  it('carries no half of a character, which some servers refuse for good', async () => {
    const { server, chat, turn } = start();
    server.answers.push(streamed(say('cut in \ud83d') + done), fine);
    await turn();
    await turn(chat.send('Go on \ud83d\ude00'));
    expect(server.said).to.deep.equal(['Hi', 'cut in \ufffd', 'Go on \ud83d\ude00']);
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
    ['https://api.example/v1beta/models/g:generateContent', 'auto', '', 'contents'],
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
