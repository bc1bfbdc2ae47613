// A chat with an answer of many lines that goes on when the test says so, and where its log stands. The page's own fetch
// plays the server, so that text comes when it should.

import { expect, type Page } from '@playwright/test';
import type { StreamChat } from '../../src/elements/index.js';

export const log = (page: Page) => page.locator('stream-chat [part="log"]');
export const jump = (page: Page) => page.locator('stream-chat [part="jump-button"]');

type Grow = (text: string) => void;

/** A chat that has an answer of many lines, which goes on with each call of `grow`. */
export async function openLongChat(page: Page): Promise<void> {
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
export async function grow(page: Page, count: number): Promise<void> {
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

export const fromEnd = (page: Page) =>
  log(page).evaluate(({ scrollHeight, clientHeight, scrollTop }) => scrollHeight - clientHeight - scrollTop);

/** Where the log stands once it does not move any more. */
export function resting(page: Page): Promise<number> {
  return log(page).evaluate(async (element) => {
    for (let still = 0, before = -1; still < 10; before = element.scrollTop) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      still = element.scrollTop === before ? still + 1 : 0;
    }
    return element.scrollTop;
  });
}

/** Where the reader came to, they stay while more arrives, until the button leads them back. */
export async function staysUntilTheButton(page: Page): Promise<void> {
  const top = await resting(page);
  await grow(page, 10);
  expect(await resting(page)).toBe(top);
  expect(await fromEnd(page)).toBeGreaterThan(100);
  await jump(page).click();
  await grow(page, 5);
  await expect.poll(() => fromEnd(page)).toBeLessThan(2);
  await expect(jump(page)).toHaveCount(0);
}
