// What happens in a frame while an answer arrives, by Chromium's own trace of the built element: nothing is laid out but
// once, behind all that was written, and all of that is written in one callback.

import { expect, type Locator, type Page } from '@playwright/test';
import type { StreamChat } from '../../src/elements/index.js';
import { forcedLayouts, traceMainThread, type ForcedLayout, type Step } from '../helpers/trace.js';
import { answerInFrames, CHAT_PAGE } from './answer-in-frames.js';
import type { FaultServer } from './fault-server.js';
import { test } from './server-fixture.js';

const WORDS =
  'Each frame is laid out once, behind *all* that was **written** in it, whatever `kind` of text that was. ';
const lines = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join('\n');

/** Behind the first it may be cut off at any time, and each is long enough for what is done only with long ones. */
const ANSWERS: Readonly<Record<string, string>> = {
  prose: `# A heading\n\n${WORDS.repeat(8)}\n\nA heading\n===\n\n${WORDS.repeat(8)}\n\n---\n\n*_not* emphasis_ [a link](/a)`,
  list: `${lines(90, (at) => `- ${WORDS.slice(0, 20 + at)}`)}\n\n1. a\n   - b\n\n2. loose now\n`,
  table: `| a | b | c |\n|:--|:-:|--:|\n${lines(50, (at) => `| ${at} | ${WORDS.slice(0, 10 + at)} | \`c\` |`)}`,
  code: `\`\`\`js\n${lines(100, (at) => `const value_${at} = 'text' + ${at}; // a comment`)}\n\`\`\`\n\n${WORDS}`,
  quote: `> ${WORDS.repeat(3)}\n>\n> > ${WORDS.repeat(3)}\n\n> [!NOTE]\n> ${WORDS}`,
  'a paragraph over 6 kB': WORDS.repeat(65),
  'what changes its past': `A note[^1], a [late][label].\n\n<details>\n<summary>More</summary>\n\n${WORDS}\n\n</details>\n\n[^1]: ${WORDS}\n\n[label]: /b\n\na | b\n--|--\nc | d`,
};

/** Of the table, so many are measured before the widths of its columns are kept (table-columns.ts). */
const MANY_ROWS = `| a | b |\n|---|---|\n${lines(120, (at) => `| ${at} | ${WORDS.slice(0, 10 + (at % 40))} |`)}`;

async function open(page: Page, server: FaultServer): Promise<Locator> {
  server.play({ page: CHAT_PAGE });
  await page.goto(server.url);
  const chat = page.locator('stream-chat');
  await prepare(chat);
  return chat;
}

/** Loads what renders, with the languages of code; and what is selected is known from then on. */
async function prepare(chat: Locator): Promise<void> {
  await answer(chat, '*Here* is\n\n```js\nlet it = 1;\n```\n');
  await expect(chat.locator('.token-keyword').first()).toBeAttached();
}

/** Asks, and is answered a few characters a frame; until all is shown. Each change of the DOM leaves a mark in the trace. */
async function answer(element: Locator, text: string): Promise<void> {
  await answerInFrames(element, text);
  await element.evaluate(async (chat: StreamChat) => {
    const nextFrame = () => new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const observer = new MutationObserver(() => performance.mark(`written while ${chat.readyState} ${chat.id}`.trim()));
    observer.observe(chat.shadowRoot!, { subtree: true, childList: true, characterData: true, attributes: true });
    await chat.send('Go on.');
    const message = () => chat.shadowRoot!.querySelector('.message:last-child')!;
    while (message().querySelector('.growing')) await nextFrame();
    observer.disconnect();
  });
}

/** The callbacks that changed the DOM, frame by frame. */
function writers(steps: readonly Step[]): Step[][] {
  const frames = new Map<Step, Set<Step>>();
  for (const { name, around } of steps) {
    const frame = around.find((outer) => outer.name === 'PageAnimator::serviceScriptedAnimations');
    const callback = around.find((outer) => outer.name === 'FireAnimationFrame');
    if (!name.startsWith('written') || !frame || !callback) continue;
    frames.set(frame, (frames.get(frame) ?? new Set()).add(callback));
  }
  return [...frames.values()].map((callbacks) => [...callbacks]);
}

/** Written outside of frames, from when there is something of the answer. */
function writtenElsewhere(steps: readonly Step[]): string[] {
  const isInFrame = ({ around }: Step) => around.some(({ name }) => name === 'FireAnimationFrame');
  const written = steps.filter(({ name }) => /^written while (streaming|idle)/.test(name));
  return written.filter((step) => !isInFrame(step)).map(({ name, around }) => `${name}: ${around.at(-1)?.name}`);
}

/**
 * Where the log has scrolled, the element asks how far (log-scroll.ts). Scroll events come before anything is written, so
 * nothing is laid out for that; but something that moves by itself, as what has just appeared does, is styled once more.
 */
function isScrolled({ what, inside }: ForcedLayout): boolean {
  return what === 'style' && inside === 'EventDispatch scroll';
}

function expectOneCallback(steps: readonly Step[], text: string, isUsual = isScrolled): void {
  expect(forcedLayouts(steps).filter((forced) => !isUsual(forced))).toEqual([]);
  const frames = writers(steps);
  expect(frames.length).toBeGreaterThan(text.length / 100);
  expect(frames.filter(({ length }) => length > 1)).toEqual([]);
  expect(writtenElsewhere(steps)).toEqual([]);
}

for (const [what, text] of Object.entries(ANSWERS)) {
  test(`no layout is forced, and all of a frame is written in one callback: ${what}`, async ({ page, server }) => {
    const chat = await open(page, server);
    const steps = await traceMainThread(page, () => answer(chat, text));
    expectOneCallback(steps, text);
  });
}

for (const mode of ['anchor', 'manual']) {
  test(`nor is a layout forced with scroll="${mode}"${mode === 'anchor' ? ', but to bring the question up' : ''}`, async ({
    page,
    server,
  }) => {
    const chat = await open(page, server);
    await answer(chat, ANSWERS['prose']!);
    await chat.evaluate((element, scroll) => element.setAttribute('scroll', scroll), mode);
    const steps = await traceMainThread(page, () => answer(chat, ANSWERS['list']!));
    const brought = new Set(mode === 'anchor' ? ['style', 'layout'] : []);
    const isUsual = (forced: ForcedLayout) => isScrolled(forced) || brought.delete(forced.what);
    expect(forcedLayouts(steps).filter((forced) => !isUsual(forced))).toEqual([]);
  });
}

test('two chats that are answered at once write in one callback', async ({ page, server }) => {
  const twins = CHAT_PAGE.replace(/<stream-chat .*<\/stream-chat>/, (chat) =>
    ['one', 'two'].map((id) => chat.replace(' ', ` id="${id}" `)).join(''),
  );
  server.play({ page: twins });
  await page.goto(server.url);
  const chats = ['#one', '#two'].map((id) => page.locator(id));
  for (const chat of chats) await prepare(chat);
  const text = ANSWERS['prose']!;
  const steps = await traceMainThread(page, async () => {
    await Promise.all(chats.map((chat) => answer(chat, text)));
  });
  // One scrolls while the question of the other is put in, which is not done in a frame.
  expectOneCallback(steps, text, ({ inside }) => inside === 'EventDispatch scroll');
  const written = new Map<Step | undefined, Set<string>>();
  for (const { name, around } of steps.filter((step) => step.name.startsWith('written while streaming'))) {
    const callback = around.find((outer) => outer.name === 'FireAnimationFrame');
    written.set(callback, (written.get(callback) ?? new Set()).add(name));
  }
  const inBoth = [...written.values()].filter(({ size }) => size === 2);
  expect(inBoth.length).toBeGreaterThan(text.length / 200);
});

// Which are measured without the rows behind them, so that these rows are taken out and put in again. A frame later, they
// would be seen missing.
test('of a table of many rows the columns are measured, once', async ({ page, server }) => {
  const chat = await open(page, server);
  const steps = await traceMainThread(page, () => answer(chat, MANY_ROWS));
  const forced = forcedLayouts(steps).filter((one) => !isScrolled(one));
  expect(forced.filter(({ what }) => what === 'layout')).toHaveLength(1);
  expect(new Set(forced.map(({ stack }) => stack)).size).toBe(1);
});

test('what a page does in a frame is told apart', async ({ page, server }) => {
  const chat = await open(page, server);
  await chat.evaluate((element: StreamChat) => {
    const root = element.shadowRoot!;
    const measure = (): void => void root.querySelector<HTMLElement>('.log')!.offsetHeight;
    new MutationObserver(measure).observe(root.querySelector('.log-content')!, { subtree: true, characterData: true });
    element.addEventListener('delta', () => {
      requestAnimationFrame(() => root.append(''));
      setTimeout(() => root.append(''));
    });
  });
  const steps = await traceMainThread(page, () => answer(chat, WORDS.repeat(5)));
  expect(forcedLayouts(steps).filter(({ what }) => what === 'layout')).not.toEqual([]);
  expect(writers(steps).filter(({ length }) => length > 1)).not.toEqual([]);
  expect(writtenElsewhere(steps)).not.toEqual([]);
});
