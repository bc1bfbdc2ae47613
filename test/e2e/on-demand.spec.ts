// What the built element loads when it needs it: once, ahead of the first question, from beside the script. And what
// happens where that does not come.

import { expect, test as base, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StreamChat } from '../../src/elements/index.js';
import { ROOT } from '../runner/files.js';
import { answerOf, FaultServer, finish, GOOD_TEXT, say, stream, type Scenario } from './fault-server.js';

const SCRIPT = '/stream-chat.js';
const WIRE = '/stream-chat.wire.js';
const FORMATS = '/stream-chat.formats.js';

const test = base.extend<{ server: FaultServer }>({
  server: async ({ baseURL }, use) => {
    const server = await FaultServer.start(baseURL!);
    await use(server);
    await server.close();
  },
});

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

const loaded = (server: FaultServer) => expect.poll(() => server.loads);

test('what a question needs is there before it, and is loaded once', async ({ page, server }) => {
  await open(page, server);
  await loaded(server).toEqual([SCRIPT, WIRE]);
  for (let questions = 1; questions <= 2; questions++) {
    await ask(page);
    await expect(page.locator('stream-chat [part~="assistant"][part~="complete"]')).toHaveCount(questions);
    await expect(answer(page)).toContainText(GOOD_TEXT);
  }
  expect(server.loads).toEqual([SCRIPT, WIRE]);
});

test('and so is the format that the endpoint speaks', async ({ page, server }) => {
  await open(page, server, { page: pageOf('<stream-chat endpoint="/good" protocol="Ollama"></stream-chat>') });
  await loaded(server).toEqual([SCRIPT, WIRE, FORMATS]);
  await ask(page);
  await expect(answer(page)).toContainText(GOOD_TEXT);
  expect(server.loads).toEqual([SCRIPT, WIRE, FORMATS]);
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
    expect(server.loads).toEqual([SCRIPT]);
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
  expect(server.loads).toEqual([SCRIPT, WIRE]);
});

test('the strict policy of the guide lets it in', async ({ page, server }) => {
  const policy = /^Content-Security-Policy: (.*)$/m.exec(
    readFileSync(join(ROOT, 'demo/guides/security.md'), 'utf8'),
  )![1]!;
  await open(page, server, { policy, page: pageOf('<stream-chat endpoint="/good" protocol="ollama"></stream-chat>') });
  await ask(page);
  await expect(answer(page)).toContainText(GOOD_TEXT);
  expect(server.loads).toEqual([SCRIPT, WIRE, FORMATS]);
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
  expect(server.loads).toEqual([SCRIPT, WIRE, FORMATS].map((file) => `${file}?ver=6.4`));
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
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(`**${WIRE}`, async (route) => {
    await held;
    await route.continue();
  });
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

test('the classic script has all of it inside', async ({ page, server }) => {
  const script = '<script src="/stream-chat.global.js"></script>';
  const chat = '<stream-chat endpoint="/good" protocol="ollama"></stream-chat>';
  server.play({ page: `<!doctype html><title>Classic</title><link rel="icon" href="data:,">${chat}${script}` });
  await page.goto(server.url);
  await ask(page);
  await expect(answer(page)).toContainText(GOOD_TEXT);
  expect(server.loads).toEqual(['/stream-chat.global.js']);
});
