import { expect, test, type Page } from '@playwright/test';

const composer = (page: Page) => page.locator('stream-chat [part="input"]');
const answer = (page: Page) => page.locator('stream-chat [part~="message"][part~="assistant"]').last();
const button = (page: Page) => page.locator('stream-chat button.send');
const idle = (page: Page) => expect(button(page)).toHaveAttribute('part', 'send-button', { timeout: 20_000 });

test('a newcomer asks, and reads an answer that streams in as Markdown', async ({ page }) => {
  await page.goto('/');
  await composer(page).fill('How do I keep my API key off the page?');
  await page.keyboard.press('Enter');
  await expect(page.locator('stream-chat [part~="message"][part~="user"]')).toContainText('API key');
  await expect(button(page)).toHaveAttribute('part', 'stop-button');
  await expect(answer(page).locator('p').first()).not.toBeEmpty();
  const early = (await answer(page).innerText()).length;
  await expect.poll(async () => (await answer(page).innerText()).length).toBeGreaterThan(early);
  await idle(page);
  await expect(answer(page).locator('[part~="code-block"]').first()).toBeVisible();
  await expect(answer(page)).toContainText('Servers');
});

test('Stop stops it, keeps what has arrived, and the next question can be asked', async ({ page }) => {
  await page.goto('/');
  await composer(page).fill('How do I theme it?');
  await page.keyboard.press('Enter');
  await expect(answer(page).locator('p').first()).not.toBeEmpty();
  await button(page).click();
  await idle(page);
  await expect(answer(page)).toContainText('Stopped.');
  await expect(composer(page)).toBeFocused();
  await page.keyboard.type('And in dark?');
  await page.keyboard.press('Enter');
  await expect(page.locator('stream-chat [part~="message"][part~="user"]')).toHaveCount(2);
  await page.keyboard.press('Escape');
  await idle(page);
});

test('everything can be reached and used by keyboard', async ({ page }) => {
  await page.goto('/');
  await composer(page).focus();
  await page.keyboard.type('first line');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('second line');
  await expect(composer(page)).toHaveValue('first line\nsecond line');
  await page.keyboard.press('Tab');
  await expect(button(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(answer(page)).not.toBeEmpty();
  await idle(page);
  await composer(page).focus();
  // Backwards from the composer: the actions of the answer, which are there when its last words are.
  const lastAction = page.locator('stream-chat [part="action"]').last();
  await expect(lastAction).toBeVisible();
  await page.keyboard.press('Shift+Tab');
  await expect(lastAction).toBeFocused();
});

test('follows the end, lets the reader go, and leads back', async ({ page }) => {
  await page.goto('/');
  await composer(page).fill('How do I keep my API key off the page?');
  await page.keyboard.press('Enter');
  const log = page.locator('stream-chat [part="log"]');
  // As it was painted: within a frame the text may have grown and the log not yet followed.
  const fromEnd = () =>
    log.evaluate(
      (element) =>
        new Promise<number>((resolve) => {
          const observer = new ResizeObserver(() => {
            observer.disconnect();
            resolve(element.scrollHeight - element.clientHeight - element.scrollTop);
          });
          observer.observe(element);
        }),
    );
  await expect.poll(() => log.evaluate((element) => element.scrollHeight - element.clientHeight)).toBeGreaterThan(200);
  expect(await fromEnd()).toBeLessThan(4);
  await log.hover();
  await page.mouse.wheel(0, -150);
  await expect(page.locator('stream-chat [part="jump-button"]')).toBeVisible();
  // A wheel's movement goes on for some frames: where it ends is where the log has to stay.
  let top = NaN;
  await expect
    .poll(async () => top === (top = await log.evaluate((element) => element.scrollTop)), { intervals: [200] })
    .toBe(true);
  await page.waitForTimeout(400);
  expect(await log.evaluate((element) => element.scrollTop)).toBe(top);
  await page.locator('stream-chat [part="jump-button"]').click();
  await expect.poll(fromEnd).toBeLessThan(4);
});

test('works at 320 px without scrolling sideways', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 568 });
  await page.goto('/');
  await composer(page).fill('How do I theme it?');
  await page.keyboard.press('Enter');
  await expect(answer(page).locator('p').first()).not.toBeEmpty();
  await idle(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  const log = page.locator('stream-chat [part="log"]');
  expect(await log.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
});

test('what a page has put into the slots leaves the conversation its place where it is zoomed to four times its size', async ({
  page,
}) => {
  await page.setViewportSize({ width: 320, height: 256 });
  await page.goto('/');
  await page.locator('stream-chat').evaluate((chat) => {
    for (const [name, slot, text] of [
      ['h2', 'header', 'Ask the archive'],
      ['p', 'footer', 'Answers may be wrong. Check what matters.'],
    ] as const) {
      chat.append(Object.assign(document.createElement(name), { slot, textContent: text }));
    }
  });
  const heightOf = (part: string) =>
    page.locator(`stream-chat [part="${part}"]`).evaluate((element) => element.getBoundingClientRect().height);
  await expect.poll(() => heightOf('log')).toBeGreaterThan(90);
  await composer(page).fill('A draft');
  await page.locator('stream-chat [slot="footer"]').scrollIntoViewIfNeeded();
  await expect(page.locator('stream-chat [slot="footer"]')).toBeInViewport();
});

/** [name of the button, address, word on why the reply ended] */
const FORMATS: [string, string, string][] = [
  ['Chat Completions', '/v1/chat/completions', 'stop'],
  ['Anthropic Messages', '/v1/messages', 'end_turn'],
  ['OpenAI Responses', '/v1/responses', 'completed'],
  ['Ollama', '/api/chat', 'stop'],
];
for (const [name, address, lastWord] of FORMATS) {
  test(`answers in the format ${name}, and asks once for all it needs`, async ({ page }) => {
    const files: string[] = [];
    page.on('request', (request) => void files.push(new URL(request.url()).pathname));
    await page.goto('/formats.html');
    await page.getByRole('button', { name }).click();
    await expect(answer(page).locator('table')).toBeVisible();
    await idle(page);
    await expect(page.locator('output')).toContainText(`${address} was sent`);
    await expect(page.locator('output')).toContainText(`“${lastWord}”`);
    expect(files.filter((file) => file === address)).toHaveLength(1);
    expect(files.filter((file) => file.endsWith('.formats.js')).length).toBeLessThanOrEqual(1);
  });
}

test('says so where the file of the other formats does not come, and goes on when it does', async ({ page }) => {
  let isThere = false;
  const asked: string[] = [];
  page.on('request', (request) => void (request.url().includes('/v1/') && asked.push(request.url())));
  await page.route(/stream-chat\.formats\.js/, (route) => (isThere ? route.continue() : route.abort()));
  await page.goto('/formats.html');
  await page.getByRole('button', { name: 'Anthropic' }).click();
  await expect(answer(page)).toContainText('could not be loaded');
  await expect(answer(page)).toContainText('stream-chat.formats.js');
  // Not asked in a format that is not there, and no answer thrown away.
  expect(asked).toEqual([]);
  isThere = true;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(answer(page).locator('table')).toBeVisible();
});

for (const path of [
  '/',
  '/formats.html',
  '/recordings.html',
  '/docs-corner.html',
  '/themes.html',
  '/markdown.html',
  '/errors.html',
]) {
  test(`the demo page ${path} loads without an error, and asks nobody else for anything`, async ({ page, baseURL }) => {
    const wrong: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && wrong.push(message.text())));
    page.on('pageerror', (error) => void wrong.push(String(error)));
    page.on('request', (request) => void (request.url().startsWith(baseURL!) || wrong.push(request.url())));
    await page.goto(path);
    await expect(page.locator('stream-chat, stream-markdown').first()).toBeVisible();
    await page.waitForTimeout(300);
    expect(wrong).toEqual([]);
  });
}

test('whoever follows a guide by keys goes on from there', async ({ page }) => {
  await page.goto('/docs-corner.html');
  const guides = page.getByRole('navigation', { name: 'Guides' }).getByRole('link');
  await guides.nth(1).focus();
  await page.keyboard.press('Enter');
  await expect(guides.nth(1)).toHaveAttribute('aria-current', 'page');
  await expect(guides.nth(1)).toBeFocused();
  await page.locator('article a[href*="md"], article a[href*="guide="]').first().focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('article h1')).toBeFocused();
});
