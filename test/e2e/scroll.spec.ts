// A reader who moves while an answer grows: whatever they do it with, what they came to stays under their eyes, and the
// button leads back.

import { expect, test, type Page } from '@playwright/test';
import type { StreamChat } from '../../src/elements/index.js';
import { grow, log, openLongChat, resting, staysUntilTheButton } from './long-chat.js';

const WAYS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  'the wheel': async (page) => {
    await log(page).hover();
    await page.mouse.wheel(0, -300);
  },
  'Page Up': async (page) => {
    await log(page).focus();
    await page.keyboard.press('PageUp');
  },
  Home: async (page) => {
    await log(page).focus();
    await page.keyboard.press('Home');
  },
  'Shift and the space bar': async (page) => {
    await log(page).focus();
    await page.keyboard.press('Shift+Space');
  },
  'a search in the page': async (page) => {
    // What it does with a match, by script: it is selected, and brought into view.
    await log(page)
      .locator('p', { hasText: 'Paragraph 20,' })
      .evaluate((match) => {
        getSelection()!.selectAllChildren(match);
        match.scrollIntoView({ block: 'center' });
      });
  },
  'selecting text': async (page) => {
    const box = (await log(page).locator('p').nth(-3).boundingBox())!;
    // Not from the middle of a character, where Chromium selects nothing.
    await page.mouse.move(box.x + 2, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 150, box.y + 12, { steps: 4 });
    await grow(page, 5);
    await page.mouse.up();
  },
};

for (const [name, move] of Object.entries(WAYS)) {
  test(`${name} takes the reader away from the end, and nothing takes them back but the button`, async ({ page }) => {
    await openLongChat(page);
    await move(page);
    await staysUntilTheButton(page);
  });
}

test('what was selected while the answer grows is selected still', async ({ page }) => {
  await openLongChat(page);
  await WAYS['selecting text']!(page);
  const selected = await page.evaluate(() => String(getSelection()));
  expect(selected).toContain('aragraph');
  await grow(page, 10);
  expect(await page.evaluate(() => String(getSelection()))).toBe(selected);
});

test('older messages that are still being rendered move nothing that is read', async ({ page }) => {
  await page.goto('/');
  // With what renders it: text that is shown as text before has another height.
  const moved = await page.locator('stream-chat').evaluate(async (chat: StreamChat) => {
    chat.messages = [
      { id: 'first', role: 'assistant', status: 'complete', createdAt: 0, parts: [{ type: 'text', text: '**a**' }] },
    ];
    while (!chat.shadowRoot!.querySelector('article strong')) await new Promise((resolve) => setTimeout(resolve, 20));
    chat.messages = Array.from({ length: 1000 }, (_, index) => ({
      id: `m${index}`,
      role: index % 2 === 0 ? 'user' : 'assistant',
      status: 'complete',
      createdAt: 0,
      parts: [{ type: 'text', text: `Message **${index}**.\n\n- one\n- two` }],
    }));
    await chat.updateComplete;
    const root = chat.shadowRoot!;
    const scroller = root.querySelector('[part="log"]')!;
    const count = () => root.querySelectorAll('article').length;
    const early = count();
    // As it was painted: behind all that is done in a frame.
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    await frame();
    scroller.scrollTop -= 300;
    await frame();
    const read = [...root.querySelectorAll('article')].find(
      (article) => article.getBoundingClientRect().top > scroller.getBoundingClientRect().top,
    )!;
    const { top } = read.getBoundingClientRect();
    let farthest = 0;
    if (count() === 1000) throw new Error('expected some that are not there yet');
    while (count() < 1000) {
      await frame();
      farthest = Math.max(farthest, Math.abs(read.getBoundingClientRect().top - top));
    }
    return { early, farthest };
  });
  expect(moved.early).toBeLessThan(1000);
  expect(moved.farthest).toBeLessThan(1.5);
});

test.describe('on a screen of two pixels a point', () => {
  test.use({ deviceScaleFactor: 2 });

  test('what is scrolled by less than a pixel at a time is not taken back', async ({ page }) => {
    await openLongChat(page);
    await WAYS['the wheel']!(page);
    await resting(page);
    const after = await log(page).evaluate(async (element) => {
      for (let step = 0; step < 40; step++) {
        element.scrollTop -= 0.5;
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      // Engines that know no halves have gone nowhere.
      return element.scrollTop;
    });
    await grow(page, 5);
    expect(Math.abs((await resting(page)) - after)).toBeLessThan(1);
  });
});
