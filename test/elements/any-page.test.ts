// Pages as they are: without a doctype, with resets, with their own idea of what a `rem` is, with listeners of their own.

import { expect } from 'chai';
import '../../src/index.js';
import { loadMarkdown } from '../../src/elements/load-markdown.js';
import { add, addChat, find, findAll, frame, press, removeAll, shownText, type, until } from '../helpers/page.js';

/** Rules of the page, until the test is over. */
function addStyle(css: string): void {
  const style = document.createElement('style');
  style.textContent = css;
  document.head.append(add(style));
}

describe('on any page', () => {
  before(async () => void (await loadMarkdown()));
  afterEach(removeAll);

  it('lines of nothing but bold words or code are as high as those in a page without a doctype', async () => {
    const frameElement = add(document.createElement('iframe'));
    const page = frameElement.contentDocument!;
    expect(page.compatMode).to.equal('BackCompat');
    const element = document.createElement('stream-markdown');
    page.body.append(element);
    element.value = '**Bold**\n\n*Italic*\n\n`code`\n\n### `name`\n';
    await element.complete;
    const blocks = [...element.shadowRoot!.querySelectorAll('.markdown > *')];
    expect(blocks).to.have.length(4);
    for (const block of blocks) expect(block.clientHeight, block.textContent).to.be.at.least(14);
  });

  it('text is no smaller than what phones leave alone where a page counts in tenths of it', async () => {
    addStyle('html { font-size: 62.5%; }');
    const { chat } = await addChat();
    expect(getComputedStyle(find(chat, 'textarea')).fontSize).to.equal('16px');
  });

  it('<stream-markdown> is a block, and nothing of it stands outside', async () => {
    const scroller = add(document.createElement('div'));
    scroller.style.cssText = 'block-size: 100px; overflow: auto';
    const element = document.createElement('stream-markdown');
    scroller.append(element);
    element.value = 'Text\n\n'.repeat(100);
    await element.complete;
    expect(getComputedStyle(element).display).to.equal('block');
    for (const region of element.shadowRoot!.querySelectorAll('[aria-live]'))
      expect((region as HTMLElement).offsetParent).to.equal(element);
  });

  it('what is written is all in view, whatever font its part is given', async () => {
    const part = CSS.supports('field-sizing', 'content') ? 'input' : 'composer';
    addStyle(`stream-chat::part(${part}) { font-size: 24px; line-height: 2; }`);
    const { chat } = await addChat();
    const input = type(chat, 'One\nTwo\nThree');
    await chat.updateComplete;
    expect(input.scrollHeight).to.be.at.most(input.clientHeight);
    expect(input.clientHeight).to.be.above(3 * 40);
  });

  it('a key that is held down sends nothing, and presses a button once', async () => {
    const { chat, server } = await addChat();
    type(chat, 'Half a draft');
    await chat.updateComplete;
    press(find(chat, 'textarea'), 'Enter', { repeat: true });
    expect([chat.value, server.requests.length]).to.deep.equal(['Half a draft', 0]);
    // Of keys that are not refused, the browser makes clicks.
    const button = find(chat, '[part="send-button"]');
    expect([false, true].map((repeat) => press(button, 'Enter', { repeat }))).to.deep.equal([true, false]);
  });

  for (const [what, send, isStopped] of [
    ['in the composer', (chat: Element) => press(find(chat, 'textarea'), 'Escape'), true],
    ['in what the page has put into a slot', (chat: Element) => press(chat.querySelector('button')!, 'Escape'), false],
    [
      'that the page has answered',
      (chat: Element) => {
        const input = find(chat, 'textarea');
        input.addEventListener('keydown', (event) => event.preventDefault(), { once: true });
        press(input, 'Escape');
      },
      false,
    ],
  ] as const) {
    it(`Escape ${what} ${isStopped ? 'stops the reply' : 'is the page’s own'}`, async () => {
      const { chat, server } = await addChat();
      const button = document.createElement('button');
      button.slot = 'before-input';
      chat.append(button);
      void chat.send('Hi');
      await until('the request', () => server.requests.length === 1);
      server.text('Some');
      await until('the text', () => shownText(chat) === 'Some');
      send(chat);
      expect(chat.readyState).to.equal(isStopped ? 'idle' : 'streaming');
      chat.stop();
    });
  }

  it('attributes of a few words are read in any case', async () => {
    const { chat, server } = await addChat({ reasoning: 'Hidden', announce: 'None', theme: 'Dark', scroll: 'Manual' });
    expect([chat.reasoning, chat.announce, chat.scrollMode]).to.deep.equal(['hidden', 'none', 'manual']);
    expect(getComputedStyle(chat).colorScheme).to.equal('dark');
    void chat.send('Hi');
    await until('the request', () => server.requests.length === 1);
    await frame();
    expect(findAll(chat, '[data-announcer]').map(({ textContent }) => textContent)).to.deep.equal(['', '']);
    chat.removeAttribute('announce');
    expect(chat.announce).not.to.equal('none');
  });

  it('announce="none" says nothing of another try', async () => {
    const { chat, server } = await addChat({ announce: 'none', retry: '1' });
    let tries = 0;
    chat.addEventListener('retry', () => tries++);
    server.next = [() => new Response('', { status: 503 })];
    void chat.send('Hi');
    await until('another try', () => tries === 1);
    await frame();
    expect(findAll(chat, '[data-announcer]').map(({ textContent }) => textContent)).to.deep.equal(['', '']);
    chat.stop();
  });
});
