// A reply that arrives while nobody looks: in a tab behind another, in one that the browser has frozen, in a page that was
// left and is come back to. All of that is Chromium's own, nothing is simulated.

import { chromium, expect, type Browser } from '@playwright/test';
import { findEngines } from '../runner/engines.js';
import { BackgroundTab } from './background-tab.js';
import { cut, finish, say, stream, type Answer, type FaultServer } from './fault-server.js';
import { test as base } from './server-fixture.js';

/** A browser of its own, that keeps pages which were left, as it does for everybody else. */
const test = base.extend<{ ownBrowser: Browser }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads what a fixture needs from this pattern
  ownBrowser: async ({}, use) => {
    const engine = findEngines().chromium;
    if (engine?.drive !== 'playwright') throw new Error('expected a Chromium (test/runner/engines.ts)');
    const browser = await chromium.launch({
      ...engine.launchOptions,
      ignoreDefaultArgs: [
        '--disable-back-forward-cache',
        '--disable-background-timer-throttling',
        '--disable-backgrounding-occluded-windows',
        '--disable-renderer-backgrounding',
      ],
    });
    await use(browser);
    await browser.close();
  },
});

const PAGE = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Background</title><link rel="icon" href="data:,">
    <script type="module" src="/stream-chat.js"></script></head>
  <body><stream-chat endpoint="/fault" retry="0"></stream-chat></body>
</html>`;

/** The tail of the page's own account of itself. */
const LOOK = `(() => {
  const chat = document.querySelector('stream-chat');
  const answer = [...chat.shadowRoot.querySelectorAll('.message.assistant')].at(-1);
  return {
    visibility: document.visibilityState,
    readyState: chat.readyState,
    status: chat.messages.at(-1)?.status,
    shown: answer?.querySelector('.content')?.textContent.trim() ?? '',
    offers: [...answer?.querySelectorAll('.notice button') ?? []].map((button) => button.textContent.trim()),
  };
})()`;

interface Look {
  visibility: DocumentVisibilityState;
  readyState: string;
  status: string;
  shown: string;
  offers: string[];
}

const ASK = `customElements.whenDefined('stream-chat').then(() => void document.querySelector('stream-chat').send('Go on.'))`;

/** An answer whose pieces come when the test says. */
function steered(): { answer: Answer; send: (text: string) => void; end: () => void; drop: () => void } {
  const steps: Answer[] = [];
  let wake = () => {};
  const add = (step: Answer) => {
    steps.push(step);
    wake();
  };
  const answer: Answer = async (exchange) => {
    for (let isOver = false; !isOver;) {
      while (steps.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const step = steps.shift()!;
      await step(exchange);
      isOver = exchange.response.writableEnded || exchange.response.destroyed;
    }
  };
  return {
    answer: stream((exchange) => answer(exchange)),
    send: (text) => add(({ response }) => void response.write(say(text))),
    end: () => add(({ response }) => void response.end(finish())),
    drop: () => add(cut),
  };
}

async function openTab(browser: Browser, server: FaultServer, answer: Answer, page = PAGE): Promise<BackgroundTab> {
  server.play({ page, answers: [answer] });
  const tab = await BackgroundTab.open(browser, server.url);
  await expect.poll(() => tab.evaluate(`String(Boolean(customElements.get('stream-chat')))`)).toBe('true');
  await tab.evaluate(ASK);
  return tab;
}

const look = (tab: BackgroundTab) => tab.evaluate<Look>(LOOK);

/** Hides it and freezes it, and after `run` lets it go on in front. */
async function whileFrozen(tab: BackgroundTab, run: () => void | Promise<void>): Promise<void> {
  await tab.hide();
  await expect.poll(async () => (await look(tab)).visibility).toBe('hidden');
  await tab.evaluate(`window.states = []; for (const type of ['freeze', 'resume'])
    document.addEventListener(type, () => window.states.push(type)); 0`);
  await tab.freeze();
  await run();
  await tab.resume();
  await tab.show();
  await expect.poll(() => tab.evaluate('window.states')).toEqual(['freeze', 'resume']);
}

test('a hidden tab shows what arrives, to the end, and has it when it is come back to', async ({
  ownBrowser,
  server,
}) => {
  const { answer, send, end } = steered();
  const tab = await openTab(ownBrowser, server, answer);
  send('One *two*');
  await expect.poll(async () => (await look(tab)).shown).toBe('One two');
  await tab.hide();
  await expect.poll(async () => (await look(tab)).visibility).toBe('hidden');
  await tab.evaluate(`window.frames_ = 0; requestAnimationFrame(() => window.frames_++); 0`);
  send(' three');
  await expect.poll(async () => (await look(tab)).shown).toBe('One two three');
  send(' four');
  await expect.poll(async () => (await look(tab)).shown).toBe('One two three four');
  send(' five');
  end();
  await expect.poll(async () => (await look(tab)).readyState).toBe('idle');
  const complete = { status: 'complete', shown: 'One two three four five' };
  await expect.poll(() => look(tab)).toMatchObject({ ...complete, visibility: 'hidden' });
  expect(await tab.evaluate('window.frames_')).toBe(0);
  await tab.show();
  await expect.poll(() => look(tab)).toMatchObject({ ...complete, visibility: 'visible' });
});

for (const [what, ends, expected] of [
  ['goes on when it runs again', 'end', { status: 'complete', shown: 'One two three', offers: [] }],
  // What was under way when it was lost may be lost with it.
  [
    'says that the connection was lost, where it was',
    'drop',
    { status: 'interrupted', shown: 'One two', offers: ['Continue', 'Try again'] },
  ],
] as const) {
  test(`a frozen tab ${what}`, async ({ ownBrowser, server }) => {
    const { answer, send, [ends]: finishReply } = steered();
    const tab = await openTab(ownBrowser, server, answer);
    send('One *two*');
    await expect.poll(async () => (await look(tab)).shown).toBe('One two');
    await whileFrozen(tab, () => {
      if (ends === 'end') send(' three');
      finishReply();
    });
    await expect.poll(() => look(tab)).toMatchObject({ ...expected, visibility: 'visible', readyState: 'idle' });
  });

  test(`a page that is come back to as it was left ${what}`, async ({ ownBrowser, server }) => {
    const { answer, send, [ends]: finishReply } = steered();
    server.play({ page: PAGE, answers: [answer] });
    const page = await (await ownBrowser.newContext()).newPage();
    await page.goto(server.url);
    await page.evaluate(ASK);
    send('One *two*');
    await expect.poll(async () => (await page.evaluate<Look>(LOOK)).shown).toBe('One two');
    await page.evaluate(`addEventListener('pageshow', ({ persisted }) => (window.isRestored = persisted)); 0`);
    await page.goto('about:blank');
    if (ends === 'end') send(' three');
    finishReply();
    // No load event follows, since nothing is loaded.
    await page.goBack({ waitUntil: 'commit' });
    await expect.poll(() => page.evaluate('window.isRestored')).toBe(true);
    await expect.poll(() => page.evaluate<Look>(LOOK)).toMatchObject({ ...expected, readyState: 'idle' });
  });
}

test('a tab that was frozen for longer than a reply may be silent has what came meanwhile', async ({
  ownBrowser,
  server,
}) => {
  const { answer, send, end } = steered();
  const silence = 3;
  const page = PAGE.replace('retry="0"', `retry="0" idle-timeout="${silence}"`);
  const tab = await openTab(ownBrowser, server, answer, page);
  send('One *two*');
  await expect.poll(async () => (await look(tab)).shown).toBe('One two');
  await whileFrozen(tab, async () => {
    send(' three');
    end();
    await new Promise((resolve) => setTimeout(resolve, (silence + 2) * 1000));
  });
  await expect.poll(() => look(tab)).toMatchObject({ status: 'complete', shown: 'One two three', readyState: 'idle' });
});
