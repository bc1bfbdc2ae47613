// What a person sees of an answer that does not come as it should: another try, the network away, a long wait, an answer
// that was cut off; and the parts of an answer that are no text.

import { expect } from 'chai';
import type { Message, MessagePart } from '../../src/model/index.js';
import type { StreamChat } from '../../src/elements/index.js';
import '../../src/index.js';
import { loadMarkdown } from '../../src/elements/load-markdown.js';
import { add, addChat, find, findAll, removeAll, shownText, until } from '../helpers/page.js';
import { chunk, EVENT_STREAM, replyOf, sseEvent } from '../helpers/responses.js';

const streamed = (body: string) => () => new Response(body, { headers: EVENT_STREAM });
const say = (content: string) => sseEvent(chunk({ content }));
const notice = (chat: StreamChat) => findAll(chat, '.notice').at(-1)?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
const button = (chat: StreamChat, label: string) =>
  findAll(chat, '.notice button').find((found) => found.textContent.trim().startsWith(label));

before(async () => void (await loadMarkdown()));

describe('an answer that does not come as it should', () => {
  const { now } = Date;
  const { onLine } = navigator;
  afterEach(() => {
    removeAll();
    Date.now = now;
    if (navigator.onLine !== onLine) delete (navigator as { onLine?: boolean }).onLine;
  });

  it('is asked for again by itself, and says why and when', async () => {
    const { chat, server } = await addChat({ retry: '2' });
    server.next.push(
      () => new Response('', { status: 503, headers: { 'retry-after': '1' } }),
      streamed(replyOf('Here', ' it is')),
    );
    const tries: unknown[] = [];
    chat.addEventListener('retry', ({ attempt, error, at }) => tries.push([attempt, error.status, at! > Date.now()]));
    const reply = chat.send('Hello');
    await until('the notice', () => notice(chat).includes('Trying again in 1 s'));
    expect(notice(chat)).to.include('status 503');
    expect(chat.readyState).to.equal('connecting');
    expect(find(chat, '[aria-live="polite"]').textContent).to.include('Trying again');
    expect((await reply).status).to.equal('complete');
    await until('the answer', () => shownText(chat) === 'Here it is');
    expect(notice(chat)).to.equal('');
    expect(tries).to.deep.equal([[1, 503, true]]);
    expect(server.requests).to.have.length(2);
  });

  it('counts on when it is moved in the page', async () => {
    const { chat, server } = await addChat({ retry: '2' });
    server.next.push(() => new Response('', { status: 503, headers: { 'retry-after': '50' } }));
    void chat.send('Hello');
    await until('the notice', () => notice(chat).includes('in 50 s'));
    const box = add(document.createElement('div'));
    box.append(chat);
    await until('the next second', () => notice(chat).includes('in 49 s'));
    chat.stop();
  });

  it('stops counting when it is taken out of the page', async () => {
    const { chat, server } = await addChat({ retry: '0' });
    server.next.push(() => new Response('', { status: 429, headers: { 'retry-after': '50' } }));
    await chat.send('Hello');
    await until('the button', () => button(chat, 'Try again (in'));
    chat.remove();
    const real = window.setTimeout.bind(window);
    const delays: (number | undefined)[] = [];
    try {
      window.setTimeout = ((callback: () => void, delay?: number) => {
        delays.push(delay);
        return real(callback, delay);
      }) as typeof setTimeout;
      chat.heading = 'Help';
      await chat.updateComplete;
    } finally {
      window.setTimeout = real as typeof setTimeout;
    }
    expect(delays).to.deep.equal([]);
  });

  it('can be stopped while it waits for another try', async () => {
    const { chat, server } = await addChat({ retry: '2' });
    server.next.push(() => new Response('', { status: 503, headers: { 'retry-after': '50' } }));
    const reply = chat.send('Hello');
    await until('the notice', () => notice(chat).includes('Trying again in 50 s'));
    find(chat, 'button.send').click();
    expect(chat.readyState).to.equal('idle');
    expect((await reply).status).to.equal('stopped');
    expect(server.requests).to.have.length(1);
  });

  it('waits for the network, and goes out when it is back', async () => {
    const { chat, server } = await addChat({ retry: '2' });
    Object.defineProperty(navigator, 'onLine', { value: false, configurable: true });
    server.next.push(() => Promise.reject(new TypeError('Failed to fetch')), streamed(replyOf('Here')));
    const reply = chat.send('Hello');
    await until('the notice', () => notice(chat).includes('no connection'));
    await until('the state', () => chat.matches(':state(offline)'));
    delete (navigator as { onLine?: boolean }).onLine;
    window.dispatchEvent(new Event('online'));
    expect((await reply).status).to.equal('complete');
    await until('the state to go', () => !chat.matches(':state(offline)'));
  });

  it('is said to be under way when it takes long', async () => {
    const { chat, server } = await addChat({ retry: '2' });
    const reply = chat.send('Hello');
    await until('the caret', () => findAll(chat, '.waiting .caret').length === 1);
    expect(notice(chat)).to.equal('');
    Date.now = () => now() + 10_001;
    chat.requestUpdate();
    await until('the notice', () => notice(chat).includes('longer than usual'));
    const said = find(chat, '[aria-live="polite"]');
    await until('the words', () => said.textContent.includes('longer than usual'));
    // Once.
    const before = said.textContent;
    chat.requestUpdate();
    await chat.updateComplete;
    await chat.updateComplete;
    expect(said.textContent).to.equal(before);
    server.text('Here');
    server.finish();
    await reply;
    await until('the notice to go', () => notice(chat) === '');
  });

  it('shows how long the service asks for patience, without waiting by itself for that long', async () => {
    const { chat, server } = await addChat({ retry: '2' });
    server.next.push(() => new Response('', { status: 429, headers: { 'retry-after': '3600' } }));
    expect((await chat.send('Hello')).error).to.include({ code: 'rate-limited', retryAfter: 3600 });
    await until('the button', () => /in (3600|3599) s/.test(button(chat, 'Try again')?.textContent ?? ''));
    Date.now = () => now() + 3_600_001;
    chat.requestUpdate();
    await until('the button', () => button(chat, 'Try again')?.textContent!.trim() === 'Try again');
    expect(server.requests).to.have.length(1);
  });

  /** [what, reply, notice] */
  const CUT: [string, string, string][] = [
    ['its length limit', say('Once upon') + sseEvent(chunk({}, 'length')) + sseEvent('[DONE]'), 'length limit'],
    ['a lost connection', say('Once upon'), 'interrupted'],
  ];
  for (const [what, body, words] of CUT) {
    it(`goes on behind ${what}, in the same message`, async () => {
      const { chat, server } = await addChat({ retry: '2' });
      server.next.push(streamed(body), streamed(replyOf(' a time')));
      const { id } = await chat.send('Tell me');
      await until('the notice', () => notice(chat).includes(words));
      button(chat, 'Continue')!.click();
      await until('the rest', () => shownText(chat) === 'Once upon a time' && chat.readyState === 'idle');
      expect(chat.messages.map(({ role }) => role)).to.deep.equal(['user', 'assistant']);
      expect(chat.messages[1]).to.include({ id, status: 'complete' });
      expect(notice(chat)).to.equal('');
      const sent = server.last.body.messages;
      expect(sent.map(({ role }) => role)).to.deep.equal(['user', 'assistant', 'user']);
      expect(sent[1]!.content).to.equal('Once upon');
    });
  }

  it('goes on behind a Stop', async () => {
    const { chat, server } = await addChat({ retry: '2' });
    const reply = chat.send('Tell me');
    await until('the answer', () => server.requests.length === 1);
    server.text('Once upon');
    await until('the text', () => shownText(chat) === 'Once upon');
    chat.stop();
    await reply;
    server.next.push(streamed(replyOf(' a time')));
    (await until('the button', () => button(chat, 'Continue'))).click();
    await until('the rest', () => shownText(chat) === 'Once upon a time');
  });

  it('goes on without hiding what was seen behind it', async () => {
    const { chat, server } = await addChat();
    const parts: Message['parts'] = [
      { type: 'text', text: 'Once upon' },
      { type: 'source', id: '1', url: 'https://example.com/', title: 'A tale' },
    ];
    chat.messages = [
      { id: 'q', role: 'user', parts: [{ type: 'text', text: 'Tell me' }], status: 'complete', createdAt: 0 },
      { id: 'a', role: 'assistant', parts, status: 'stopped', createdAt: 0 },
    ];
    const sources = await until('the sources', () => findAll(chat, '.sources')[0]);
    void chat.continue();
    await until('the request', () => server.requests.length === 1);
    for (const word of [' a', ' time', ' there', ' was']) {
      server.text(word);
      await until(word, () => shownText(chat).endsWith(word));
      expect(getComputedStyle(sources).visibility).to.equal('visible');
      expect(sources.getBoundingClientRect().height).to.be.above(0);
    }
    server.finish();
  });

  it('is what went wrong last, also where the page adds a message', async () => {
    const { chat, server } = await addChat({ retry: '0' });
    server.next.push(() => new Response('', { status: 429, headers: { 'retry-after': '3600' } }));
    chat.addEventListener('error', () =>
      chat.addMessage({
        id: 'call',
        role: 'assistant',
        parts: [{ type: 'text', text: 'Call 123.' }],
        status: 'complete',
        createdAt: 0,
      }),
    );
    await chat.send('Hello');
    await until('the button', () => /in (3600|3599) s/.test(button(chat, 'Try again')?.textContent ?? ''));
    expect(chat.error).to.include({ code: 'rate-limited' });
    expect(chat.matches(':state(error)')).to.equal(true);
    chat.messages = [];
    await chat.updateComplete;
    expect(chat.error).to.equal(null);
  });

  it('offers to go on for the last answer only', async () => {
    const { chat } = await addChat({ retry: '2' });
    const stopped = (id: string): Message => ({
      id,
      role: 'assistant',
      parts: [{ type: 'text', text: 'Once' }],
      status: 'stopped',
      createdAt: 0,
    });
    chat.messages = [stopped('a'), stopped('b')];
    await until('the notices', () => findAll(chat, '.notice').length === 2);
    expect(findAll(chat, '.notice button')).to.have.length(1);
  });
});

describe('buttons under an answer', () => {
  afterEach(removeAll);

  for (const name of ['disabled', 'readOnly'] as const) {
    it(`ask nothing again where the chat is ${name}`, async () => {
      const { chat, server } = await addChat();
      server.next.push(streamed(say('Once')));
      await chat.send('Hello');
      chat[name] = true;
      await chat.updateComplete;
      const buttons = findAll(chat, 'article button:not([aria-label="Copy answer"])') as HTMLButtonElement[];
      expect(buttons.map(({ disabled }) => disabled)).to.deep.equal([true, true]);
    });
  }

  it('do not tell the page of the question once more', async () => {
    const { chat, server } = await addChat();
    server.next.push(streamed(say('Once')), streamed(replyOf(' upon')), streamed(replyOf('Anew')));
    const told: string[] = [];
    chat.addEventListener('message', ({ message }) => told.push(message.role));
    await chat.send('Hello');
    await chat.continue();
    await chat.regenerate();
    expect(told).to.deep.equal(['user', 'assistant', 'assistant']);
  });
});

describe('a fast answer', () => {
  afterEach(removeAll);

  it('is rendered once a frame, not once a piece', async () => {
    const { chat, server } = await addChat();
    let updates = 0;
    const { performUpdate } = chat as unknown as { performUpdate: () => void };
    Object.assign(chat, { performUpdate: () => (updates++, performUpdate.call(chat)) });
    server.next.push(streamed(replyOf(...Array.from({ length: 2000 }, () => 'word '))));
    await chat.send('Hello');
    await until('the answer', () => shownText(chat).length === 'word '.repeat(2000).length - 1);
    expect(updates).to.be.lessThan(400);
  });
});

describe('parts of an answer that are no text', () => {
  afterEach(removeAll);

  const PIXEL =
    'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

  async function show(...parts: MessagePart[]): Promise<StreamChat> {
    const chat = add(document.createElement('stream-chat'));
    chat.messages = [{ id: '1', role: 'assistant', parts, status: 'complete', createdAt: 0 }];
    await chat.updateComplete;
    return chat;
  }

  it('do not cut the text that they stand in', async () => {
    const chat = await show(
      { type: 'text', id: '0', text: 'one **two' },
      { type: 'source', url: 'https://example.com/' },
      { type: 'reasoning', text: '', providerMetadata: { anthropic: { signature: 'x' } } },
      { type: 'text', id: '1', text: ' three** four' },
    );
    await until('the text', () => findAll(chat, '.content strong').length === 1);
    expect(find(chat, '.content').textContent.trim()).to.equal('one two three four');
    expect(findAll(chat, '[part="reasoning"]')).to.deep.equal([]);
  });

  it('show thoughts that come one after the other as one', async () => {
    const chat = await show(
      { type: 'reasoning', id: '0', text: 'First.' },
      { type: 'reasoning', id: '1', text: 'Second.' },
    );
    expect(find(chat, '.aside-body').textContent).to.equal('First.\n\nSecond.');
  });

  it('show what an MCP tool says', async () => {
    const data = { content: [{ type: 'text', text: '**Here**' }, { type: 'image' }, null] };
    const chat = await show({ type: 'data', name: 'mcp-result', data });
    await until('the text', () => findAll(chat, '.content strong').length === 1);
  });

  it('show nothing of data that only programs read', async () => {
    const chat = await show({ type: 'data', name: 'state', data: { text: 'hidden' } });
    expect(findAll(chat, '.content')).to.deep.equal([]);
  });

  it('show a picture that came whole', async () => {
    const chat = await show({ type: 'file', mediaType: 'image/png', url: PIXEL, name: 'A cat' });
    const image = find<HTMLImageElement>(chat, 'img');
    await image.decode();
    expect(image.alt).to.equal('A cat');
  });

  /** [what, file, what is shown in its place] */
  const NOT_LOADED: [string, { mediaType: string; url?: string }, shown?: string][] = [
    [
      'a picture from elsewhere',
      { mediaType: 'image/png', url: 'https://example.com/a.png' },
      'Load image “Picture” from example.com',
    ],
    ['a drawing, which is a document', { mediaType: 'image/svg+xml', url: 'data:image/svg+xml;base64,PHN2Zy8+' }],
    ['a picture that is a script', { mediaType: 'image/png', url: 'javascript:alert(1)' }],
    ['a file that only says it is a picture', { mediaType: 'image/png', url: 'data:text/html;base64,PGI+' }],
    ['a picture without an address', { mediaType: 'image/png' }],
  ];
  for (const [what, file, shown = 'Picture'] of NOT_LOADED) {
    it(`do not load ${what}`, async () => {
      const chat = await show({ type: 'file', ...file });
      expect(findAll(chat, 'img')).to.deep.equal([]);
      expect(find(chat, '.file').textContent.trim()).to.equal(shown);
      expect(findAll(chat, 'a').map((link) => (link as HTMLAnchorElement).protocol)).to.not.include('javascript:');
    });
  }

  it('offer a file for download', async () => {
    const chat = await show({
      type: 'file',
      mediaType: 'application/pdf',
      url: 'data:application/pdf;base64,JVBERg==',
      name: 'a.pdf',
    });
    expect(find<HTMLAnchorElement>(chat, 'a')).to.include({
      download: 'a.pdf',
      rel: 'noopener noreferrer nofollow ugc',
    });
  });

  it('show what a tool was asked and what it gave', async () => {
    const call: MessagePart = {
      type: 'tool-call',
      id: '1',
      name: 'weather',
      inputText: '{"city":"Paris"}',
      state: 'output-available',
      output: { degrees: 21 },
    };
    const chat = await show(call);
    expect(findAll(chat, '.aside-body').map(({ textContent }) => textContent.replace(/\s+/g, ''))).to.deep.equal([
      '{"city":"Paris"}',
      '{"degrees":21}',
    ]);
  });

  it('show what a tool could not do', async () => {
    const chat = await show({
      type: 'tool-call',
      id: '1',
      name: 'weather',
      inputText: '{}',
      state: 'error',
      error: 'No such city',
    });
    expect(findAll(chat, '.aside-body').at(-1)!.textContent).to.equal('No such city');
  });
});
