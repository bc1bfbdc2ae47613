import { expect } from 'chai';
import '../../src/index.js';
import { loadMarkdown } from '../../src/elements/load-markdown.js';
import { ChatError, type Message, type MessagePart } from '../../src/model/index.js';
import { addChat, find, findAll, frame, removeAll, until } from '../helpers/page.js';

let ids = 0;
const message = (role: Message['role'], parts: MessagePart[], more: Partial<Message> = {}): Message => ({
  id: `m${ids++}`,
  role,
  parts,
  status: 'complete',
  createdAt: 0,
  ...more,
});
const text = (words: string): MessagePart => ({ type: 'text', text: words });

describe('a message', () => {
  before(async () => void (await loadMarkdown()));
  afterEach(removeAll);

  const SOURCES: [title: string | undefined, url: string, shown: string][] = [
    ['A page', 'https://a.example/x', 'A page'],
    [undefined, 'https://a.example/x', 'a.example'],
    ['https://paypal.com/login', 'https://evil.example/', 'https://paypal.com/login (evil.example)'],
    ['www.a.example', 'https://a.example/x', 'www.a.example'],
  ];
  for (const [title, url, shown] of SOURCES) {
    it(`names a source ${title ?? 'without a title'} of ${url} so that nobody is misled`, async () => {
      const { chat } = await addChat();
      const source: MessagePart = { type: 'source', url, ...(title && { title }) };
      chat.messages = [message('user', [text('Hi')]), message('assistant', [text('a'), source])];
      await chat.updateComplete;
      const link = find<HTMLAnchorElement>(chat, '.sources a');
      expect([link.textContent, link.title]).to.deep.equal([shown, new URL(url).host]);
      expect([link.rel, link.target, link.referrerPolicy]).to.deep.equal([
        'noopener noreferrer nofollow ugc',
        '_blank',
        'no-referrer',
      ]);
    });
  }

  it('has a direction for each title, by its letters', async () => {
    const { chat } = await addChat({ dir: 'rtl' });
    const titles = ['What is it?', 'שלום!'];
    const sources = titles.map((title, at): MessagePart => ({ type: 'source', url: `https://a.example/${at}`, title }));
    const file: MessagePart = {
      type: 'file',
      mediaType: 'application/pdf',
      url: 'https://a.example/f',
      name: 'a (1).pdf',
    };
    chat.messages = [message('user', [text('Hi')]), message('assistant', [text('a'), file, ...sources])];
    await chat.updateComplete;
    const directions = findAll(chat, '.sources a, p.file').map((element) => getComputedStyle(element).direction);
    expect(directions).to.deep.equal(['ltr', 'ltr', 'rtl']);
  });

  it('holds a picture that may not load behind a button that names its host', async () => {
    const { chat } = await addChat();
    const file: MessagePart = {
      type: 'file',
      mediaType: 'image/png',
      url: 'https://evil.example/a.png?q=<b>',
      name: 'a] *b*',
    };
    chat.messages = [message('user', [text('Hi')]), message('assistant', [file])];
    const button = await until('the button', () => findAll(chat, '[part="image-button"]')[0]);
    expect(button.textContent).to.contain('a] *b*').and.to.contain('evil.example');
    expect(findAll(chat, 'img, a')).to.have.length(0);
    button.click();
    const image = find<HTMLImageElement>(chat, 'img');
    expect([image.getAttribute('src'), image.alt]).to.deep.equal(['https://evil.example/a.png?q=%3Cb%3E', 'a] *b*']);
  });

  it('asks the policy of the page about files and pictures that wait', async () => {
    const { chat } = await addChat({ 'allow-links': 'mailto' });
    chat.urlPolicy = (_, use) => use !== 'image';
    const file = (mediaType: string, name: string): MessagePart => {
      return { type: 'file', mediaType, url: `https://a.example/${name}`, name };
    };
    const parts = [file('application/pdf', 'a.pdf'), file('image/png', 'b.png'), text('a')];
    chat.messages = [message('user', [text('Hi')]), message('assistant', parts)];
    await until('the files', () => findAll(chat, '.file').length === 2);
    expect(findAll(chat, '.file').map(({ textContent }) => textContent.trim())).to.deep.equal(['a.pdf', 'b.png']);
    expect(findAll(chat, '.file a, .file button, img')).to.deep.equal([]);
  });

  it('tells nobody who reads where a picture that may load is loaded from', async () => {
    const { chat } = await addChat({ 'allow-images': '*' });
    const file: MessagePart = { type: 'file', mediaType: 'image/png', url: '/a.png' };
    chat.messages = [message('user', [text('Hi')]), message('assistant', [file])];
    await chat.updateComplete;
    const image = find<HTMLImageElement>(chat, 'img.file');
    expect([image.referrerPolicy, image.loading]).to.deep.equal(['no-referrer', 'lazy']);
  });

  it('keeps what is selected in reasoning and in what a tool is asked, while they grow', async () => {
    const { chat, server } = await addChat({ reasoning: 'open' });
    void chat.send('Hi');
    await until('the request', () => server.requests.length === 1);
    server.event({ choices: [{ index: 0, delta: { reasoning_content: 'One thought,' } }] });
    const body = await until('the thought', () => {
      const [shown] = findAll(chat, '.aside-body');
      return shown?.textContent === 'One thought,' && shown;
    });
    const node = body.firstChild!.nodeType === 3 ? body.firstChild! : body.childNodes[1]!;
    const range = document.createRange();
    range.setStart(node, 4);
    range.setEnd(node, 11);
    server.event({ choices: [{ index: 0, delta: { reasoning_content: ' and\u202e more' } }] });
    await until('more', () => body.textContent === 'One thought, and more');
    expect([range.toString(), range.startContainer]).to.deep.equal(['thought', node]);
  });

  it('shows reasoning that became another as it is now', async () => {
    const { chat } = await addChat({ reasoning: 'open' });
    const question = message('user', [text('Hi')]);
    const answer = message('assistant', [{ type: 'reasoning', text: 'One' }, text('a')]);
    for (const words of ['One', 'One and two', 'Three', '']) {
      chat.messages = [question, { ...answer, parts: [{ type: 'reasoning', text: words }, text('a')] }];
      await chat.updateComplete;
      expect(findAll(chat, '.aside-body').map((body) => body.textContent)).to.deep.equal(words ? [words] : []);
    }
  });

  it('goes on with its text while what is thought about the rest stands behind that', async () => {
    const { chat, server } = await addChat({ reasoning: 'open' });
    const parts: MessagePart[] = [{ type: 'reasoning', text: 'Hm.' }, text('Once **upon')];
    chat.messages = [message('user', [text('Tell me')]), message('assistant', parts, { status: 'stopped' })];
    await until('the text', () => findAll(chat, '.content').length === 1);
    const [block] = find(chat, '.content').children;
    void chat.continue();
    await until('the request', () => server.requests.length === 1);
    server.event({ choices: [{ index: 0, delta: { reasoning: 'How does it go on?' } }] });
    await until('the thought', () => findAll(chat, 'details[part="reasoning"]').length === 2);
    for (const word of [' a', ' time**', ' there', ' was']) {
      server.text(word);
      await until(word, () => find(chat, '.content').textContent.trimEnd().endsWith(word.replace('**', '')));
      expect(findAll(chat, '.content [part~="caret"]'), word).to.have.length(1);
      expect(find(chat, '.content').firstElementChild, word).to.equal(block);
    }
    const labels = findAll(chat, 'summary').map(({ textContent }) => textContent.trim());
    expect(labels).to.deep.equal(['Reasoning', 'Reasoning']);
    server.finish();
    await until('the end', () => findAll(chat, '[part~="caret"]').length === 0);
  });

  it('has a direction for each label, by its letters', async () => {
    const { chat } = await addChat({ dir: 'rtl' });
    const call: MessagePart = { type: 'tool-call', id: 'c', name: 'look', inputText: '{}', state: 'input-available' };
    const error = new ChatError('server', 'expected an answer, got status 500', { status: 500 });
    const code = text('```c++\nint a;\n```');
    const parts = [{ type: 'reasoning', text: 'Hm.' } as const, call, code];
    chat.messages = [message('user', [text('Hi')]), message('assistant', parts, { status: 'error', error })];
    await until('the code', () => findAll(chat, '.code-header').length === 1);
    for (const label of ['summary span', '.notice button span', '.code-header > span > span']) {
      const found = findAll(chat, label);
      expect(found.length, label).to.be.above(0);
      for (const element of found) expect(getComputedStyle(element).direction, label).to.equal('ltr');
    }
  });

  it('can be asked for again only where there is a question before it', async () => {
    const { chat } = await addChat();
    const error = new ChatError('server', 'no');
    const labels = (): string[] =>
      findAll(chat, '[part~="action"]').map((button) => button.ariaLabel ?? button.textContent.trim());
    chat.messages = [message('assistant', [text('Welcome')]), message('assistant', [text('Ask me')])];
    await chat.updateComplete;
    expect(labels()).to.deep.equal(['Copy answer', 'Copy answer']);
    chat.messages = [message('assistant', [], { status: 'error', error })];
    await chat.updateComplete;
    expect(labels()).to.deep.equal([]);
    chat.messages = [message('user', [text('Hi')]), message('assistant', [], { status: 'error', error })];
    await chat.updateComplete;
    expect(labels()).to.deep.equal(['Try again']);
  });

  it('goes on, and has gone wrong, also where instructions stand behind it', async () => {
    const { chat, server } = await addChat();
    const note = message('system', [text('Somebody joined')]);
    const error = new ChatError('server', 'no');
    chat.messages = [message('user', [text('Hi')]), message('assistant', [], { status: 'error', error }), note];
    expect(chat.error).to.equal(error);
    chat.messages = [message('user', [text('Hi')]), message('assistant', [text('One')], { status: 'stopped' }), note];
    await chat.updateComplete;
    findAll(chat, '[part~="action"]')
      .find((button) => button.textContent.trim() === 'Continue')!
      .click();
    await until('the request', () => server.requests.length === 1);
    server.text(' two');
    server.finish();
    await until('the end', () => chat.readyState === 'idle');
    expect(chat.messages.map(({ role }) => role)).to.deep.equal(['user', 'system', 'assistant']);
    await frame();
    expect(chat.messages.at(-1)!.parts).to.deep.include({ type: 'text', text: 'One two', id: 'text' });
  });
});
