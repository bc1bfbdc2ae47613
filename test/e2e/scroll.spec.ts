// A reader who moves while an answer grows: whatever they do it with, what they came to stays under their eyes, and the
// button leads back. The page's own fetch plays the server, so that text comes when the test says so.

import { expect, test, type Page } from '@playwright/test';
import type { StreamChat } from '../../src/elements/index.js';

const log = (page: Page) => page.locator('stream-chat [part="log"]');
const jump = (page: Page) => page.locator('stream-chat [part="jump-button"]');

type Grow = (text: string) => void;

/** A chat that has an answer of many lines, which goes on with each call of `grow`. */
async function openLongChat(page: Page): Promise<void> {
  await page.goto('/');
  await page.locator('stream-chat').evaluate((chat: StreamChat) => {
    const encoder = new TextEncoder();
    chat.setAttribute('protocol', 'openai');
    chat.reveal = 'none';
    chat.fetch = () => {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          (globalThis as unknown as { grow: Grow }).grow = (content) => {
            const data = JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
            controller.enqueue(encoder.encode(`data: ${data}\n\n`));
          };
        },
      });
      return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
    };
    void chat.send('Hi');
  });
  await page.waitForFunction(() => 'grow' in globalThis);
  await grow(page, 60);
  await expect.poll(() => log(page).evaluate(({ scrollHeight }) => scrollHeight)).toBeGreaterThan(2000);
  await expect.poll(() => fromEnd(page)).toBeLessThan(2);
}

/** Lets so many paragraphs arrive, and waits until the last one is there. */
async function grow(page: Page, count: number): Promise<void> {
  await page.evaluate(async (paragraphs) => {
    const state = globalThis as unknown as { grow: Grow; grown?: number };
    for (let i = 0; i < paragraphs; i++) {
      state.grown = (state.grown ?? 0) + 1;
      state.grow(`Paragraph ${state.grown}, which has some words to be read.\n\n`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }, count);
  const last = await page.evaluate(() => (globalThis as unknown as { grown: number }).grown);
  await expect(log(page).locator('p').last()).toContainText(`Paragraph ${last},`);
}

const fromEnd = (page: Page) =>
  log(page).evaluate(({ scrollHeight, clientHeight, scrollTop }) => scrollHeight - clientHeight - scrollTop);

/** Where the log stands once it does not move any more. */
function resting(page: Page): Promise<number> {
  return log(page).evaluate(async (element) => {
    for (let still = 0, before = -1; still < 10; before = element.scrollTop) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      still = element.scrollTop === before ? still + 1 : 0;
    }
    return element.scrollTop;
  });
}

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
    const top = await resting(page);
    await grow(page, 10);
    expect(await resting(page)).toBe(top);
    expect(await fromEnd(page)).toBeGreaterThan(100);
    await jump(page).click();
    await grow(page, 5);
    await expect.poll(() => fromEnd(page)).toBeLessThan(2);
    await expect(jump(page)).toHaveCount(0);
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
