// What the built element loads when it needs it: once, ahead of the first question, from beside the script. And what
// happens where that does not come.

import { expect, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StreamChat, StreamMarkdown } from '../../src/elements/index.js';
import { ROOT } from '../runner/files.js';
import { answerOf, finish, GOOD_TEXT, say, stream, type FaultServer, type Scenario } from './fault-server.js';
import { test } from './server-fixture.js';

const SCRIPT = '/stream-chat.js';
const MARKDOWN = '/stream-chat.markdown.js';
const WIRE = '/stream-chat.wire.js';
const FORMATS = '/stream-chat.formats.js';

const composer = (page: Page) => page.locator('stream-chat [part="input"]');
const button = (page: Page) => page.locator('stream-chat button.send');
const answer = (page: Page) => page.locator('stream-chat [part~="message"][part~="assistant"]').last();

/** A page as people write it. */
const pageOf = (chat = '<stream-chat endpoint="/good"></stream-chat>', script = SCRIPT) => `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>On demand</title><link rel="icon" href="data:,">
    <script type="module" src="${script}"></script></head>
  <body>${chat}</body>
</html>`;

async function open(page: Page, server: FaultServer, scenario: Scenario = {}): Promise<void> {
  server.play({ page: pageOf(), ...scenario });
  await page.goto(server.url);
  await page.evaluate(() => customElements.whenDefined('stream-chat'));
}

async function ask(page: Page): Promise<void> {
  await composer(page).fill('What is a stream?');
  await composer(page).press('Enter');
}

/** In the order of their names: some are asked for at the same time. */
const loads = (server: FaultServer) => server.loads.toSorted();
const loaded = (server: FaultServer) => expect.poll(() => loads(server));

/** Keeps a file back until what this returns is called. */
async function hold(page: Page, file: string): Promise<() => void> {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(`**${file}`, async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

test('what a question needs is there before it, and is loaded once', async ({ page, server }) => {
  await open(page, server);
  await loaded(server).toEqual([SCRIPT, MARKDOWN, WIRE]);
  for (let questions = 1; questions <= 2; questions++) {
    await ask(page);
    await expect(page.locator('stream-chat [part~="assistant"][part~="complete"]')).toHaveCount(questions);
    await expect(answer(page)).toContainText(GOOD_TEXT);
  }
  expect(loads(server)).toEqual([SCRIPT, MARKDOWN, WIRE]);
});

test('and so is the format that the endpoint speaks', async ({ page, server }) => {
  await open(page, server, { page: pageOf('<stream-chat endpoint="/good" protocol="Ollama"></stream-chat>') });
  await loaded(server).toEqual([FORMATS, SCRIPT, MARKDOWN, WIRE]);
  await ask(page);
  await expect(answer(page)).toContainText(GOOD_TEXT);
  expect(loads(server)).toEqual([FORMATS, SCRIPT, MARKDOWN, WIRE]);
});

for (const [what, chat] of [
  ['has no endpoint', '<stream-chat></stream-chat>'],
  ['can only be read', '<stream-chat endpoint="/good" readonly></stream-chat>'],
  ['is disabled', '<stream-chat endpoint="/good" disabled></stream-chat>'],
] as const) {
  test(`a chat that ${what} loads nothing more`, async ({ page, server }) => {
    await open(page, server, { page: pageOf(chat) });
    // Idle callbacks come in the order in which they were asked for.
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => requestIdleCallback(resolve))));
    await page.evaluate(() => fetch('/seen', { method: 'POST', body: 'idle' }));
    expect(loads(server)).toEqual([SCRIPT]);
  });
}

test('a question that is asked as soon as the script has run is answered', async ({ page, server }) => {
  const chat = '<stream-chat endpoint="/good"></stream-chat>';
  const script = `<script type="module">
    const chat = document.querySelector('stream-chat');
    window.asked = chat.send('What is a stream?');
    window.stateThen = chat.readyState;
  </script>`;
  await open(page, server, { page: pageOf(chat + script) });
  await expect(answer(page)).toContainText(GOOD_TEXT);
  expect(await page.evaluate(() => (window as unknown as { stateThen: string }).stateThen)).toBe('connecting');
  expect(loads(server)).toEqual([SCRIPT, MARKDOWN, WIRE]);
});

test('the strict policy of the guide lets it in', async ({ page, server }) => {
  const policy = /^Content-Security-Policy: (.*)$/m.exec(
    readFileSync(join(ROOT, 'demo/guides/security.md'), 'utf8'),
  )![1]!;
  await open(page, server, { policy, page: pageOf('<stream-chat endpoint="/good" protocol="ollama"></stream-chat>') });
  await ask(page);
  await expect(answer(page)).toContainText(GOOD_TEXT);
  expect(loads(server)).toEqual([FORMATS, SCRIPT, MARKDOWN, WIRE]);
});

test('the query of the address goes on to what is loaded, and the script is not loaded again', async ({
  page,
  server,
}) => {
  const ollama = answerOf('application/x-ndjson', ['{"model":"m","message":{"content":"Hi"},"done":false}\n']);
  await open(page, server, {
    page: pageOf('<stream-chat endpoint="/fault" retry="0"></stream-chat>', `${SCRIPT}?ver=6.4`),
    answers: [ollama],
  });
  await ask(page);
  await expect(answer(page)).toContainText('Hi');
  expect(loads(server)).toEqual([FORMATS, SCRIPT, MARKDOWN, WIRE].map((file) => `${file}?ver=6.4`));
  // An error that the other file has made is one of this file's.
  const [reason, isSame] = await page.locator('stream-chat').evaluate(async (chat: StreamChat) => {
    const { constructor, code } = (await chat.regenerate()).error!;
    const ownError: unknown = await chat.send('').catch((error: unknown) => error);
    return [code, ownError instanceof constructor];
  });
  expect([reason, isSame]).toEqual(['interrupted', true]);
});

test('where it is not there, the question says so and can be asked again', async ({ page, server }) => {
  // Not Playwright's event, which says nothing of an error but that it is one.
  await page.addInitScript(() => {
    console.error = ({ message }: Error) => void (document.title += message);
  });
  await open(page, server, { missing: ['stream-chat.wire.js'] });
  await ask(page);
  await composer(page).fill('A thought half written');
  await expect(answer(page)).toContainText('A part of this chat could not be loaded.');
  await expect(answer(page)).toContainText('stream-chat.wire.js');
  await expect(button(page)).toHaveAttribute('part', 'send-button');
  expect(await page.locator('stream-chat').evaluate((chat: StreamChat) => [chat.error?.code, chat.value])).toEqual([
    'not-loaded',
    'A thought half written',
  ]);
  expect(server.visits).toEqual([]);
  await expect(page).toHaveTitle(/stream-chat\.wire\.js/);

  server.play({ page: pageOf() });
  await answer(page).getByRole('button', { name: 'Try again' }).click();
  await expect(answer(page)).toContainText(GOOD_TEXT);
  await expect(page.locator('stream-chat [part~="user"]')).toHaveText(['What is a stream?']);
  const before = server.loads.length;
  await ask(page);
  await expect(page.locator('stream-chat [part~="assistant"][part~="complete"]')).toHaveCount(2);
  expect(server.loads).toHaveLength(before);
});

test('stopped while it is loaded, the chat is idle at once, and the next question is answered', async ({
  page,
  server,
}) => {
  const release = await hold(page, WIRE);
  await open(page, server, { answers: [stream(say('Late'), finish())] });
  await ask(page);
  await expect(button(page)).toHaveAttribute('part', 'stop-button');
  await button(page).click();
  expect(await page.locator('stream-chat').evaluate((chat: StreamChat) => chat.readyState)).toBe('idle');
  await expect(answer(page)).toContainText('Stopped.');
  release();
  await ask(page);
  await expect(answer(page)).toContainText(GOOD_TEXT);
  // Nothing was asked for the question that was taken back.
  expect(server.visits).toHaveLength(1);
});

for (const [what, content] of [
  ['a greeting', '<stream-chat greeting="Hello **there**"></stream-chat>'],
  [
    'an earlier conversation',
    `<stream-chat></stream-chat><script type="module">
    await customElements.whenDefined('stream-chat');
    document.querySelector('stream-chat').messages = [{ id: '1', role: 'assistant', status: 'complete',
      parts: [{ type: 'text', text: 'Hello **there**' }] }];</script>`,
  ],
  ['text of its own', '<stream-markdown value="Hello **there**"></stream-markdown>'],
] as const) {
  test(`${what} is rendered, without what a question needs`, async ({ page, server }) => {
    await open(page, server, { page: pageOf(content) });
    await expect(page.locator('strong')).toHaveText('there');
    expect(loads(server)).toEqual([SCRIPT, MARKDOWN]);
  });
}

test('an answer that comes before what renders it is text, and rendered when that is there', async ({
  page,
  server,
}) => {
  const release = await hold(page, MARKDOWN);
  let finishAnswer = () => {};
  const rest = new Promise<void>((resolve) => (finishAnswer = resolve));
  await open(page, server, {
    page: pageOf('<stream-chat endpoint="/fault" reveal="none"></stream-chat>'),
    answers: [stream(say('One **two** three'), () => rest, say(' *four*'), finish())],
  });
  await ask(page);
  const content = answer(page).locator('[part="content"]');
  await expect(content).toHaveText('One **two** three');
  await expect(content.locator('p > [part="caret"]')).toHaveCount(1);
  release();
  await expect(content.locator('strong')).toHaveText('two');
  await expect(content).toHaveText('One two three');
  await expect(content.locator('p > [part="caret"]')).toHaveCount(1);
  finishAnswer();
  await expect(content.locator('em')).toHaveText('four');
  await expect(content.locator('[part="caret"]')).toHaveCount(0);
  await expect(content.locator('p')).toHaveCount(1);
});

test('where what renders it does not come, an answer stays text, which is said once, and the next one tries again', async ({
  page,
  server,
}) => {
  const missing = [MARKDOWN.slice(1)];
  const text = 'One **two** <img src=x onerror=alert(1)>';
  const answers = [stream(say(text), finish())];
  const chatPage = pageOf('<stream-chat endpoint="/fault"></stream-chat>');
  await page.addInitScript(() => {
    const errors: string[] = ((window as unknown as { errors: string[] }).errors = []);
    const { error } = console;
    console.error = (...values) => (errors.push(values.join(' ')), error(...values));
    addEventListener('DOMContentLoaded', () =>
      document.querySelector('stream-chat')!.addEventListener('error', ({ code }) => errors.push(code)),
    );
  });
  const errors = () => page.evaluate(() => (window as unknown as { errors: string[] }).errors);
  const complete = page.locator('stream-chat [part~="assistant"][part~="complete"]');
  await open(page, server, { page: chatPage, answers, missing });
  for (const questions of [1, 2]) {
    await ask(page);
    await expect(complete).toHaveCount(questions);
    await expect(answer(page).locator('[part="content"]')).toHaveText(text);
  }
  const problem = page.locator('stream-chat [part="notice error"]');
  expect(await errors()).toEqual([expect.stringContaining(missing[0]!), 'not-loaded']);

  server.play({ page: chatPage, answers });
  await ask(page);
  await expect(complete).toHaveCount(3);
  // Those before it, too.
  await expect(page.locator('stream-chat strong')).toHaveText(['two', 'two', 'two']);
  await expect(problem).toHaveCount(0);
  expect(await errors()).toHaveLength(2);
  const before = server.loads.length;
  await ask(page);
  await expect(complete).toHaveCount(4);
  expect(server.loads).toHaveLength(before);
});

test('says where a greeting cannot be rendered, until it can', async ({ page, server }) => {
  const chat = pageOf('<stream-chat greeting="Hello **there**"></stream-chat>');
  await open(page, server, { page: chat, missing: [MARKDOWN.slice(1)] });
  const problem = page.locator('stream-chat [part="notice error"]');
  await expect(problem).toContainText('A part of this chat could not be loaded.');
  await expect(problem).toContainText(MARKDOWN.slice(1));
  await expect(page.locator('stream-chat .greeting')).toHaveText('Hello **there**');
  server.play({ page: chat });
  await page.evaluate(() => document.body.append(document.createElement('stream-markdown')));
  await expect(page.locator('stream-chat .greeting strong')).toHaveText('there');
  await expect(problem).toHaveCount(0);
});

test('a text of its own is complete as text where what renders it does not come', async ({ page, server }) => {
  const views = '<stream-markdown></stream-markdown><stream-markdown></stream-markdown>';
  await open(page, server, { page: pageOf(views), missing: [MARKDOWN.slice(1)] });
  const first = await page.evaluate(async () => {
    const [one] = document.querySelectorAll('stream-markdown');
    const shown: string[] = [];
    const errors: string[] = [];
    one!.addEventListener('error', ({ message }) => errors.push(message));
    for (const text of ['a **b', '** c', ' d']) {
      one!.write(text);
      await one!.complete;
      shown.push(one!.shadowRoot!.textContent.trim());
    }
    one!.end();
    return { shown, errors };
  });
  expect(first.shown).toEqual(['a **b', 'a **b** c', 'a **b** c d']);
  expect(first.errors).toEqual([expect.stringContaining(MARKDOWN.slice(1))]);
  // What comes for one is there for all.
  server.play({ page: pageOf(views) });
  const html = await page.evaluate(async () => {
    const [one, two] = document.querySelectorAll('stream-markdown');
    two!.value = '*e*';
    const contentOf = async (view: StreamMarkdown) => {
      await view.complete;
      return view.shadowRoot!.querySelector('.markdown')!.textContent.trim();
    };
    return [await contentOf(two!), await contentOf(one!)];
  });
  expect(html).toEqual(['e', 'a b c d']);
});

test('the classic script has all of it inside', async ({ page, server }) => {
  const script = '<script src="/stream-chat.global.js"></script>';
  const chat = '<stream-chat endpoint="/good" protocol="ollama" greeting="Hello **there**"></stream-chat>';
  server.play({ page: `<!doctype html><title>Classic</title><link rel="icon" href="data:,">${chat}${script}` });
  await page.goto(server.url);
  await expect(page.locator('strong')).toHaveText('there');
  await ask(page);
  await expect(answer(page)).toContainText(GOOD_TEXT);
  expect(loads(server)).toEqual(['/stream-chat.global.js']);
});
