import { expect } from 'chai';
import '../../src/index.js';
import { loadMarkdown } from '../../src/elements/load-markdown.js';
import type { Protocol } from '../../src/chat/index.js';
import { messageText } from '../../src/model/index.js';
import { add, addChat, find, findAll, frame, press, removeAll, type, until } from '../helpers/page.js';

function tag(name: string, text: string): HTMLElement {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

describe('what a page sets and does', () => {
  before(async () => void (await loadMarkdown()));
  afterEach(removeAll);

  it('an empty maxlength is no limit', async () => {
    for (const [value, expected] of [
      ['', null],
      ['5', '5'],
    ] as const) {
      const { chat } = await addChat({ maxlength: value });
      expect(find(chat, 'textarea').getAttribute('maxlength'), JSON.stringify(value)).to.equal(expected);
    }
  });

  it('a value that a framework took away is an empty one', async () => {
    const { chat, server } = await addChat();
    for (const value of [null, undefined]) {
      chat.value = value as unknown as string;
      await chat.updateComplete;
      press(find(chat, 'textarea'), 'Enter');
      await frame();
    }
    expect(server.requests).to.have.length(0);
  });

  it('a format of its own is taken by the property, too', async () => {
    const { chat, server } = await addChat();
    const shout: Protocol = {
      name: 'shout',
      request: (messages, { endpoint }) => ({
        url: endpoint,
        method: 'POST',
        headers: {},
        body: messageText(messages.at(-1)!).toUpperCase(),
      }),
      decoder: () => ({ malformedFrames: 0, unknownFrames: 0, push: () => [], end: () => [{ type: 'end' }] }),
      matches: () => false,
    };
    chat.protocol = shout;
    void chat.send('hi');
    await until('the request', () => server.requests.length === 1);
    expect(server.last.body).to.equal('HI');
  });

  it('of several suggestions in one element the one that is pressed is sent', async () => {
    const { chat, server } = await addChat();
    const list = document.createElement('div');
    list.slot = 'suggestions';
    const [line, button, word] = [tag('p', 'Try '), tag('button', 'A '), tag('b', 'b')];
    button.append(word);
    line.append(button, tag('a', 'C'));
    list.append(line);
    chat.append(list);
    await frame();
    line.click();
    await frame();
    expect(server.requests).to.have.length(0);
    word.click();
    await until('the request', () => server.requests.length === 1);
    expect(server.last.body.messages.at(-1)!.content).to.equal('A b');
  });

  it('a turn that another takes the place of ends before that begins', async () => {
    const { chat, server } = await addChat();
    const told: string[] = [];
    for (const name of ['message', 'abort', 'responseend'] as const)
      chat.addEventListener(name, ({ message }) => told.push(`${name} ${message.role} ${messageText(message)}`));
    for (const end of [() => chat.stop(), () => chat.clear(), () => (chat.messages = [])]) {
      told.length = 0;
      void chat.send('One');
      await until('the request', () => server.requests.length === 1);
      end();
      void chat.send('Two');
      expect(told).to.deep.equal([
        'message user One',
        'abort assistant ',
        'responseend assistant ',
        'message user Two',
      ]);
      chat.clear();
      server.requests.length = 0;
      expect(chat.readyState).to.equal('idle');
    }
  });

  it('a finger that presses a button which goes leaves the focus in the conversation', async () => {
    const { chat } = await addChat();
    const suggestion = document.createElement('button');
    suggestion.slot = 'suggestions';
    suggestion.textContent = 'How?';
    chat.append(suggestion);
    await frame();
    find(chat, '.panel').dispatchEvent(new PointerEvent('pointerdown', { pointerType: 'touch' }));
    suggestion.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, detail: 1 }));
    await chat.updateComplete;
    expect(chat.shadowRoot!.activeElement).to.equal(find(chat, '[role="log"]'));
  });

  for (const name of ['stream-chat', 'stream-markdown'] as const) {
    it(`<${name}> keeps its styles in another document, and back`, async () => {
      const element = add(document.createElement(name));
      await element.updateComplete;
      const frameElement = add(document.createElement('iframe'));
      const display = () => getComputedStyle(element.shadowRoot!.querySelector('.markdown, .panel')!).overflowWrap;
      expect(display()).to.equal('anywhere');
      frameElement.contentDocument!.body.append(element);
      expect(display()).to.equal('anywhere');
      add(element);
      expect(display()).to.equal('anywhere');
    });
  }

  it('an element that left before it was first rendered listens to nothing', async () => {
    const listening = new Set<AbortSignal>();
    const real = window.addEventListener.bind(window);
    window.addEventListener = ((name: string, listener: EventListener, options?: AddEventListenerOptions) => {
      if (name === 'pointerup' && options?.signal) listening.add(options.signal);
      real(name, listener, options);
    }) as typeof window.addEventListener;
    try {
      const { chat } = await addChat();
      expect(listening.size).to.equal(1);
      chat.remove();
      const gone = document.createElement('stream-chat');
      add(gone).remove();
      await gone.updateComplete;
      expect([...listening].filter(({ aborted }) => !aborted)).to.have.length(0);
    } finally {
      window.addEventListener = real;
    }
  });

  it('says that a block was copied, also in <stream-markdown>', async () => {
    const element = add(document.createElement('stream-markdown'));
    element.value = '```js\na\n```';
    await element.complete;
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: { writeText: () => Promise.resolve() },
    });
    try {
      element.shadowRoot!.querySelector<HTMLElement>('.copy-button')!.click();
      await until('the words', () =>
        [...element.shadowRoot!.querySelectorAll('[aria-live], [role="status"]')].some(({ textContent }) =>
          textContent.includes('Copied'),
        ),
      );
    } finally {
      Reflect.deleteProperty(navigator, 'clipboard');
    }
  });

  it('says that nothing was copied where the browser refuses it', async () => {
    const { chat } = await addChat();
    chat.messages = [
      { id: 'q', role: 'user', parts: [{ type: 'text', text: 'Hi' }], status: 'complete', createdAt: 0 },
      {
        id: 'a',
        role: 'assistant',
        parts: [{ type: 'text', text: '```js\na\n```' }],
        status: 'complete',
        createdAt: 0,
      },
    ];
    const code = await until('the code', () => findAll(chat, '.copy-button')[0]);
    const real = document.execCommand.bind(document);
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: { writeText: () => Promise.reject(new Error('refused')) },
    });
    document.execCommand = () => false;
    try {
      find(chat, '[part~="action"][aria-label="Copy answer"]').click();
      await until(
        'the words',
        () => find(chat, '[aria-live="polite"]').textContent === 'Copying was refused by the browser',
      );
      expect(findAll(chat, '[title="Copied"]')).to.deep.equal([]);
      code.click();
      await until('the words on the button', () => code.textContent === 'Copying failed');
      await until('the button as it was', () => code.textContent === 'Copy');
    } finally {
      document.execCommand = real;
      Reflect.deleteProperty(navigator, 'clipboard');
    }
  });

  it('a draft stays where a suggestion is none', async () => {
    const { chat, server } = await addChat();
    type(chat, 'A draft');
    const list = document.createElement('div');
    list.slot = 'suggestions';
    list.append(tag('button', 'A'), ' between');
    chat.append(list);
    await frame();
    list.click();
    await frame();
    expect([chat.value, server.requests.length, findAll(chat, '.message').length]).to.deep.equal(['A draft', 0, 0]);
  });
});
