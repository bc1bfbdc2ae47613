import { expect } from 'chai';
import '../../src/index.js';
import { loadMarkdown } from '../../src/elements/load-markdown.js';
import { addChat, find, findAll, frame, removeAll, until } from '../helpers/page.js';

const fromEnd = (log: HTMLElement) => log.scrollHeight - log.clientHeight - log.scrollTop;

async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) await frame();
}

/** A chat whose answer is longer than its box, and still being written. */
async function addLongChat() {
  const { chat, server } = await addChat();
  chat.style.height = '300px';
  chat.reveal = 'none';
  void chat.send('Hi');
  await until('the request', () => server.requests.length === 1);
  for (let i = 0; i < 30; i++) server.text(`Paragraph ${i}.\n\n`);
  const log = find(chat, '[part="log"]');
  await until('a long answer', () => log.scrollHeight > 900);
  await settle();
  return { chat, server, log };
}

describe('following the end', () => {
  before(async () => void (await loadMarkdown()));
  afterEach(removeAll);

  it('stays at the end while the answer grows', async () => {
    const { server, log } = await addLongChat();
    expect(fromEnd(log)).to.be.lessThan(2);
    for (let i = 0; i < 10; i++) {
      server.text(`More ${i}.\n\n`);
      await frame();
    }
    await settle();
    expect(fromEnd(log)).to.be.lessThan(2);
  });

  it('lets go as soon as the reader scrolls up, by however little', async () => {
    const { chat, server, log } = await addLongChat();
    log.scrollTop -= 5;
    await settle();
    const top = log.scrollTop;
    for (let i = 0; i < 10; i++) {
      server.text(`More ${i}.\n\n`);
      await frame();
    }
    await settle();
    expect(log.scrollTop).to.equal(top);
    expect(findAll(chat, '[part="jump-button"]')).to.have.length(1);
  });

  for (const [wish, event] of [
    ['a turn of the wheel', () => new WheelEvent('wheel', { deltaY: -100 })],
    ['PageUp', () => new KeyboardEvent('keydown', { key: 'PageUp' })],
  ] as const) {
    it(`lets go at ${wish}, before anything has moved`, async () => {
      const { chat, server, log } = await addLongChat();
      log.dispatchEvent(event());
      const top = log.scrollTop;
      server.text('More.\n\nAnd more.\n\n');
      await settle();
      expect(log.scrollTop).to.equal(top);
      expect(findAll(chat, '[part="jump-button"]')).to.have.length(1);
    });
  }

  it('takes up again at the end, and by the jump button', async () => {
    const { chat, server, log } = await addLongChat();
    for (const back of [
      () => (log.scrollTop = log.scrollHeight),
      () => find(chat, '[part="jump-button"]').click(),
      () => chat.scrollToLatest(),
    ]) {
      log.scrollTop -= 200;
      await until('the jump button', () => findAll(chat, '[part="jump-button"]').length === 1);
      back();
      await until('no jump button', () => findAll(chat, '[part="jump-button"]').length === 0);
      server.text('More.\n\nAnd more.\n\n');
      await settle();
      expect(fromEnd(log)).to.be.lessThan(2);
    }
  });

  it('follows again when a new question is asked', async () => {
    const { chat, server, log } = await addLongChat();
    server.finish();
    await until('idle', () => chat.readyState === 'idle');
    await settle();
    log.scrollTop = 0;
    await until('the jump button', () => findAll(chat, '[part="jump-button"]').length === 1);
    void chat.send('Another');
    await settle();
    expect(fromEnd(log)).to.be.lessThan(2);
  });
});
