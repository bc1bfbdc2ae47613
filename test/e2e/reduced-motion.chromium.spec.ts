// A reader who asked for less motion, by the browser's own setting: what arrives is shown in calm batches, and as soon as
// the setting is taken back in every frame.

import { expect, type Locator } from '@playwright/test';
import type { StreamChat } from '../../src/elements/index.js';
import { answerInFrames, CHAT_PAGE } from './answer-in-frames.js';
import { test } from './server-fixture.js';

const TEXT = 'What arrives is shown in calm batches, not letter by letter. '.repeat(30).trim();

/** Asks; how often what was shown became more, what was shown in the end, and how long that took. */
function ask(chat: Locator): Promise<{ changes: number; shown: string; seconds: number }> {
  return chat.evaluate(async (element: StreamChat) => {
    const nextFrame = () => new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const read = () => element.shadowRoot!.querySelector('.message:last-child .content')?.textContent.trim() ?? '';
    const begin = performance.now();
    const sent = element.send('Go on.');
    let [changes, shown] = [0, ''];
    do {
      await nextFrame();
      const now = element.shadowRoot!.querySelector('.message.assistant:last-child') ? read() : '';
      if (now !== shown) changes++;
      shown = now;
    } while (element.readyState !== 'idle' || element.shadowRoot!.querySelector('.growing'));
    await sent;
    return { changes, shown, seconds: (performance.now() - begin) / 1000 };
  });
}

test('an answer comes in batches while less motion is asked for', async ({ page, server }) => {
  server.play({ page: CHAT_PAGE });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(server.url);
  const chat = page.locator('stream-chat');
  await answerInFrames(chat, TEXT);
  await ask(chat); // what renders is loaded
  const calm = await ask(chat);
  expect(calm.shown).toBe(TEXT);
  // Four a second, the first and the last.
  expect(calm.changes).toBeLessThanOrEqual(calm.seconds * 4 + 2);
  expect(calm.changes).toBeGreaterThan(1);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  const smooth = await ask(chat);
  expect(smooth.shown).toBe(TEXT);
  expect(smooth.changes).toBeGreaterThan(3 * calm.changes);
});
