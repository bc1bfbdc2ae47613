// What is printed, which only Chromium can be asked for.

import { expect, test } from '@playwright/test';
import type { StreamChat } from '../../src/elements/index.js';

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
