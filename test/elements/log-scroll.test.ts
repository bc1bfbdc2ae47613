import { expect } from 'chai';
import '../../src/index.js';
import type { StreamChat } from '../../src/elements/index.js';
import { loadMarkdown } from '../../src/elements/load-markdown.js';
import type { FakeEndpoint } from '../helpers/fake-endpoint.js';
import { addChat, find, findAll, frame, removeAll, until } from '../helpers/page.js';

/** Says more, and waits until it is there. */
async function sayMore(server: FakeEndpoint, log: Element): Promise<void> {
  const before = log.textContent.split('And more.').length;
  server.text('More.\n\nAnd more.\n\n');
  await until('more', () => log.textContent.split('And more.').length > before);
}

const fromEnd = (log: HTMLElement) => log.scrollHeight - log.clientHeight - log.scrollTop;

async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) await frame();
}

/** A chat whose answer is longer than its box, and still being written. */
async function addLongChat(attributes: Record<string, string> = {}) {
  const { chat, server } = await addChat(attributes);
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
    ['Shift and the space bar', () => new KeyboardEvent('keydown', { key: ' ', shiftKey: true })],
  ] as const) {
    it(`lets go at ${wish}, before anything has moved`, async () => {
      const { chat, server, log } = await addLongChat();
      log.dispatchEvent(event());
      const top = log.scrollTop;
      await sayMore(server, log);
      await settle();
      expect(log.scrollTop).to.equal(top);
      expect(findAll(chat, '[part="jump-button"]')).to.have.length(1);
    });
  }

  it('does not let go at a turn of the wheel that zooms, or goes to a side', async () => {
    const { server, log } = await addLongChat();
    log.dispatchEvent(new WheelEvent('wheel', { deltaY: -100, ctrlKey: true }));
    log.dispatchEvent(new WheelEvent('wheel', { deltaY: -100, shiftKey: true }));
    log.dispatchEvent(new WheelEvent('wheel', { deltaY: -10, deltaX: -40 }));
    await sayMore(server, log);
    await settle();
    expect(fromEnd(log)).to.be.lessThan(2);
  });

  for (const [what, down, up] of [
    ['a button is', 'pointerdown', 'pointerup'],
    ['a finger is', 'touchstart', 'touchend'],
  ] as const) {
    it(`moves nothing while ${what} down on the text, and goes on behind it`, async () => {
      const { server, log } = await addLongChat();
      const top = log.scrollTop;
      const paragraph = log.querySelector('p')!;
      paragraph.dispatchEvent(new PointerEvent(down, { bubbles: true }));
      await sayMore(server, log);
      await settle();
      expect(log.scrollTop).to.equal(top);
      // What a finger came down on may be gone when it leaves.
      if (down === 'touchstart') paragraph.remove();
      paragraph.dispatchEvent(new PointerEvent(up, { bubbles: true }));
      expect(fromEnd(log)).to.be.lessThan(2);
    });
  }

  it('does not wait for the release of a button that opens a menu', async () => {
    const { server, log } = await addLongChat();
    log.querySelector('p')!.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 2 }));
    await sayMore(server, log);
    await settle();
    expect(fromEnd(log)).to.be.lessThan(2);
  });

  it('lets go where the button came up on a selection', async () => {
    const { chat, server, log } = await addLongChat();
    const top = log.scrollTop;
    const paragraph = [...log.querySelectorAll('p')].at(-2)!;
    paragraph.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
    getSelection()!.setBaseAndExtent(paragraph.firstChild!, 0, paragraph.firstChild!, 5);
    paragraph.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }));
    await sayMore(server, log);
    await until('the jump button', () => findAll(chat, '[part="jump-button"]')[0]);
    getSelection()!.removeAllRanges();
    expect(log.scrollTop).to.equal(top);
  });

  it('goes on where a finger taps while something else is selected', async () => {
    const { server, log } = await addLongChat();
    const words = document.createElement('p');
    words.textContent = 'Some words of the page';
    document.body.append(words);
    try {
      getSelection()!.selectAllChildren(words);
      const paragraph = [...log.querySelectorAll('p')].at(-2)!;
      for (const type of ['touchstart', 'touchend']) paragraph.dispatchEvent(new Event(type, { bubbles: true }));
      await sayMore(server, log);
      await settle();
      expect(fromEnd(log)).to.be.lessThan(2);
    } finally {
      getSelection()!.removeAllRanges();
      words.remove();
    }
  });

  it('lets go where the button came up on a selection in an answer that still fits', async () => {
    const { chat, server } = await addChat();
    chat.style.height = '300px';
    chat.reveal = 'none';
    void chat.send('Hi');
    await until('the request', () => server.requests.length === 1);
    server.text('Some words.\n\n');
    const log = find(chat, '[part="log"]');
    const paragraph = await until('the words', () => log.querySelector('p'));
    paragraph.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
    getSelection()!.setBaseAndExtent(paragraph.firstChild!, 0, paragraph.firstChild!, 4);
    paragraph.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }));
    for (let i = 0; i < 30; i++) server.text(`Paragraph ${i}.\n\n`);
    await until('a long answer', () => log.scrollHeight > 900);
    await settle();
    getSelection()!.removeAllRanges();
    expect(log.scrollTop).to.equal(0);
  });

  it('lets go where the reader opens something, which grows from there', async () => {
    const { chat, server, log } = await addLongChat();
    server.text('~~~\na line\n~~~\n\nEnd.\n\n');
    const wrap = await until('code', () => log.querySelector<HTMLElement>('.wrap-button'));
    await settle();
    const top = log.scrollTop;
    wrap.click();
    log.querySelector<HTMLElement>('pre')!.style.minHeight = '200px';
    server.text('More.\n\n');
    await until('the jump button', () => findAll(chat, '[part="jump-button"]')[0]);
    expect(log.scrollTop).to.equal(top);
  });

  it('goes on where the reader closes what they opened', async () => {
    const { server, log } = await addLongChat();
    server.text('~~~\na line\n~~~\n\n<details><summary>More</summary>\n\nof it\n\n</details>\n\nEnd.\n\n');
    const openers = await until('openers', () => {
      const found = [...log.querySelectorAll<HTMLElement>('.wrap-button, summary')];
      return found.length === 2 && found;
    });
    for (const opener of openers) {
      await settle();
      const top = log.scrollTop;
      opener.click();
      await sayMore(server, log);
      await settle();
      expect(log.scrollTop).to.equal(top);
      log.scrollTop = log.scrollHeight;
      await settle();
      opener.click();
      await settle();
      await sayMore(server, log);
      await settle();
      expect(fromEnd(log)).to.be.lessThan(2);
    }
  });

  it('goes on where nothing is left below what the reader closes', async () => {
    const { chat, server, log } = await addLongChat();
    server.text('<details><summary>More</summary>\n\nof it\n\nand of it\n\n</details>');
    const summary = await until('details', () => log.querySelector<HTMLElement>('summary'));
    await settle();
    summary.click();
    await until('the jump button', () => findAll(chat, '[part="jump-button"]').length === 1);
    summary.click();
    await until('no jump button', () => findAll(chat, '[part="jump-button"]').length === 0);
    server.text('\n\nMore.\n\nAnd more.\n\n');
    await settle();
    expect(fromEnd(log)).to.be.lessThan(2);
  });

  it('takes up again at the end, and by the jump button', async () => {
    const { chat, server, log } = await addLongChat();
    for (const back of [
      () => (log.scrollTop = log.scrollHeight),
      () => find(chat, '[part="jump-button"]').click(),
      () => chat.scrollToLatest(),
    ]) {
      log.scrollTop -= 200;
      await until('the jump button', () => findAll(chat, '[part="jump-button"]').length === 1);
      expect(chat.matches(':state(at-end)')).to.equal(false);
      back();
      await until('no jump button', () => findAll(chat, '[part="jump-button"]').length === 0);
      expect(chat.matches(':state(at-end)')).to.equal(true);
      await sayMore(server, log);
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

describe('the reading position', () => {
  before(async () => void (await loadMarkdown()));
  afterEach(removeAll);

  for (const mode of ['follow', 'anchor', 'manual'] as const) {
    it(`stays where what stands above it grows and shrinks, with scroll="${mode}"`, async () => {
      const { chat, log } = await addLongChat();
      chat.scrollMode = mode;
      log.scrollTop = 300;
      await settle();
      const read = [...log.querySelectorAll('p')].find(
        (paragraph) => paragraph.getBoundingClientRect().top >= log.getBoundingClientRect().top,
      )!;
      const { top } = read.getBoundingClientRect();
      const above = find(chat, '.message.user');
      for (const height of ['500px', '100px', '']) {
        above.style.minHeight = height;
        await settle();
        expect(read.getBoundingClientRect().top).to.be.closeTo(top, 1);
      }
    });
  }

  for (const mode of ['follow', 'manual'] as const) {
    it(`stays in the middle when scroll="${mode}" is set`, async () => {
      const other = mode === 'manual' ? 'follow' : 'manual';
      const { chat, server, log } = await addLongChat({ scroll: other });
      // Noted once, and followed again since.
      log.scrollTop = 300;
      await settle();
      chat.scrollToLatest();
      for (let i = 0; i < 20; i++) await sayMore(server, log);
      await settle();
      if (mode === 'follow') {
        log.scrollTop = log.scrollHeight - log.clientHeight - 200;
        await settle();
      }
      const { scrollTop } = log;
      chat.scrollMode = mode;
      await sayMore(server, log);
      await settle();
      expect(log.scrollTop).to.equal(scrollTop);
      // And is held there.
      find(chat, '.message.user').style.minHeight = '500px';
      await settle();
      expect(log.scrollTop).to.be.above(scrollTop + 300);
    });
  }

  it('is held where the reader came down to, with scroll="manual"', async () => {
    const { chat, log } = await addLongChat({ scroll: 'manual' });
    log.scrollTop = 300;
    await settle();
    const read = log.querySelectorAll('p')[15]!;
    const { top } = read.getBoundingClientRect();
    find(chat, '.message.user').style.minHeight = '500px';
    await settle();
    expect(read.getBoundingClientRect().top).to.be.closeTo(top, 1);
  });

  it('is held also where the top of the log is above that of the window, and in what is rendered anew', async () => {
    const { chat, log } = await addLongChat();
    chat.style.marginTop = '-200px';
    log.scrollTop = 300;
    await settle();
    const article = find(chat, '.message.assistant');
    const before = log.querySelectorAll('.group')[0]!;
    const empty = before.cloneNode() as Element;
    before.before(empty);
    log.scrollTop = 320;
    await settle();
    const { top } = article.getBoundingClientRect();
    for (const paragraph of article.querySelectorAll('p')) paragraph.replaceWith(paragraph.cloneNode(true));
    find(chat, '.message.user').style.minHeight = '500px';
    await settle();
    expect(article.getBoundingClientRect().top).to.be.closeTo(top, 1);
  });

  it('is the end of another conversation, and stays where one only goes on', async () => {
    const { chat, server, log } = await addLongChat();
    server.finish();
    await until('idle', () => chat.readyState === 'idle');
    await settle();
    log.scrollTop = 100;
    await settle();
    chat.messages = [...chat.messages, { ...chat.messages[1]!, id: 'more' }];
    await settle();
    expect(log.scrollTop).to.equal(100);
    chat.messages = [{ ...chat.messages[0]!, id: 'earlier' }, ...chat.messages];
    await settle();
    expect(fromEnd(log)).to.be.greaterThan(200);
    chat.messages = chat.messages.map((message) => ({ ...message, id: `other ${message.id}` }));
    await settle();
    expect(fromEnd(log)).to.be.lessThan(2);
  });

  it('is the end of another conversation that begins with the same instructions', async () => {
    const { chat, server, log } = await addLongChat();
    server.finish();
    await until('idle', () => chat.readyState === 'idle');
    const instructions = { ...chat.messages[0]!, id: 'system', role: 'system' as const };
    const first = [instructions, ...chat.messages];
    chat.messages = first;
    await settle();
    log.scrollTop = 100;
    await settle();
    chat.messages = first.map((message) =>
      message === instructions ? message : { ...message, id: `b ${message.id}` },
    );
    await settle();
    expect(fromEnd(log)).to.be.lessThan(2);
  });

  it('is the end of a conversation that takes the place of another, message by message', async () => {
    const { chat, server, log } = await addLongChat();
    server.finish();
    await until('idle', () => chat.readyState === 'idle');
    const saved = chat.messages.map((message) => ({ ...message, id: `saved ${message.id}` }));
    await settle();
    log.scrollTop = 100;
    await settle();
    chat.clear();
    for (const message of saved) chat.addMessage(message);
    await settle();
    expect(log.scrollHeight).to.be.greaterThan(900);
    expect(fromEnd(log)).to.be.lessThan(2);
  });

  for (const top of [0, 100]) {
    it(`is the same message when earlier ones come before it, ${top} pixels from the top`, async () => {
      const { chat, log } = await addLongChat();
      log.scrollTop = top;
      await settle();
      const [question, answer] = findAll(chat, '.message');
      const tops = () => [question!, answer!].map((message) => message.getBoundingClientRect().top);
      const before = tops();
      const earlier = Array.from({ length: 60 }, (_, at) => ({ ...chat.messages[0]!, id: `earlier ${at}` }));
      chat.messages = [...earlier, ...chat.messages];
      await until('all of them', () => findAll(chat, '.message').length === 62);
      await settle();
      expect(log.scrollTop).to.be.greaterThan(1000);
      expect(findAll(chat, '.message').slice(-2)).to.deep.equal([question, answer]);
      for (const [at, now] of tops().entries()) expect(now).to.be.closeTo(before[at]!, 1);
    });
  }

  it('is where the reader went in a greeting that is longer than the log', async () => {
    const { chat } = await addChat();
    chat.style.height = '300px';
    chat.greeting = 'A line.\n\n'.repeat(30);
    const log = find(chat, '[part="log"]');
    await until('a long greeting', () => log.scrollHeight > 600);
    await settle();
    expect(log.scrollTop).to.equal(0);
    log.scrollTop = 100;
    await settle();
    chat.style.height = '280px';
    await settle();
    expect(log.scrollTop).to.equal(100);
  });

  it('is the first line of a conversation that begins, also after another one', async () => {
    const { chat, server, log } = await addLongChat();
    server.finish();
    log.scrollTop = 100;
    await settle();
    chat.clear();
    await settle();
    expect(log.scrollTop).to.equal(0);
    expect(findAll(chat, '[part="jump-button"]')).to.have.length(0);
    void chat.send('Again');
    await until('the request', () => server.requests.length === 2);
    for (let i = 0; i < 30; i++) server.text(`Paragraph ${i}.\n\n`);
    await until('a long answer', () => log.scrollHeight > 900);
    await settle();
    expect(fromEnd(log)).to.be.lessThan(2);
  });
});

describe('scroll="anchor"', () => {
  before(async () => void (await loadMarkdown()));
  afterEach(removeAll);

  const topOf = (log: HTMLElement, element: Element) =>
    element.getBoundingClientRect().top - log.getBoundingClientRect().top;

  it('brings each question to the top, where it stays while the answer grows beyond the end', async () => {
    const { chat, server, log } = await addLongChat();
    chat.scrollMode = 'anchor';
    server.finish();
    for (const [index, text] of ['Second', 'Third'].entries()) {
      await until('idle', () => chat.readyState === 'idle');
      await settle();
      void chat.send(text);
      await until('the request', () => server.requests.length === index + 2);
      await settle();
      const question = findAll(chat, '.message.user').at(-1)!;
      expect(question.textContent).to.include(text);
      expect(topOf(log, question)).to.be.within(0, 24);
      expect(findAll(chat, '[part="jump-button"]')).to.have.length(0);
      for (let i = 0; i < 30; i++) {
        server.text(`More ${i}.\n\n`);
        await frame();
        expect(topOf(log, question)).to.be.within(0, 24);
      }
      await until('the jump button', () => findAll(chat, '[part="jump-button"]').length === 1);
      server.finish();
    }
  });

  it('keeps the question at the top where the log becomes higher and lower', async () => {
    const { chat, server, log } = await addLongChat();
    chat.scrollMode = 'anchor';
    server.finish();
    await until('idle', () => chat.readyState === 'idle');
    void chat.send('Second');
    await until('the request', () => server.requests.length === 2);
    const question = await until('the question', () => findAll(chat, '.message.user')[1]);
    for (const height of ['500px', '200px', '300px']) {
      chat.style.height = height;
      await settle();
      // The engine tells of a size when it comes to it.
      await until(`the question at the top, ${height}`, () => topOf(log, question) >= 0 && topOf(log, question) <= 24);
    }
  });

  it('leaves the reader where they are when an answer is continued', async () => {
    const { chat, server, log } = await addLongChat();
    chat.scrollMode = 'anchor';
    chat.stop();
    await until('idle', () => chat.readyState === 'idle');
    await settle();
    log.scrollTop = log.scrollHeight;
    await settle();
    const top = log.scrollTop;
    void chat.continue();
    await until('the request', () => server.requests.length === 2);
    for (let i = 0; i < 5; i++) server.text(`More ${i}.\n\n`);
    await settle();
    expect(log.scrollTop).to.be.greaterThan(top - 100);
  });

  it('goes to the end at the jump button, and follows it until the next question', async () => {
    const { chat, server, log } = await addLongChat();
    chat.scrollMode = 'anchor';
    server.finish();
    await until('idle', () => chat.readyState === 'idle');
    void chat.send('Second');
    await until('the request', () => server.requests.length === 2);
    for (let i = 0; i < 30; i++) server.text(`More ${i}.\n\n`);
    const jump = await until('the jump button', () => findAll(chat, '[part="jump-button"]')[0]);
    jump.click();
    await sayMore(server, log);
    await settle();
    expect(fromEnd(log)).to.be.lessThan(2);
  });
});

describe('scroll="manual"', () => {
  before(async () => void (await loadMarkdown()));
  afterEach(removeAll);

  it('moves nothing, but for the jump button, and that once', async () => {
    const { chat, server, log } = await addLongChat({ scroll: 'manual' });
    expect(chat.scrollMode).to.equal('manual');
    const jump = await until('the jump button', () => findAll(chat, '[part="jump-button"]')[0]);
    expect(log.scrollTop).to.equal(0);
    log.scrollTop = 100;
    await settle();
    jump.click();
    await settle();
    expect(fromEnd(log)).to.be.lessThan(2);
    const top = log.scrollTop;
    for (let i = 0; i < 10; i++) server.text(`More ${i}.\n\n`);
    await until('the jump button', () => findAll(chat, '[part="jump-button"]')[0]);
    expect(log.scrollTop).to.equal(top);
  });

  it('is taken from frameworks that set what an attribute names, and `scroll()` stays a method', () => {
    const chat = document.createElement('stream-chat');
    Reflect.set(chat, 'scroll', 'anchor');
    expect(chat.scrollMode).to.equal('anchor');
    expect(Reflect.get(chat, 'scroll')).to.equal(Reflect.get(HTMLElement.prototype, 'scroll'));
    Reflect.set(chat, 'scroll', null);
    expect(chat.scrollMode).to.equal('follow');

    const early = document.createElement('late-scroll');
    Reflect.set(early, 'scroll', 'manual');
    document.body.append(early);
    (customElements.get('stream-chat') as typeof StreamChat).define('late-scroll');
    expect((early as StreamChat).scrollMode).to.equal('manual');
    early.remove();
  });
});
