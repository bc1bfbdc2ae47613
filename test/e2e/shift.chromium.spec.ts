// What moved under a reader's eyes while an answer arrived, by Chromium's own account (Layout Instability): nothing, wherever
// the log stood. Text that grows at the end moves nothing that was there; what is scrolled is no shift.

import { expect, type Page } from '@playwright/test';
import type { StreamChat } from '../../src/elements/index.js';
import { mixedAnswer } from '../fixtures/mixed-answer.js';
import { answerInFrames, CHAT_PAGE } from './answer-in-frames.js';
import { test } from './server-fixture.js';

/** Asks, and is answered a few characters a frame; what was shifted until all is shown. */
async function answer(page: Page, text: string): Promise<string[]> {
  await answerInFrames(page, text);
  return page.locator('stream-chat').evaluate(async (chat: StreamChat) => {
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
    type Entry = PerformanceEntry & { value: number; sources: { previousRect: Box; currentRect: Box }[] };
    const note = (entries: PerformanceEntry[]) => {
      for (const { startTime, sources } of entries as Entry[]) {
        const before = tops.findLast(({ at }) => at < startTime)?.top ?? Infinity;
        const after = tops.find(({ at }) => at >= startTime)?.top ?? Infinity;
        for (const { previousRect: from, currentRect: to } of sources) {
          const isGrowth = from.y >= before - 1 && to.y >= after - 1;
          // A cell of a table is told of where only its table grew.
          if (isGrowth || (from.x === to.x && from.y === to.y)) continue;
          // What is in a shadow tree is not told.
          const element = chat.shadowRoot!.elementFromPoint(to.x + 1, to.y + 1);
          const words = element?.textContent?.trim().slice(0, 30);
          const [was, is] = [from, to].map(({ x, y, width, height }) => `${x} ${y} ${width} × ${height}`);
          shifts.push(`${element?.localName}.${element?.className} "${words}": ${was} → ${is}`);
        }
      }
    };
    const observer = new PerformanceObserver((list) => note(list.getEntries()));
    observer.observe({ type: 'layout-shift' });
    const sent = chat.send('Go on.');
    while (chat.readyState !== 'idle' || chat.shadowRoot!.querySelector('.growing')) {
      await nextFrame();
      noteTop();
    }
    await sent;
    for (let frames = 0; frames < 5; frames++) await nextFrame();
    note(observer.takeRecords());
    observer.disconnect();
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
  const log = page.locator('stream-chat [part="log"]');
  const before = answer(page, mixedAnswer(9, 6000));
  await expect(page.locator('stream-chat .message:last-child p').first()).toBeVisible();
  await log.hover();
  await page.mouse.wheel(0, -400);
  expect(await before).toEqual([]);
});

test('what a page shifts is told', async ({ page, server }) => {
  server.play({ page: CHAT_PAGE });
  await open(page, server.url, 'follow');
  await page.locator('stream-chat').evaluate((chat: StreamChat) => {
    chat.addEventListener('delta', () => (chat.style.paddingTop = `${1 + Math.random() * 40}px`));
  });
  expect(await answer(page, 'A few words that are shown in some frames.')).not.toEqual([]);
});
