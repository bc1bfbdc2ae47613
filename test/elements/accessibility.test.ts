// The package is a script: it leaves a global instead of exporting.
import type { MessagePart } from '../../src/model/index.js';
import 'axe-core/axe.js';
import type Axe from 'axe-core';
import { expect } from 'chai';
import '../../src/index.js';
import { loadMarkdown } from '../../src/elements/load-markdown.js';
import { defaultHighlighter } from '../../src/markdown/highlighting.js';
import type { StreamChat } from '../../src/elements/index.js';
import type { FakeEndpoint } from '../helpers/fake-endpoint.js';
import { addChat, find, findAll, frame, removeAll, shownText, until } from '../helpers/page.js';

const { axe } = window as unknown as { axe: typeof Axe };

/** What an answer can hold, so that an audit sees all of it. */
const ANSWER = `## Heading

A [link](https://example.com/), \`code\` and an image ![chart](https://example.com/chart.png).

- one
- [x] done

| a | b |
|---|---|
| 1 | 2 |

> Quote

\`\`\`js
// What is told apart by colour
@decorated class Long { static of(width: Box) { return \`\${12}\`; } }
const long = 'a line that is long enough to scroll sideways in a narrow box, and then some more of it, and more';
\`\`\`

\`\`\`diff
-away
+there
\`\`\`
`;

type State = (chat: StreamChat, server: FakeEndpoint) => Promise<void>;

async function ask(chat: StreamChat, server: FakeEndpoint, text: string): Promise<void> {
  const before = server.requests.length;
  void chat.send('A question');
  await until('the request', () => server.requests.length === before + 1);
  server.text(text);
  await until('the words', () => shownText(chat) !== '');
}

const STATES: Record<string, State> = {
  empty: async () => undefined,
  waiting: async (chat, server) => {
    void chat.send('A question');
    await until('the request', () => server.requests.length === 1);
  },
  streaming: (chat, server) => ask(chat, server, ANSWER),
  done: async (chat, server) => {
    await ask(chat, server, `<think>Hmm</think>${ANSWER}`);
    server.finish();
    await until('idle', () => chat.readyState === 'idle');
  },
  error: async (chat, server) => {
    server.next = [() => new Response('', { status: 500 })];
    await chat.send('A question');
  },
  'another try': async (chat, server) => {
    chat.retry = 2;
    server.next = [() => new Response('', { status: 503, headers: { 'retry-after': '50' } })];
    void chat.send('A question');
    await until('the notice', () => findAll(chat, '.waiting .notice').length === 1);
  },
  'cut off': async (chat, server) => {
    await ask(chat, server, ANSWER);
    server.fail();
    await until('idle', () => chat.readyState === 'idle');
  },
  'parts that are no text': async (chat) => {
    const url = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=';
    const parts: MessagePart[] = [
      { type: 'tool-call', id: '1', name: 'look', inputText: '{}', state: 'output-available', output: { a: 1 } },
      { type: 'file', mediaType: 'image/gif', url, name: 'A dot' },
      { type: 'file', mediaType: 'application/pdf', url: 'data:application/pdf;base64,JVBERg==', name: 'a.pdf' },
    ];
    chat.messages = [{ id: '1', role: 'assistant', parts, status: 'complete', createdAt: 0 }];
  },
  disabled: async (chat) => void (chat.disabled = true),
};

describe('accessibility', () => {
  before(async () => void (await loadMarkdown()));
  before(async () => void (await defaultHighlighter('js')));
  afterEach(removeAll);

  for (const theme of ['light', 'dark']) {
    for (const [name, reach] of Object.entries(STATES)) {
      it(`axe finds nothing: ${name}, ${theme}`, async () => {
        const { chat, server } = await addChat({ theme, heading: 'Help', greeting: 'Ask **anything**.' });
        const suggestion = document.createElement('button');
        suggestion.slot = 'suggestions';
        suggestion.textContent = 'How?';
        chat.append(suggestion);
        await reach(chat, server);
        await chat.updateComplete;
        await frame();
        // A half-faded row of actions has the contrast of its moment, not of its state.
        for (const animation of chat.shadowRoot!.getAnimations()) {
          if (animation.effect?.getComputedTiming().endTime === Infinity) animation.cancel();
          else animation.finish();
        }
        const { violations } = await axe.run(chat, {
          // Rules about whole pages, which a test page is none of.
          rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false } },
        });
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
        expect(found).to.deep.equal([]);
      });
    }
  }

  it('the log is silent, named and reachable; messages are named by who speaks and where they stand', async () => {
    const { chat, server } = await addChat();
    await ask(chat, server, 'Hi');
    const log = find(chat, '[role="log"]');
    expect(log.getAttribute('aria-live')).to.equal('off');
    expect(log.getAttribute('aria-label')).to.equal('Conversation');
    expect(log.tabIndex).to.equal(0);
    const names = findAll(chat, 'article').map((article) => article.getAttribute('aria-label'));
    expect(names).to.deep.equal(['You, 1 of 2', 'Assistant, 2 of 2']);
  });

  it('a turn is announced twice, whatever its length, and nothing in between', async () => {
    const { chat, server } = await addChat();
    const regions = findAll(chat, '[data-announcer]');
    expect(regions.map((region) => region.getAttribute('aria-live'))).to.deep.equal(['polite', 'assertive']);
    const said: string[] = [];
    const observer = new MutationObserver(() => {
      const text = regions.map((region) => region.textContent).join('');
      if (text && text !== said.at(-1)) said.push(text);
    });
    for (const region of regions) observer.observe(region, { childList: true, characterData: true, subtree: true });
    await ask(chat, server, 'One');
    for (let i = 0; i < 20; i++) {
      server.text(` word`);
      await frame();
    }
    server.finish();
    await until('idle', () => chat.readyState === 'idle');
    await frame();
    observer.disconnect();
    expect(said).to.deep.equal(['Generating answer', 'Answer ready, 21 words']);
  });

  /** [what, what the server does, what is said] */
  const ENDINGS: [string, (server: FakeEndpoint) => void, string][] = [
    ['at its limit', (server) => server.finish('length'), 'The answer was cut off at its length limit.'],
    [
      'by a filter',
      (server) => server.finish('content_filter'),
      'The rest of the answer was withheld by a content filter.',
    ],
    [
      'in a language without spaces',
      (server) => {
        server.text('今日は天気がいいです。');
        server.finish();
      },
      'Answer ready, 7 words',
    ],
    [
      'with a refusal',
      (server) => {
        server.event({ choices: [{ index: 0, delta: { refusal: 'No, that not.' } }] });
        server.finish();
      },
      'Answer ready, 4 words',
    ],
  ];
  for (const [what, act, said] of ENDINGS) {
    it(`what is shown of an answer that ends ${what} is said`, async () => {
      const { chat, server } = await addChat();
      await ask(chat, server, 'One');
      act(server);
      await until('idle', () => chat.readyState === 'idle');
      await chat.updateComplete;
      expect(findAll(chat, '[data-announcer]')[0]!.textContent).to.equal(said);
    });
  }

  it('a message that the page adds is said to be there', async () => {
    const { chat } = await addChat();
    const region = findAll(chat, '[data-announcer]')[0]!;
    for (const [role, said] of [
      ['user', ''],
      ['assistant', 'Answer ready, 2 words'],
    ] as const) {
      chat.addMessage({
        id: role,
        role,
        parts: [{ type: 'text', text: 'Two words' }],
        status: 'complete',
        createdAt: 0,
      });
      await chat.updateComplete;
      expect(region.textContent, role).to.equal(said);
    }
  });

  it('what is said twice is heard twice', async () => {
    const { chat } = await addChat({ endpoint: '' });
    const region = findAll(chat, '[data-announcer]')[1]!;
    const said: string[] = [];
    for (let times = 0; times < 3; times += 1) {
      await chat.send('Hi').catch(() => undefined);
      await chat.updateComplete;
      said.push(region.textContent);
    }
    expect(new Set(said.map((text) => text.trim())).size).to.equal(1);
    expect([said[0] === said[1], said[1] === said[2]]).to.deep.equal([false, false]);
  });

  it('an image that is loaded by a key has the focus that its button had', async () => {
    const { chat, server } = await addChat();
    await ask(chat, server, '![chart](data:x) ![chart](https://example.com/chart.png)');
    server.finish();
    const button = await until('the button', () => findAll(chat, 'button[data-src]')[0]);
    button.focus();
    button.click();
    const image = await until('the image', () => findAll(chat, '.content img')[0]);
    expect(chat.shadowRoot!.activeElement).to.equal(image);
    image.blur();
    expect(image.hasAttribute('tabindex')).to.equal(false);
  });

  it('announce="none" says nothing of a turn, but does of an error', async () => {
    const { chat, server } = await addChat({ announce: 'none' });
    await ask(chat, server, 'One');
    server.finish();
    await until('idle', () => chat.readyState === 'idle');
    await chat.updateComplete;
    expect(findAll(chat, '[data-announcer]').map((region) => region.textContent)).to.deep.equal(['', '']);
    server.next = [() => new Response('', { status: 500 })];
    await chat.send('Hi');
    await chat.updateComplete;
    expect(findAll(chat, '[data-announcer]')[1]!.textContent).to.contain('500');
  });

  it('focus stays on the one button while it turns from Send to Stop', async () => {
    const { chat, server } = await addChat();
    chat.value = 'Hi';
    await chat.updateComplete;
    const button = find(chat, 'button.send');
    button.focus();
    button.click();
    await until('the request', () => server.requests.length === 1);
    await chat.updateComplete;
    expect(chat.shadowRoot!.activeElement).to.equal(button);
    expect(button.getAttribute('aria-label')).to.equal('Stop generating');
    server.text('A');
    server.finish();
    await until('idle', () => chat.readyState === 'idle');
    await chat.updateComplete;
    expect(chat.shadowRoot!.activeElement).to.equal(button);
    expect(button.getAttribute('aria-label')).to.equal('Send');
    expect(button.getAttribute('aria-disabled')).to.equal('true');
  });

  it('focus() goes to the composer', async () => {
    const { chat } = await addChat();
    chat.focus();
    expect(chat.shadowRoot!.activeElement).to.equal(find(chat, 'textarea'));
  });
});
