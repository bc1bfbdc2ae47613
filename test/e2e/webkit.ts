// The demo in WebKitGTK, where Playwright cannot go: the one way through the element that must work in every engine,
// with real key presses and clicks over WebDriver. The steps build on each other, so the first failure ends them.

import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { findEngines } from '../runner/engines.js';
import { WebDriverSession, type ElementReference } from '../runner/webdriver.js';

const DEADLINE_MS = 20_000;
/** Several pieces of an answer at the demo's pace. */
const SETTLE_MS = 500;

describe('stream-chat in WebKitGTK', function () {
  this.bail(true);
  this.timeout(3 * DEADLINE_MS);
  let browser: WebDriverSession;

  before(async () => {
    const { webkit } = findEngines();
    const url = process.env['STREAM_CHAT_DEMO_URL'];
    if (webkit?.drive !== 'webdriver')
      throw new Error('expected WebKitWebDriver, MiniBrowser and Xvfb (runner/engines.ts)');
    if (!url) throw new Error('expected the address of the demo in STREAM_CHAT_DEMO_URL');
    browser = await WebDriverSession.start(webkit);
    await browser.navigate(url);
  });
  after(() => browser?.close());

  /** The first element in the shadow root that matches, or null. */
  const find = (selector: string) =>
    browser.execute<ElementReference | null>(
      `return document.querySelector('stream-chat')?.shadowRoot?.querySelector(arguments[0]) ?? null`,
      selector,
    );
  const answerLength = () =>
    browser.execute<number>(
      `const answers = document.querySelector('stream-chat').shadowRoot.querySelectorAll('[part~="message"][part~="assistant"]');
       return [...answers].at(-1)?.textContent.trim().length ?? 0`,
    );

  it('shows the composer and a Send button', async () => {
    await until('the composer', () => find('textarea[part~="input"]'));
    await until('the Send button', () => find('[part~="send-button"]'));
  });

  it('takes a question from the keyboard and sends it with Enter', async () => {
    const input = await until('the composer', () => find('textarea[part~="input"]'));
    await browser.sendKeys(input, 'Tell me a long story');
    expect(await browser.execute('return arguments[0].value', input)).to.equal('Tell me a long story');
    await browser.sendKeys(input, '\uE007');
    await until('the question in the log', () => find('[part~="message"][part~="user"]'));
    await until('an empty composer', () => browser.execute<boolean>(`return arguments[0].value === ''`, input));
  });

  it('shows the answer growing, with Stop in the place of Send', async () => {
    await until('the Stop button', () => find('[part~="stop-button"]'));
    const first = await until('the first words', answerLength);
    await until('more words', async () => (await answerLength()) > first);
  });

  it('stops at a click on Stop and keeps what was shown', async () => {
    await browser.click(await until('the Stop button', () => find('[part~="stop-button"]')));
    await until('the Send button', () => find('[part~="send-button"]'));
    // What had arrived but was not yet shown comes at once; a piece more of an answer that goes on would come later.
    await sleep(SETTLE_MS);
    const stopped = await answerLength();
    await sleep(SETTLE_MS);
    expect(await answerLength())
      .to.equal(stopped)
      .and.to.be.above(0);
  });
});

/** Polls, because nothing in this protocol can wait. */
async function until<Value>(what: string, look: () => Promise<Value>): Promise<NonNullable<Value>> {
  const end = Date.now() + DEADLINE_MS;
  while (Date.now() < end) {
    const seen = await look();
    if (seen) return seen;
    await sleep(50);
  }
  throw new Error(`waited ${DEADLINE_MS / 1000} s for ${what}`);
}
