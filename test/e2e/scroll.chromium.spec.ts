// As scroll.spec.ts, by what only Chromium lets a test do: a real finger, and the handle of a real scroll bar.

import { chromium, expect, test, type Browser, type CDPSession, type Page } from '@playwright/test';
import { findEngines } from '../runner/engines.js';
import { fromEnd, grow, jump, log, openLongChat, resting, staysUntilTheButton } from './long-chat.js';

let browser: Browser;

test.beforeAll(async () => {
  const engine = findEngines().chromium;
  if (engine?.drive !== 'playwright') throw new Error('expected Chromium to be here');
  // Playwright hides them.
  browser = await chromium.launch({ ...engine.launchOptions, ignoreDefaultArgs: ['--hide-scrollbars'] });
});

test.afterAll(() => browser.close());

async function open(options: { hasTouch?: boolean } = {}, use: (page: Page, client: CDPSession) => Promise<void>) {
  const context = await browser.newContext({ baseURL: process.env['STREAM_CHAT_DEMO_URL'], ...options });
  const page = await context.newPage();
  await openLongChat(page);
  await use(page, await context.newCDPSession(page));
  await context.close();
}

/** A finger upon the log, moved by so many pixels a step; it stays there. */
async function drag(page: Page, client: CDPSession, by: number, steps: number): Promise<() => Promise<void>> {
  const box = (await log(page).boundingBox())!;
  const x = box.x + box.width / 2;
  let y = box.y + box.height / 2 - (by * steps) / 2;
  const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd') => {
    const touchPoints = type === 'touchEnd' ? [] : [{ x, y }];
    await client.send('Input.dispatchTouchEvent', { type, touchPoints });
  };
  await touch('touchStart');
  for (let step = 0; step < steps; step++) {
    y += by;
    await touch('touchMove');
    await page.waitForTimeout(16);
  }
  // Held still, so that it does not fling.
  for (let step = 0; step < 10; step++) {
    await touch('touchMove');
    await page.waitForTimeout(16);
  }
  return () => touch('touchEnd');
}

test('a finger takes the reader away from the end, and nothing takes them back but the button', async () => {
  await open({ hasTouch: true }, async (page, client) => {
    const lift = await drag(page, client, 20, 15);
    await lift();
    expect(await fromEnd(page)).toBeGreaterThan(100);
    await staysUntilTheButton(page);
  });
});

test('under a finger nothing moves, not even at the end', async () => {
  await open({ hasTouch: true }, async (page, client) => {
    const lift = await drag(page, client, 0, 1);
    const top = await resting(page);
    await grow(page, 10);
    expect(await resting(page)).toBe(top);
    await lift();
    await grow(page, 5);
    await expect.poll(() => fromEnd(page)).toBeLessThan(2);
  });
});

test('a finger that comes back to the end follows it again', async () => {
  await open({ hasTouch: true }, async (page, client) => {
    await (
      await drag(page, client, 20, 15)
    )();
    await grow(page, 5);
    await expect(jump(page)).toHaveCount(1);
    for (let times = 0; times < 6 && (await fromEnd(page)) > 1; times++) await (await drag(page, client, -25, 15))();
    expect(await fromEnd(page)).toBeLessThan(2);
    await grow(page, 5);
    await expect.poll(() => fromEnd(page)).toBeLessThan(2);
    await expect(jump(page)).toHaveCount(0);
  });
});

test('the scroll bar takes the reader away from the end, and nothing moves while it is held', async () => {
  await open({}, async (page) => {
    const { x, top, height } = await log(page).evaluate((element) => {
      const box = element.getBoundingClientRect();
      const bar = (element as HTMLElement).offsetWidth - element.clientWidth;
      if (bar < 5) throw new Error(`expected a scroll bar, got ${bar} px`);
      return { x: box.left + element.clientLeft + element.clientWidth + bar / 2, top: box.top, height: box.height };
    });
    // At the end the handle is at the bottom.
    await page.mouse.move(x, top + height - 30);
    await page.mouse.down();
    await page.mouse.move(x, top + height / 2, { steps: 5 });
    const held = await resting(page);
    expect(await fromEnd(page)).toBeGreaterThan(100);
    await grow(page, 10);
    expect(Math.abs((await resting(page)) - held)).toBeLessThan(2);
    await page.mouse.up();
    await staysUntilTheButton(page);
  });
});
