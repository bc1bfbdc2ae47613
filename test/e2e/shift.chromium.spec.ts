// What moved under a reader's eyes while an answer arrived, by Chromium's own account (Layout Instability): nothing, wherever
// the log stood. Text that grows at the end moves nothing that was there; what is scrolled is no shift.

import { expect, type Page } from '@playwright/test';
import type { StreamChat } from '../../src/elements/index.js';
import { mixedAnswer } from '../fixtures/mixed-answer.js';
import { answerInFrames, CHAT_PAGE } from './answer-in-frames.js';
import { test } from './server-fixture.js';

/** Asks, and is answered a few characters a frame; what was shifted until all is shown. */
async function answer(page: Page, text: string): Promise<string[]> {
  const element = page.locator('stream-chat');
  await answerInFrames(element, text);
  return element.evaluate(async (chat: StreamChat) => {
    const nextFrame = () => new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const shifts: string[] = [];
    /** Where the last block began, frame by frame: it becomes what it is by what comes, and a table as wide as its cells. */
    const tops: { at: number; top: number }[] = [];
    const noteTop = () => {
      let block = chat.shadowRoot!.querySelector('.growing');
      while (block && /^(?:div|[uo]l|blockquote|section)$/.test(block.localName) && block.lastElementChild) {
        block = block.lastElementChild;
      }
      tops.push({ at: performance.now(), top: block?.getBoundingClientRect().top ?? Infinity });
    };
    type Box = DOMRectReadOnly;
    type Entry = PerformanceEntry & { sources: { previousRect: Box; currentRect: Box }[] };
    const entries: Entry[] = [];
    const observer = new PerformanceObserver((list) => entries.push(...(list.getEntries() as Entry[])));
    observer.observe({ type: 'layout-shift' });
    const sent = chat.send('Go on.');
    while (chat.readyState !== 'idle' || chat.shadowRoot!.querySelector('.growing')) {
      await nextFrame();
      noteTop();
    }
    await sent;
    for (let frames = 0; frames < 5; frames++) await nextFrame();
    entries.push(...(observer.takeRecords() as Entry[]));
    observer.disconnect();
    const edge = chat.shadowRoot!.querySelector('.log')!.getBoundingClientRect().top;
    for (const { startTime, sources } of entries) {
      const before = tops.findLast(({ at }) => at < startTime)?.top ?? Infinity;
      const after = tops.find(({ at }) => at >= startTime)?.top ?? Infinity;
      for (const { previousRect: from, currentRect: to } of sources) {
        const isGrowth = from.y >= before - 1 && to.y >= after - 1;
        // A cell of a table is told of where only its table grew; but of what is cut off at the edge, only what is in view.
        const stays = from.x === to.x && from.y === to.y && from.y > edge + 1;
        if (isGrowth || stays) continue;
        // Of a shadow tree only places are told.
        const [was, is] = [from, to].map(({ x, y, width, height }) => `${x} ${y} ${width} × ${height}`);
        shifts.push(`${was} → ${is}`);
      }
    }
    return shifts;
  });
}

async function open(page: Page, url: string, mode: string): Promise<void> {
  await page.goto(url);
  await page.locator('stream-chat').evaluate((chat: StreamChat, scroll) => chat.setAttribute('scroll', scroll), mode);
  // Loads what renders; an answer that is read when the next one comes.
  await answer(page, mixedAnswer(7, 4000));
}

for (const mode of ['follow', 'anchor', 'manual']) {
  test(`nothing is shifted with scroll="${mode}"`, async ({ page, server }) => {
    server.play({ page: CHAT_PAGE });
    await open(page, server.url, mode);
    expect(await answer(page, mixedAnswer(8, 6000))).toEqual([]);
  });
}

test('nothing is shifted above what a reader went back to', async ({ page, server }) => {
  server.play({ page: CHAT_PAGE });
  await open(page, server.url, 'follow');
  const [shifts] = await Promise.all([answer(page, mixedAnswer(9, 6000)), leave(page)]);
  expect(shifts).toEqual([]);
  await expect(page.locator('stream-chat [part="jump-button"]')).toBeVisible();
});

test('what is shifted is told, of the page and above what a reader went back to', async ({ page, server }) => {
  server.play({ page: CHAT_PAGE });
  await open(page, server.url, 'follow');
  await page.locator('stream-chat').evaluate((chat: StreamChat) => {
    chat.addEventListener('delta', () => (chat.style.paddingTop = '40px'), { once: true });
  });
  expect(await answer(page, 'A few words that are shown in some frames.')).not.toEqual([]);
  const moveContent = async (): Promise<void> => {
    await leave(page);
    await page.locator('stream-chat').evaluate((chat: StreamChat) => {
      const content = chat.shadowRoot!.querySelector<HTMLElement>('.log-content')!;
      Object.assign(content.style, { position: 'relative', top: '20px' });
    });
  };
  const [shifts] = await Promise.all([answer(page, mixedAnswer(9, 3000)), moveContent()]);
  expect(shifts).not.toEqual([]);
});

/** Turns the wheel back once there is something of the answer. */
async function leave(page: Page): Promise<void> {
  await expect(page.locator('stream-chat .growing p').first()).toBeVisible();
  await page.locator('stream-chat [part="log"]').hover();
  await page.mouse.wheel(0, -400);
  await expect(page.locator('stream-chat [part="jump-button"]')).toBeVisible();
}
