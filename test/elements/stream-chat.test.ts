import { expect } from 'chai';
import '../../src/index.js';
import { loadMarkdown } from '../../src/elements/load-markdown.js';
import type { ChatErrorEvent, ChatMessageEvent, RequestEvent, StreamChat } from '../../src/elements/index.js';
import { messageText, type Message } from '../../src/model/index.js';
import { add, addChat, find, findAll, frame, press, removeAll, shownText, type, until } from '../helpers/page.js';

const SEND = 'button.send';

describe('<stream-chat>', () => {
  before(async () => void (await loadMarkdown()));
  afterEach(removeAll);

  describe('a turn', () => {
    it('sends what was typed and shows the answer as it arrives, as Markdown', async () => {
      const { chat, server } = await addChat({ model: 'm', system: 'Be kind.', params: '{"temperature":0}' });
      type(chat, 'Hello');
      press(find(chat, 'textarea'), 'Enter');
      await until('the request', () => server.requests.length === 1);
      expect(server.last.url).to.equal('/chat');
      expect(server.last.body).to.deep.equal({
        model: 'm',
        messages: [
          { role: 'system', content: 'Be kind.' },
          { role: 'user', content: 'Hello' },
        ],
        stream: true,
        temperature: 0,
      });
      expect(chat.value).to.equal('');

      server.text('Some **bo');
      await until('the first words', () => shownText(chat).startsWith('Some'));
      expect(chat.readyState).to.equal('streaming');
      expect(find(chat, '.assistant').getAttribute('aria-busy')).to.equal('true');
      server.text('ld** words.');
      server.finish();
      await until('the whole answer', () => shownText(chat) === 'Some bold words.');
      expect(find(chat, '.assistant strong').textContent).to.equal('bold');
      await until('idle', () => chat.readyState === 'idle');
      await chat.updateComplete;
      expect(find(chat, '.assistant').hasAttribute('aria-busy')).to.equal(false);
      await until('no caret', () => findAll(chat, '[part~="caret"]').length === 0);
      expect(chat.messages.map(({ role, status }) => `${role} ${status}`)).to.deep.equal([
        'user complete',
        'assistant complete',
      ]);
    });

    it('shows what can be done with an answer when its last words are there', async () => {
      const { chat, server } = await addChat();
      void chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      server.text('Some');
      await until('the first words', () => shownText(chat) === 'Some');
      server.text(' words'.repeat(300));
      server.finish();
      const visibility = (): string => getComputedStyle(find(chat, '.assistant .actions')).visibility;
      await until('the end', () => {
        const isGrowing = findAll(chat, '[part~="caret"]').length > 0;
        if (findAll(chat, '.assistant .actions').length > 0)
          expect(visibility()).to.equal(isGrowing ? 'hidden' : 'visible');
        return !isGrowing;
      });
      await until('the actions', () => visibility() === 'visible');
    });

    it('does not render a finished block again', async () => {
      const { chat, server } = await addChat();
      void chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      server.text('First.\n\nSecond');
      const first = await until('two blocks', () => {
        const blocks = findAll(chat, '.assistant p');
        return blocks.length === 2 && blocks[1]!.textContent === 'Second' && blocks[0];
      });
      const text = first.firstChild;
      const changes: MutationRecord[] = [];
      const observer = new MutationObserver((records) => changes.push(...records));
      observer.observe(first, { subtree: true, childList: true, characterData: true, attributes: true });
      server.text(' one.\n\nThird.');
      server.finish();
      await until('the end', () => shownText(chat).endsWith('Third.') && chat.readyState === 'idle');
      await frame();
      expect(changes).to.deep.equal([]);
      expect(findAll(chat, '.assistant p')[0]).to.equal(first);
      expect(first.firstChild).to.equal(text);
      observer.disconnect();
    });

    it('carries the conversation, and only the part that `history` allows', async () => {
      const { chat, server } = await addChat();
      for (const [history, sent] of [
        ['all', ['1', 'A', '2']],
        ['1', ['A', '2']],
        ['none', ['2']],
      ] as const) {
        chat.clear();
        chat.history = history;
        for (const question of ['1', '2']) {
          const before = server.requests.length;
          const turn = chat.send(question);
          await until('the request', () => server.requests.length === before + 1);
          server.text('A');
          server.finish();
          await turn;
        }
        expect(server.last.body.messages.map(({ content }) => content)).to.deep.equal(sent);
      }
    });

    it('asks a headers function before each request', async () => {
      const { chat, server } = await addChat();
      let asked = 0;
      chat.headers = async () => ({ authorization: `Bearer ${++asked}` });
      for (const time of [1, 2]) {
        const turn = chat.send('Hi');
        await until('the request', () => server.requests.length === time);
        expect(server.last.headers.get('authorization')).to.equal(`Bearer ${time}`);
        server.text('A');
        server.finish();
        await turn;
      }
    });

    it('lets the page call a request off, or change all of it, and tells nobody else', async () => {
      const { chat, server } = await addChat();
      let outside = 0;
      const count = () => (outside += 1);
      document.body.addEventListener('request', count);
      chat.addEventListener('request', (event) => event.preventDefault(), { once: true });
      expect((await chat.send('Hi')).status).to.equal('stopped');
      expect(server.requests).to.have.length(0);
      const change = (event: RequestEvent) => {
        event.url = '/other';
        event.headers = { ...event.headers, 'x-page': '1' };
        event.body = { mine: 1 };
      };
      chat.addEventListener('request', change, { once: true });
      void chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      document.body.removeEventListener('request', count);
      const { url, headers, body } = server.last;
      expect([new URL(url, location.href).pathname, headers.get('x-page'), body, outside]).to.deep.equal([
        '/other',
        '1',
        { mine: 1 },
        0,
      ]);
    });

    it('tells how much was used', async () => {
      const { chat, server } = await addChat();
      expect(chat.usage).to.equal(null);
      const turn = chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      server.text('A');
      server.event({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 1 } });
      server.finish();
      await turn;
      expect(chat.usage).to.include({ inputTokens: 3, outputTokens: 1 });
    });

    it('has a state for what it does, by which a page can style it', async () => {
      const { chat, server } = await addChat();
      const NAMES = ['empty', 'waiting', 'streaming', 'error'];
      const states = () => NAMES.filter((name) => chat.matches(`:state(${name})`)).join(' ');
      const become = (wanted: string) => until(`"${wanted}" in place of "${states()}"`, () => states() === wanted);
      await become('empty');
      const turn = chat.send('Hi');
      await become('waiting');
      await until('the request', () => server.requests.length === 1);
      server.text('A');
      await become('streaming');
      server.finish();
      await turn;
      await become('');
      server.next.push(() => new Response('', { status: 500 }));
      await chat.send('Hi').catch(() => {});
      await become('error');
      chat.clear();
      await become('empty');
    });

    it('dispatches its events in the order of the turn', async () => {
      const { chat, server } = await addChat();
      const order: string[] = [];
      for (const name of ['send', 'request', 'responsestart', 'delta', 'message', 'responseend', 'abort', 'error']) {
        chat.addEventListener(name, (event) => {
          const of = 'message' in event && name === 'message' ? ` ${(event as ChatMessageEvent).message.role}` : '';
          if (order.at(-1) !== name + of) order.push(name + of);
        });
      }
      chat.addEventListener('request', (event) => (event.headers['x-page'] = '1'));
      type(chat, 'Hi');
      press(find(chat, 'textarea'), 'Enter');
      await until('the request', () => server.requests.length === 1);
      expect(server.last.headers.get('x-page')).to.equal('1');
      server.text('A');
      server.finish();
      await until('idle', () => chat.readyState === 'idle');
      await frame();
      expect(order).to.deep.equal([
        'send',
        'message user',
        'request',
        'responsestart',
        'delta',
        'message assistant',
        'responseend',
      ]);
    });

    it('keeps the draft when `send` is cancelled', async () => {
      const { chat, server } = await addChat();
      chat.addEventListener('send', (event) => event.preventDefault());
      type(chat, 'Hi');
      press(find(chat, 'textarea'), 'Enter');
      await frame();
      expect(chat.value).to.equal('Hi');
      expect(server.requests).to.have.length(0);
      expect(chat.messages).to.have.length(0);
    });

    it('sends the text of a suggestion', async () => {
      const { chat, server } = await addChat();
      const button = document.createElement('button');
      button.slot = 'suggestions';
      button.innerHTML = '\n  How <b>are</b>\n  you?\n';
      chat.append(button);
      await frame();
      type(chat, 'A draft');
      button.click();
      await until('the request', () => server.requests.length === 1);
      expect(server.last.body.messages.at(-1)!.content).to.equal('How are you?');
      expect(chat.value).to.equal('A draft');
    });

    it('leaves the focus where it is when a suggestion is called off', async () => {
      const { chat } = await addChat();
      const button = document.createElement('button');
      button.slot = 'suggestions';
      button.textContent = 'How are you?';
      chat.append(button);
      await frame();
      chat.addEventListener('send', (event) => event.preventDefault());
      button.focus();
      button.click();
      await frame();
      expect(document.activeElement).to.equal(button);
    });

    it('shows what a page makes of what is typed, also while an answer is written', async () => {
      const { chat, server } = await addChat();
      chat.addEventListener('input', () => (chat.value = chat.value.slice(0, 3)));
      void chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      server.text('One');
      await until('the answer', () => chat.readyState === 'streaming');
      const input = type(chat, 'abc');
      await until('the draft', () => input.value === 'abc');
      await frame();
      type(chat, 'abcd');
      await frame();
      await chat.updateComplete;
      await frame();
      expect([input.value, chat.value]).to.deep.equal(['abc', 'abc']);
      server.finish();
    });

    it('says of an answer without words what it is', async () => {
      const { chat, server } = await addChat();
      const turn = chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      const call = { index: 0, id: 'c', function: { name: 'look', arguments: '{}' } };
      server.event({ choices: [{ index: 0, delta: { tool_calls: [call] } }] });
      server.finish('tool_calls');
      await turn;
      await until('the words', () => find(chat, '[aria-live="polite"]').textContent.includes('Tool call: look'));
    });

    it('begins nothing with a question that is refused while another is answered', async () => {
      const { chat, server } = await addChat();
      const told: string[] = [];
      chat.addEventListener('message', ({ message }) => told.push(messageText(message)));
      chat.addEventListener('error', ({ message }) => told.push(message));
      void chat.send('One');
      await until('the request', () => server.requests.length === 1);
      for (const again of [() => chat.send('Two'), () => chat.regenerate(), () => chat.continue()])
        expect(await again().catch((error: unknown) => error)).to.have.property('code', 'busy');
      await chat.updateComplete;
      expect([told, chat.error, findAll(chat, '[part~="error"]')]).to.deep.equal([['One'], null, []]);
    });

    it('says that it goes on before the first word of the rest', async () => {
      const { chat, server } = await addChat();
      void chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      server.text('Once upon');
      server.finish('length');
      await until('the end', () => findAll(chat, '[part~="notice"] button').length === 1);
      expect(findAll(chat, '[part~="caret"]')).to.have.length(0);
      void chat.continue();
      await until('the caret', () => findAll(chat, '.content [part~="caret"]').length === 1);
      expect(shownText(chat)).to.equal('Once upon');
      chat.stop();
      await until('no caret', () => findAll(chat, '[part~="caret"]').length === 0);
    });

    it('has a caret where a tool works, and where the reasoning is hidden', async () => {
      const { chat, server } = await addChat({ reasoning: 'hidden' });
      void chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      server.event({ choices: [{ index: 0, delta: { reasoning: 'Hm.' } }] });
      await until('reasoning', () => chat.readyState === 'streaming');
      await chat.updateComplete;
      await frame();
      expect(findAll(chat, '[part~="caret"]')).to.have.length(1);
      const call = { index: 0, id: 'c', function: { name: 'look', arguments: '{}' } };
      server.event({ choices: [{ index: 0, delta: { tool_calls: [call] } }] });
      await until('the tool', () => findAll(chat, '[part="tool-call"]').length === 1);
      expect(findAll(chat, '[part~="caret"]')).to.have.length(1);
      server.text('So.');
      await until('the text', () => shownText(chat) === 'So.');
      server.finish();
      await until('no caret', () => findAll(chat, '[part~="caret"]').length === 0);
    });

    it('says that an answer of nothing but hidden reasoning was empty', async () => {
      const { chat, server } = await addChat({ reasoning: 'hidden' });
      void chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      server.event({ choices: [{ index: 0, delta: { reasoning: 'Hm.' } }] });
      server.finish();
      const notice = await until('the notice', () => findAll(chat, '[part~="notice"]')[0]);
      expect(notice.textContent).to.contain('The answer was empty.');
    });

    it('shows <think> sections as reasoning, apart from the answer', async () => {
      const { chat, server } = await addChat();
      const turn = chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      server.text('<thi');
      server.text('nk>Hmm</think>Yes');
      server.finish();
      await turn;
      await until('the answer', () => shownText(chat) === 'Yes');
      expect(find(chat, '[part~="reasoning"] .aside-body').textContent).to.equal('Hmm');
      chat.reasoning = 'hidden';
      await chat.updateComplete;
      expect(findAll(chat, '[part~="reasoning"]')).to.have.length(0);
    });

    for (const reveal of ['smooth', 'fade', 'none', 'batch'] as const) {
      it(`lets nothing overtake the text before it, with reveal="${reveal}"`, async () => {
        const { chat, server } = await addChat({ reveal });
        void chat.send('Hi');
        await until('the request', () => server.requests.length === 1);
        const text = 'Words that flow in. '.repeat(30).trim();
        server.text(text);
        // What is whole when it is first seen is shown at once.
        await until('some of it', () => findAll(chat, '.message.assistant .content')[0]);
        const call = { index: 0, id: '1', type: 'function', function: { name: 'look', arguments: '{}' } };
        server.event({ choices: [{ index: 0, delta: { tool_calls: [call] } }] });
        server.text('Behind it.');
        const isSeen = (element: Element) =>
          getComputedStyle(element).visibility === 'visible' || element.getBoundingClientRect().height > 0;
        const shown = () => findAll(chat, '.message.assistant > *');
        await until('all of it', () => {
          const [first, ...others] = shown();
          const isWhole = first?.textContent?.trim() === text;
          if (!isWhole) expect(others.filter(isSeen)).to.deep.equal([]);
          return (
            isWhole && others.length > 1 && others.every(isSeen) && others[1]!.textContent?.trim() === 'Behind it.'
          );
        });
        server.finish();
        await until('idle', () => chat.readyState === 'idle');
      });
    }
  });

  describe('keys', () => {
    const cases = [
      { title: 'Enter sends', key: 'Enter', init: {}, sends: true },
      { title: 'Shift+Enter breaks the line', key: 'Enter', init: { shiftKey: true }, sends: false },
      { title: 'Enter while composing does neither', key: 'Enter', init: { isComposing: true }, sends: false },
      { title: 'Enter that ends a composition in WebKit', key: 'Enter', init: { keyCode: 229 }, sends: false },
      { title: 'other keys are left alone', key: 'a', init: {}, sends: false },
    ];
    for (const { title, key, init, sends } of cases) {
      it(title, async () => {
        const { chat, server } = await addChat();
        const input = type(chat, 'Hi');
        const untouched = press(input, key, init);
        expect(untouched).to.equal(!sends);
        await frame();
        expect(server.requests).to.have.length(sends ? 1 : 0);
        expect(chat.value).to.equal(sends ? '' : 'Hi');
      });
    }

    it('Escape that ends a composition stops nothing', async () => {
      const { chat, server } = await addChat();
      void chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      for (const init of [{ isComposing: true }, { keyCode: 229 }]) press(find(chat, 'textarea'), 'Escape', init);
      expect(chat.readyState).not.to.equal('idle');
      press(find(chat, 'textarea'), 'Escape');
      expect(chat.readyState).to.equal('idle');
    });

    it('nothing is sent while it is empty, disabled, read-only or a reply is under way', async () => {
      const { chat, server } = await addChat();
      const input = find(chat, 'textarea');
      const enter = () => {
        press(input, 'Enter');
        return [chat.messages.length, chat.readyState, chat.error, chat.value];
      };
      expect(enter()).to.deep.equal([0, 'idle', null, '']);
      type(chat, '   ');
      expect(enter()).to.deep.equal([0, 'idle', null, '   ']);
      type(chat, 'Hi');
      for (const name of ['disabled', 'readOnly'] as const) {
        chat[name] = true;
        await chat.updateComplete;
        expect(enter()).to.deep.equal([0, 'idle', null, 'Hi']);
        chat[name] = false;
        await chat.updateComplete;
      }
      await frame();
      expect(server.requests).to.have.length(0);
      press(input, 'Enter');
      await until('the request', () => server.requests.length === 1);
      type(chat, 'Another');
      press(input, 'Enter');
      await frame();
      expect(server.requests).to.have.length(1);
      expect(chat.value).to.equal('Another');
    });
  });

  describe('stopping', () => {
    for (const [way, stop] of [
      ['the button', (chat: StreamChat) => find(chat, SEND).click()],
      ['Escape', (chat: StreamChat) => void press(find(chat, 'textarea'), 'Escape')],
      ['stop()', (chat: StreamChat) => chat.stop()],
    ] as const) {
      it(`by ${way}: aborts the request, keeps what has arrived, is idle at once`, async () => {
        const { chat, server } = await addChat();
        const button = find(chat, SEND);
        const turn = chat.send('Hi');
        await until('the request', () => server.requests.length === 1);
        server.text('Half an ans');
        await until('the words', () => shownText(chat) === 'Half an ans');
        expect(find(chat, SEND), 'Send and Stop are one element').to.equal(button);
        expect(button.getAttribute('part')).to.equal('stop-button');
        let aborted: ChatMessageEvent | undefined;
        chat.addEventListener('abort', (event) => (aborted = event));
        stop(chat);
        expect(chat.readyState).to.equal('idle');
        expect(server.last.signal.aborted).to.equal(true);
        const reply = await turn;
        expect(reply.status).to.equal('stopped');
        expect(messageText(reply)).to.equal('Half an ans');
        expect(aborted!.message).to.equal(reply);
        await chat.updateComplete;
        expect(shownText(chat)).to.equal('Half an ans');
        expect(find(chat, '[part~="notice"]').textContent).to.contain('Stopped');
        expect(button.getAttribute('part')).to.equal('send-button');
      });
    }

    it('an element that is moved goes on, one that is removed stops after five seconds', async () => {
      const { chat, server } = await addChat();
      const timers: ({ run: () => void; delay: number } | undefined)[] = [];
      const real = window.setTimeout.bind(window);
      const realClear = window.clearTimeout.bind(window);
      void chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      try {
        window.setTimeout = ((run: () => void, delay: number) => timers.push({ run, delay })) as typeof setTimeout;
        window.clearTimeout = (id) => void (timers[Number(id) - 1] = undefined);
        const box = add(document.createElement('div'));
        box.append(chat);
        for (const timer of timers) timer?.run();
        expect(chat.readyState).not.to.equal('idle');
        chat.remove();
        expect(timers.at(-1)!.delay).to.equal(5000);
        timers.at(-1)!.run();
      } finally {
        window.setTimeout = real;
        window.clearTimeout = realClear;
      }
      expect(chat.readyState).to.equal('idle');
      expect(server.last.signal.aborted).to.equal(true);
    });
  });

  describe('what went wrong', () => {
    const status =
      (code: number, body = '', contentType = 'application/json', headers = {}) =>
      () =>
        new Response(body, { status: code, headers: { 'content-type': contentType, ...headers } });
    const cases: { title: string; answer: () => Response | Promise<Response>; code: string; says: RegExp }[] = [
      {
        title: 'HTML',
        answer: status(200, '<!doctype html><p>Hi', 'text/html'),
        code: 'unexpected-content',
        says: /not an answer.*200/,
      },
      {
        title: 'foreign JSON',
        answer: status(200, '{"hello":"world"}'),
        code: 'unexpected-content',
        says: /not an answer/,
      },
      { title: 'nothing', answer: status(200, '', 'text/event-stream'), code: 'empty', says: /no answer/ },
      {
        title: '401',
        answer: status(401, '{"error":{"message":"Bad key"}}'),
        code: 'unauthorized',
        says: /refused.*401.*Bad key/,
      },
      { title: '404', answer: status(404, '<h1>Not found</h1>', 'text/html'), code: 'not-found', says: /address.*404/ },
      {
        title: '429',
        answer: status(429, '', 'text/plain', { 'retry-after': '7' }),
        code: 'rate-limited',
        says: /too many.*429/,
      },
      { title: '422', answer: status(422, '{"detail":"No such model"}'), code: 'rejected', says: /422.*No such model/ },
      {
        title: '500',
        answer: status(500, 'Oops', 'text/plain'),
        code: 'server',
        says: /problem of its own.*500.*Oops/,
      },
      {
        title: 'no server',
        answer: () => Promise.reject(new TypeError('Failed to fetch')),
        code: 'network',
        says: /could not be reached/,
      },
    ];
    for (const { title, answer, code, says } of cases) {
      it(`${title} → its own sentence and a retry; the question stays`, async () => {
        const { chat, server } = await addChat();
        server.next = [answer];
        let event: ChatErrorEvent | undefined;
        chat.addEventListener('error', (got) => (event = got));
        const reply = await chat.send('My question');
        await chat.updateComplete;
        expect(reply.error!.code).to.equal(code);
        expect(event!.code).to.equal(code);
        expect(chat.error!.code).to.equal(code);
        expect(find(chat, '[part~="notice"][part~="error"] p').textContent).to.match(says);
        expect(find(chat, '.user').textContent).to.contain('My question');

        find(chat, '[part~="notice"] button').click();
        await until('the second request', () => server.requests.length === 2);
        expect(server.last.body.messages.map(({ content }) => content)).to.deep.equal(['My question']);
        server.text('Now it works.');
        server.finish();
        await until('the answer', () => shownText(chat) === 'Now it works.');
        expect(findAll(chat, '[part~="error"]')).to.have.length(0);
        expect(chat.error).to.equal(null);
      });
    }

    it('what had arrived stays when the connection breaks', async () => {
      const { chat, server } = await addChat();
      const turn = chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      server.text('Half an ans');
      await until('the words', () => shownText(chat) === 'Half an ans');
      server.fail();
      expect((await turn).status).to.equal('interrupted');
      await chat.updateComplete;
      expect(shownText(chat)).to.equal('Half an ans');
      expect(find(chat, '[part~="error"] p').textContent).to.contain('interrupted');
    });

    it('a malformed event is skipped and counted, the rest is read', async () => {
      const { chat, server } = await addChat();
      const turn = chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      server.text('One ');
      server.event('{"choices":[{"del');
      server.text('two');
      server.finish();
      expect(messageText(await turn)).to.equal('One two');
      expect(chat.metrics!.malformedFrames).to.equal(1);
    });

    it('no endpoint: said in the conversation and once in the console, the draft stays', async () => {
      const { chat } = await addChat({ endpoint: '' });
      const { error: real } = console;
      const logged: string[] = [];
      try {
        console.error = (message: string) => void logged.push(message);
        type(chat, 'Hi');
        press(find(chat, 'textarea'), 'Enter');
        await until('the notice', () => findAll(chat, '[part~="error"]').length === 1);
        press(find(chat, 'textarea'), 'Enter');
        await frame();
      } finally {
        console.error = real;
      }
      expect(find(chat, '[part~="error"]').textContent).to.contain('endpoint=');
      expect(logged).to.have.length(1);
      expect(logged[0]).to.contain('endpoint=');
      expect(chat.value).to.equal('Hi');
      expect(chat.error!.code).to.equal('no-endpoint');
      expect(chat.messages).to.have.length(0);
    });

    it('no endpoint: said for as long as there is none, whatever else is set', async () => {
      const { chat } = await addChat({ endpoint: '' });
      const { error: real } = console;
      try {
        console.error = () => undefined;
        await chat.send('Hi').catch((error: Error) => error);
      } finally {
        console.error = real;
      }
      for (let times = 0; times < 2; times++) {
        // As a framework does with each of its own updates.
        chat.headers = () => ({});
        chat.params = {};
        await chat.updateComplete;
        expect(findAll(chat, '[part~="error"]')).to.have.length(1);
        expect(chat.error!.code).to.equal('no-endpoint');
      }
    });

    for (const [what, ask] of [
      ['an empty question', (chat: StreamChat) => chat.send(' ')],
      ['an answer that is not there', (chat: StreamChat) => chat.regenerate('no')],
      ['a rest where nothing was said', (chat: StreamChat) => chat.continue()],
    ] as const) {
      it(`${what} that the page asks for is told the page alone`, async () => {
        const { chat } = await addChat();
        chat.addEventListener('error', () => expect.fail('told of an error'));
        expect(await ask(chat).catch((error: unknown) => error)).to.have.property('code', 'bad-option');
        await chat.updateComplete;
        expect([chat.error, findAll(chat, '[part~="error"]')]).to.deep.equal([null, []]);
      });
    }

    for (const name of ['params', 'headers']) {
      it(`${name} that are no JSON object are named, and nothing is sent`, async () => {
        const { chat, server } = await addChat({ [name]: '[1]' });
        const { error: real } = console;
        try {
          console.error = () => undefined;
          const error = await chat.send('Hi').catch((thrown: Error) => thrown);
          expect((error as Error).message).to.contain(`${name} to be a JSON object, got an array`);
        } finally {
          console.error = real;
        }
        expect(server.requests).to.have.length(0);
      });
    }

    it('markup in an answer never runs', async () => {
      const { chat, server } = await addChat();
      const turn = chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      const ran = window as unknown as { ran?: boolean };
      server.text('<script>window.ran = true</script>\n\n<img src=x onerror="window.ran = true">\n\n');
      server.text('[click](javascript:window.ran=true) <b onclick="window.ran=true">b</b>');
      server.finish();
      await turn;
      await until('the text', () => shownText(chat).includes('click'));
      await frame();
      for (const element of findAll(chat, '.assistant .content *')) element.click();
      await frame();
      expect(ran.ran).to.equal(undefined);
      expect(findAll(chat, '.assistant script, .assistant img, .assistant a')).to.have.length(0);
    });
  });

  describe('actions', () => {
    it('copies an answer as it was written, without hidden characters', async () => {
      const { chat, server } = await addChat();
      const turn = chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      server.text('Some **bold**\u{E0041} text');
      server.finish();
      await turn;
      await chat.updateComplete;
      const written: string[] = [];
      const clipboard = Object.getOwnPropertyDescriptor(Navigator.prototype, 'clipboard');
      Object.defineProperty(navigator, 'clipboard', {
        configurable: true,
        value: { writeText: async (text: string) => void written.push(text) },
      });
      try {
        find(chat, '[part~="action"][aria-label="Copy answer"]').click();
        await until(
          'the feedback',
          () => findAll(chat, '[part~="action"][aria-label="Copy answer"][title="Copied"]').length === 1,
        );
      } finally {
        Reflect.deleteProperty(navigator, 'clipboard');
        expect(Object.getOwnPropertyDescriptor(Navigator.prototype, 'clipboard')).to.deep.equal(clipboard);
      }
      expect(written).to.deep.equal(['Some **bold** text']);
    });

    it('copies texts that stand apart as such', async () => {
      const { chat } = await addChat();
      const parts: Message['parts'] = [
        { type: 'text', text: 'I look that' },
        { type: 'text', text: ' up.' },
        { type: 'tool-call', id: 'c', name: 'look', inputText: '{}', state: 'output-available' },
        { type: 'text', text: '## Found' },
      ];
      chat.messages = [{ id: 'a', role: 'assistant', parts, status: 'complete', createdAt: 0 }];
      await chat.updateComplete;
      const written: string[] = [];
      Object.defineProperty(navigator, 'clipboard', {
        configurable: true,
        value: { writeText: async (text: string) => void written.push(text) },
      });
      try {
        find(chat, '[part~="action"][aria-label="Copy answer"]').click();
        await until('the copy', () => written.length > 0);
      } finally {
        Reflect.deleteProperty(navigator, 'clipboard');
      }
      expect(written).to.deep.equal(['I look that up.\n\n## Found']);
    });

    it('regenerates: the last answer makes room for another', async () => {
      const { chat, server } = await addChat();
      const turn = chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      server.text('One');
      server.finish();
      await turn;
      await chat.updateComplete;
      find(chat, '[part~="action"][aria-label="Regenerate"]').click();
      await until('the second request', () => server.requests.length === 2);
      server.text('Two');
      server.finish();
      await until('the second answer', () => shownText(chat) === 'Two' && chat.readyState === 'idle');
      expect(chat.messages).to.have.length(2);
    });
  });

  describe('what people and pages do', () => {
    it('a double-click on Send sends, and does not stop', async () => {
      const { chat, server } = await addChat();
      chat.value = 'Hi';
      await chat.updateComplete;
      const button = find(chat, SEND);
      button.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, detail: 1 }));
      await chat.updateComplete;
      button.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, detail: 2 }));
      await until('the request', () => server.requests.length === 1);
      expect(chat.readyState).not.to.equal('idle');
    });

    it('a double-click on Stop stops, and does not send the draft', async () => {
      const { chat, server } = await addChat();
      void chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      type(chat, 'A draft');
      await chat.updateComplete;
      const button = find(chat, SEND);
      for (const detail of [1, 2]) {
        button.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, detail }));
        await chat.updateComplete;
      }
      expect([chat.readyState, chat.value]).to.deep.equal(['idle', 'A draft']);
      expect(server.requests).to.have.length(1);
    });

    it('the composer takes the focus that it is given before it is there', async () => {
      const chat = document.createElement('stream-chat');
      chat.focus();
      add(chat);
      chat.focus();
      await chat.updateComplete;
      await frame();
      expect(chat.shadowRoot!.activeElement).to.equal(find(chat, 'textarea'));
    });

    it('what is removed or cannot be read counts as the default', async () => {
      const asked: (string | undefined)[] = [];
      const { chat, server } = await addChat({ credentials: 'include', actions: 'copy' });
      chat.fetch = (input, init) => {
        asked.push(init?.credentials);
        return server.fetch(input, init);
      };
      for (const credentials of ['INCLUDE', 'all', null]) {
        if (credentials === null) chat.removeAttribute('credentials');
        else chat.setAttribute('credentials', credentials);
        const turn = chat.send('Hi');
        await until('the request', () => server.requests.length === asked.length && chat.readyState === 'waiting');
        server.text('A');
        server.finish();
        await turn;
      }
      expect(asked).to.deep.equal(['include', 'same-origin', 'same-origin']);
      chat.removeAttribute('actions');
      chat.strings = undefined as unknown as typeof chat.strings;
      await until('all actions', () => findAll(chat, '[part~="action"][aria-label="Regenerate"]').length === 3);
    });

    it('the composer takes the focus of a button that goes: regenerate, retry, suggestion', async () => {
      const { chat, server } = await addChat();
      const suggestion = document.createElement('button');
      suggestion.slot = 'suggestions';
      suggestion.textContent = 'How?';
      chat.append(suggestion);
      await chat.updateComplete;
      server.next = [() => new Response('', { status: 500 })];
      const composer = find(chat, 'textarea');
      const activate = async (button: HTMLElement) => {
        button.focus();
        button.click();
        await chat.updateComplete;
        expect(chat.shadowRoot!.activeElement).to.equal(composer);
      };
      await activate(suggestion);
      await until('the error', () => findAll(chat, '[part~="error"] button').length === 1);
      await until('idle', () => chat.readyState === 'idle');
      await activate(find(chat, '[part~="error"] button'));
      await until('the request', () => server.requests.length === 2);
      server.text('A');
      server.finish();
      await until('idle', () => chat.readyState === 'idle');
      await chat.updateComplete;
      await activate(find(chat, '[part~="action"][aria-label="Regenerate"]'));
    });

    it('a suggestion in a form of the page does not submit it', async () => {
      const { chat } = await addChat();
      const form = add(document.createElement('form'));
      let submitted = false;
      form.addEventListener('submit', (event) => {
        submitted = true;
        event.preventDefault();
      });
      const suggestion = document.createElement('button');
      suggestion.slot = 'suggestions';
      suggestion.textContent = 'How?';
      chat.append(suggestion);
      form.append(chat);
      await frame();
      suggestion.click();
      await frame();
      expect(chat.messages).to.have.length(2);
      expect(submitted).to.equal(false);
    });

    it('a greeting that is a message cannot be asked for again', async () => {
      const { chat } = await addChat();
      chat.messages = [
        { id: '1', role: 'assistant', parts: [{ type: 'text', text: 'Welcome' }], status: 'complete', createdAt: 0 },
      ];
      await chat.updateComplete;
      expect(findAll(chat, '[part~="action"]').map((action) => action.getAttribute('aria-label'))).to.deep.equal([
        'Copy answer',
      ]);
    });

    it('strings that are given in part keep their other words, one level down too', async () => {
      const { chat, server } = await addChat();
      const answerReady = undefined as unknown as () => string;
      chat.strings = { answerReady, errors: { network: 'Nope' }, ended: { stopped: 'Halt' } };
      server.next = [() => new Response('', { status: 500 })];
      await chat.send('Hi');
      await chat.updateComplete;
      expect(find(chat, '[part~="error"] p').textContent).to.contain('500');
    });

    it('strings name what stands in an answer, too', async () => {
      const { chat } = await addChat();
      chat.strings = { markdown: { warning: 'Achtung', footnotes: 'Fußnoten' } };
      const text = '> [!WARNING]\n> a[^1]\n\n> [!TIP]\n> b\n\n[^1]: c';
      chat.messages = [
        { id: '1', role: 'assistant', parts: [{ type: 'text', text }], status: 'complete', createdAt: 0 },
      ];
      await chat.updateComplete;
      expect(findAll(chat, '.alert-title').map(({ textContent }) => textContent)).to.deep.equal(['Achtung', 'Tip']);
      expect(find(chat, '.footnotes').ariaLabel).to.equal('Fußnoten');
    });

    it('hidden characters are shown nowhere, however they were written', async () => {
      const hidden = '\u202e\u{E0041}';
      const { chat } = await addChat();
      const parts = [
        { type: 'reasoning', text: `a${hidden}b` },
        { type: 'text', text: `c${hidden}d &#x202e;&#xE0041; [e&#8238;](https://example.com "f&#x202e;")` },
        { type: 'tool-call', id: '1', name: `g${hidden}`, inputText: `h${hidden}`, state: 'input-available' },
        { type: 'source', url: 'https://example.com/', title: `i${hidden}` },
      ] as const;
      const question = [{ type: 'text', text: `j${hidden}` }] as const;
      chat.messages = [
        { id: '1', role: 'user', parts: question, status: 'complete', createdAt: 0 },
        { id: '2', role: 'assistant', parts, status: 'complete', createdAt: 0 },
      ];
      await chat.updateComplete;
      const log = find(chat, '[role="log"]');
      const titles = findAll(chat, '[title]').map((element) => element.title);
      for (const letter of 'abcdeghij') expect(log.textContent).to.contain(letter);
      expect(log.textContent + titles.join('')).not.to.match(/[\u202e\u{E0041}]/u);
    });

    it('an empty chat that is too long for its box begins at its top', async () => {
      const { chat } = await addChat({ heading: 'Help', greeting: 'Line\n\n'.repeat(40) });
      chat.style.height = '300px';
      await frame();
      await frame();
      const log = find(chat, '[role="log"]');
      expect(log.scrollHeight).to.be.above(log.clientHeight);
      expect(log.scrollTop).to.equal(0);
    });

    it('the notice of a set-up error goes when the set-up changes', async () => {
      const { chat } = await addChat({ endpoint: '' });
      const { error: real } = console;
      console.error = () => undefined;
      await chat.send('Hi').catch((error: Error) => error);
      console.error = real;
      await chat.updateComplete;
      expect(findAll(chat, '[part~="error"]')).to.have.length(1);
      chat.endpoint = '/chat';
      await chat.updateComplete;
      expect(findAll(chat, '[part~="error"]')).to.have.length(0);
      expect(chat.error).to.equal(null);
    });
  });

  it('takes properties that were set before the upgrade', async () => {
    const early = document.createElement('late-chat') as StreamChat;
    const { server } = await addChat();
    Object.assign(early, { endpoint: '/early', fetch: server.fetch, value: 'Draft' });
    early.messages = [
      { id: '1', role: 'user', parts: [{ type: 'text', text: 'Before' }], status: 'complete', createdAt: 0 },
    ];
    add(early);
    (customElements.get('stream-chat') as typeof StreamChat).define('late-chat');
    await early.updateComplete;
    expect(find<HTMLTextAreaElement>(early, 'textarea').value).to.equal('Draft');
    expect(find(early, '.user').textContent).to.contain('Before');
    void early.send('Now');
    await until('the request', () => server.requests.length === 1);
    expect(server.last.url).to.equal('/early');
  });

  it('reports messages that it cannot read where they were set before the upgrade, and works', async () => {
    const early = document.createElement('early-chat') as StreamChat;
    early.messages = [{ role: 'user', content: 'Old' }] as unknown as Message[];
    const { error: real } = console;
    console.error = () => undefined;
    add(early);
    (customElements.get('stream-chat') as typeof StreamChat).define('early-chat');
    await early.updateComplete;
    console.error = real;
    expect(early.error).to.have.property('code', 'bad-option');
    early.messages = [
      { id: '1', role: 'user', parts: [{ type: 'text', text: 'Before' }], status: 'complete', createdAt: 0 },
    ];
    await early.updateComplete;
    expect(find(early, '.user').textContent).to.contain('Before');
    expect(early.error).to.equal(null);
  });

  it('goes on with a reply when a framework sets the messages that are there', async () => {
    const { chat, server } = await addChat();
    chat.addEventListener('message', () => Reflect.set(chat, 'messages', chat.messages));
    const reply = chat.send('Hi');
    await until('the request', () => server.requests.length === 1);
    server.text('Some');
    await until('the first word', () => chat.readyState === 'streaming');
    server.finish();
    expect((await reply).status).to.equal('complete');
  });

  it('raises no keyboard over the answer where a finger stopped it', async () => {
    for (const [pointerType, focused] of [
      ['touch', false],
      ['mouse', true],
    ] as const) {
      const { chat, server } = await addChat();
      void chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      const stop = find<HTMLButtonElement>(chat, 'button.send');
      stop.dispatchEvent(new PointerEvent('pointerdown', { pointerType, bubbles: true, composed: true }));
      stop.dispatchEvent(new MouseEvent('click', { detail: 1, bubbles: true, composed: true }));
      await until('the end', () => chat.readyState === 'idle');
      expect(chat.shadowRoot!.activeElement?.localName === 'textarea', pointerType).to.equal(focused);
    }
  });

  it('shows no instructions, and greets where there is nothing else', async () => {
    const { chat } = await addChat({ heading: 'Welcome' });
    const parts = [{ type: 'text' as const, text: 'Be kind' }];
    const told = (id: string, role: Message['role']): Message => ({
      id,
      role,
      parts,
      status: 'complete',
      createdAt: 0,
    });
    chat.messages = [told('1', 'system'), told('2', 'tool')];
    await chat.updateComplete;
    expect(find(chat, '.empty-heading').textContent).to.equal('Welcome');
    expect(findAll(chat, 'article')).to.have.length(0);
    chat.messages = [told('1', 'system'), told('2', 'assistant'), told('3', 'tool'), told('4', 'user')];
    await chat.updateComplete;
    expect(findAll(chat, 'article').map((article) => article.getAttribute('aria-label'))).to.deep.equal([
      'Assistant, 1 of 2',
      'You, 2 of 2',
    ]);
    // There is nothing before it to ask again.
    expect(findAll(chat, '[aria-label="Regenerate"]')).to.have.length(0);
  });

  it('has no gaps in long code and long answers, which stand in groups as messages do', async () => {
    const { chat } = await addChat();
    const lines = Array.from({ length: 140 }, (_, at) => `line ${at}`);
    const text = `\`\`\`\n${lines.join('\n')}\n\`\`\`\n\n${lines.join('\n\n')}`;
    chat.messages = [{ id: '1', role: 'assistant', parts: [{ type: 'text', text }], status: 'complete', createdAt: 0 }];
    for (const groups of ['code > .group', '.markdown > .group']) {
      await until(groups, () => findAll(chat, groups).length > 2);
      const [first, second] = findAll(chat, groups).map((group) => group.getBoundingClientRect());
      // But for what is lost in reckoning with fractions.
      expect(second!.top - first!.bottom, groups).to.be.closeTo(0, 0.01);
      expect(getComputedStyle(findAll(chat, groups)[1]!).padding, groups).to.equal('0px');
    }
  });

  it('two chats on a page know nothing of each other', async () => {
    const one = await addChat();
    const two = await addChat();
    void one.chat.send('Hi');
    await until('the request', () => one.server.requests.length === 1);
    expect(two.server.requests).to.have.length(0);
    expect(two.chat.messages).to.have.length(0);
    expect(two.chat.readyState).to.equal('idle');
  });
});
