// What stays in memory: of an answer that is gone nothing, however many there were; and nothing comes to it while a long
// conversation just stands there.

import { expect, type CDPSession, type Page } from '@playwright/test';
import type { StreamChat } from '../../src/elements/index.js';
import type { Message } from '../../src/model/index.js';
import { mixedAnswer } from '../fixtures/mixed-answer.js';
import { answerInFrames, CHAT_PAGE } from './answer-in-frames.js';
import { test } from './server-fixture.js';

const MESSAGES = 300;
/** What is made once, such as templates and languages, is made by the third. */
const ROUNDS = { first: 3, last: 8 };
/** What the engine keeps of code that has run more often. */
const SLACK_KB = 500;
/** An answer has some hundred. */
const SLACK_NODES = 10;

interface Memory {
  nodes: number;
  listeners: number;
  heapKb: number;
}

async function memoryOf(page: Page, session: CDPSession): Promise<Memory> {
  // What is observed or animated is let go in a frame or two.
  await page.evaluate(async () => {
    for (let frames = 0; frames < 5; frames++) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
  await session.send('HeapProfiler.collectGarbage');
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return { nodes, listeners: jsEventListeners, heapKb: usedSize / 1000 };
}

/** Puts the conversation there that there was before, all of it. */
async function restore(page: Page): Promise<void> {
  await page.locator('stream-chat').evaluate(async (chat: StreamChat, count) => {
    const state = globalThis as unknown as { messages?: readonly Message[] };
    state.messages ??= Array.from({ length: count }, (_, index): Message => {
      const isQuestion = index % 2 === 0;
      const text = isQuestion
        ? `Question ${index}?`
        : `Answer **${index}**.\n\n- one\n- two\n\n\`\`\`js\nlet x = 1;\n\`\`\``;
      const role = isQuestion ? 'user' : 'assistant';
      return { id: `m${index}`, role, status: 'complete', createdAt: 0, parts: [{ type: 'text', text }] };
    });
    chat.messages = state.messages;
    const last = () => chat.shadowRoot!.querySelector(`[data-id="m${count - 1}"]`);
    while (chat.shadowRoot!.querySelectorAll('article').length !== count || !last()) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }, MESSAGES);
}

async function ask(page: Page): Promise<void> {
  await page.locator('stream-chat').evaluate(async (chat: StreamChat) => {
    await chat.send('Go on.');
    while (chat.shadowRoot!.querySelector('.growing')) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
}

test('of answers that are gone nothing stays, and a conversation that stands there takes no more', async ({
  page,
  server,
}) => {
  server.play({ page: CHAT_PAGE });
  await page.goto(server.url);
  const session = await page.context().newCDPSession(page);
  await answerInFrames(page.locator('stream-chat'), mixedAnswer(5, 1500));
  const rounds: Memory[] = [];
  for (let round = 1; round <= ROUNDS.last; round++) {
    await ask(page);
    await restore(page);
    rounds.push(await memoryOf(page, session));
  }
  const [first, last] = [rounds[ROUNDS.first - 1]!, rounds[ROUNDS.last - 1]!];
  expect(last.nodes).toBeLessThan(first.nodes + SLACK_NODES);
  expect(last.listeners).toBeLessThanOrEqual(first.listeners);
  expect(last.heapKb).toBeLessThan(first.heapKb + SLACK_KB);
  await page.waitForTimeout(1000);
  const after = await memoryOf(page, session);
  expect(after.nodes).toBeLessThan(last.nodes + SLACK_NODES);
  expect(after.heapKb).toBeLessThan(last.heapKb + SLACK_KB);
});
