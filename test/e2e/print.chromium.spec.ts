// What is printed, which only Chromium can be asked for.

import { expect } from '@playwright/test';
import type { StreamChat } from '../../src/elements/index.js';
import { CHAT_PAGE } from './answer-in-frames.js';
import { test } from './server-fixture.js';

test('long code and all of a table are printed', async ({ page }) => {
  await page.goto('/');
  await page.locator('stream-chat').evaluate(async (chat: StreamChat) => {
    const row = (cell: string) =>
      `|${Array.from({ length: 9 }, (_, at) => `${cell} ${at} of a few words`).join('|')}|\n`;
    const text = `\`\`\`\n${'word '.repeat(200)}\n\`\`\`\n\n${row('head')}${'|-'.repeat(9)}|\n${row('cell')}`;
    chat.messages = [{ id: 'a', role: 'assistant', status: 'complete', createdAt: 0, parts: [{ type: 'text', text }] }];
    while (!chat.shadowRoot!.querySelector('article table')) await new Promise((resolve) => setTimeout(resolve, 20));
  });
  const wide = () =>
    page.locator('stream-chat').evaluate((chat: StreamChat) =>
      ['pre', '.table-scroller'].map((name) => {
        const { scrollWidth, clientWidth } = chat.shadowRoot!.querySelector(name)!;
        return scrollWidth > clientWidth + 1;
      }),
    );
  expect(await wide()).toEqual([true, true]);
  await page.emulateMedia({ media: 'print' });
  expect(await wide()).toEqual([false, false]);
});

test('all of a conversation is printed, also where the page gives the element a height', async ({ page, server }) => {
  server.play({ page: CHAT_PAGE });
  await page.goto(server.url);
  await page.addStyleTag({ content: 'stream-chat { height: 300px; position: absolute; }' });
  const chat = page.locator('stream-chat');
  await chat.evaluate((element: StreamChat) => {
    const text = 'A line.\n\n'.repeat(50);
    element.messages = [
      { id: 'a', role: 'assistant', status: 'complete', createdAt: 0, parts: [{ type: 'text', text }] },
    ];
  });
  const height = () => chat.evaluate((element) => element.getBoundingClientRect().height);
  expect(await height()).toBe(300);
  await page.emulateMedia({ media: 'print' });
  expect(await height()).toBeGreaterThan(1000);
});
