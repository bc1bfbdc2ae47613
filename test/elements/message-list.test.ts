import { expect } from 'chai';
import { html, render } from 'lit';
import { ChatError, type Message } from '../../src/model/index.js';
import { defaultStrings } from '../../src/elements/strings.js';
import { isAnother, messageList, type MessageListOptions } from '../../src/elements/views/message-list.js';
import type { MessageContext } from '../../src/elements/views/message-view.js';
import { DEFAULT_POLICY } from '../../src/markdown/url-policy.js';
import { ManualClock } from '../../src/pacing/index.js';

/** Each look at it takes a while, so that no slice has time for more than one step. */
class SlowClock extends ManualClock {
  looks = 0;
  override now(): number {
    return super.now() + 100 * this.looks++;
  }
}

const nothing = (): void => {};

const CONTEXT: MessageContext = {
  strings: defaultStrings,
  policy: DEFAULT_POLICY,
  highlighter: null,
  reveal: 'none',
  reasoning: 'collapsed',
  actions: 'copy regenerate',
  isMarkdownLoaded: false,
  total: 0,
  firstQuestion: 1,
  isLast: true,
  copied: false,
  disabled: false,
  busy: false,
  waiting: undefined,
  retrySeconds: 0,
  onCopy: nothing,
  onRegenerate: nothing,
  onContinue: nothing,
  onCodeCopy: nothing,
  onSanitizerError: nothing,
};

function conversation(count: number, from = 0): Message[] {
  return Array.from({ length: count }, (_, at) => {
    const index = from + at;
    const role = index % 2 === 0 ? 'user' : 'assistant';
    return {
      id: `m${index}`,
      role,
      status: 'complete',
      createdAt: 0,
      parts: [{ type: 'text', text: `Text ${index}` }],
    };
  });
}

describe('the list of messages', () => {
  let box: HTMLElement;
  let clock: ManualClock;
  beforeEach(() => {
    clock = new ManualClock();
    document.body.append((box = document.createElement('div')));
  });
  afterEach(() => box.remove());

  function show(messages: readonly Message[], options: Partial<MessageListOptions & MessageContext> = {}): void {
    const context = { ...CONTEXT, total: messages.length, ...options };
    render(html`<div ${messageList({ messages, context, copiedId: undefined, clock, ...options })}></div>`, box);
  }
  const articles = () => [...box.querySelectorAll('article')];
  const ids = () => articles().map(({ dataset }) => dataset['id']);
  const idsOf = (messages: readonly Message[]) => messages.map(({ id }) => id);

  it('shows all of them, in their order, in groups of fifty', () => {
    const messages = conversation(120);
    show(messages);
    clock.advance(1000);
    expect(ids()).to.deep.equal(idsOf(messages));
    expect([...box.querySelectorAll('.group')].map(({ childElementCount }) => childElementCount)).to.deep.equal([
      50, 50, 20,
    ]);
  });

  it('shows the newest first, and no more in a frame than its time allows', () => {
    clock = new SlowClock();
    const messages = conversation(120);
    show(messages);
    let shown = 0;
    for (let frames = 0; shown < messages.length; frames++) {
      const now = ids();
      expect(now.length, `frame ${frames}`).to.be.within(shown + 1, shown + 4);
      expect(now).to.deep.equal(idsOf(messages.slice(-now.length)));
      shown = now.length;
      clock.advance(1, 1);
    }
  });

  it('renders the message that has changed, and no other', () => {
    const messages = conversation(120);
    show(messages);
    clock.advance(1000);
    const before = articles();
    const observer = new MutationObserver(nothing);
    observer.observe(box, { subtree: true, childList: true, attributes: true, characterData: true });
    const grown: Message = { ...messages[119]!, parts: [{ type: 'text', text: 'Text 119 goes on' }] };
    show(messages.with(119, grown));
    const touched = observer.takeRecords().map(({ target }) => target);
    observer.disconnect();
    expect(touched.length).to.be.above(0);
    expect(touched.every((node) => before[119]!.contains(node))).to.equal(true);
    expect(articles()).to.deep.equal(before);
  });

  it('takes away what is not there any more, and begins anew with another conversation', () => {
    const messages = conversation(120);
    show(messages);
    clock.advance(1000);
    const [first] = articles();
    for (const count of [101, 100, 51, 3]) {
      show(messages.slice(0, count));
      clock.advance(1000);
      expect(ids()).to.deep.equal(idsOf(messages.slice(0, count)));
    }
    expect(articles()[0]).to.equal(first);
    const others = conversation(60, 1000);
    show(others);
    clock.advance(1000);
    expect(ids()).to.deep.equal(idsOf(others));
    expect(articles()).not.to.include(first);
    show([]);
    expect(ids()).to.deep.equal([]);
  });

  it('leaves what is there in its place when earlier messages come', () => {
    const messages = conversation(70, 200);
    show(messages);
    clock.advance(1000);
    const before = articles();
    for (const from of [199, 120, 0]) {
      const more = conversation(270 - from, from);
      show(more);
      expect(articles().slice(-70), `from ${from}`).to.deep.equal(before);
      clock.advance(1000);
      expect(ids()).to.deep.equal(idsOf(more));
      expect(articles().slice(-70)).to.deep.equal(before);
      expect(articles()[0]!.ariaLabel).to.match(new RegExp(`\\b1 of ${more.length}\\b`));
      expect(before[0]!.ariaLabel).to.include(`${201 - from} of ${more.length}`);
    }
    show(conversation(276, -5));
    clock.advance(1000);
    expect(ids()).to.deep.equal(idsOf(conversation(276, -5)));
    expect(articles()[205]).to.equal(before[0]);
    show(conversation(30, -5));
    clock.advance(1000);
    expect(ids()).to.deep.equal(idsOf(conversation(30, -5)));
  });

  it('leaves what is there in its place when the first messages go, as a window moves on', () => {
    let messages = conversation(120);
    show(messages);
    clock.advance(1000);
    let before = articles();
    for (const count of [1, 1, 60, 2]) {
      messages = [...messages.slice(count), ...conversation(count, messages.length + Number(messages[0]!.id.slice(1)))];
      show(messages);
      expect(articles().slice(0, 120 - count), `without ${count}`).to.deep.equal(before.slice(count));
      clock.advance(1000);
      expect(ids()).to.deep.equal(idsOf(messages));
      before = articles();
      expect(before[0]!.ariaLabel).to.match(/\b1 of 120\b/);
      expect(before.at(-1)!.ariaLabel).to.include('120 of 120');
    }
    // Earlier ones come back in front of what is left of a group.
    show(conversation(184));
    clock.advance(1000);
    expect(ids()).to.deep.equal(idsOf(conversation(184)));
    expect(articles().slice(64)).to.deep.equal(before);
    show(messages.slice(0, 30));
    clock.advance(1000);
    expect(ids()).to.deep.equal(idsOf(messages.slice(0, 30)));
  });

  it('keeps to groups also where earlier messages come one by one', () => {
    for (let count = 1; count <= 300; count++) show(conversation(count, 300 - count));
    clock.advance(1000);
    expect(ids()).to.deep.equal(idsOf(conversation(300)));
    expect(box.querySelectorAll('.group').length).to.be.below(220);
  });

  it('keeps those that stay also where many small groups go', () => {
    for (let count = 1; count <= 150; count++) show(conversation(count, 150 - count));
    clock.advance(1000);
    const before = articles().slice(0, 20);
    show(conversation(20));
    clock.advance(1000);
    expect(articles()).to.deep.equal(before);
  });

  it('lets none of the last fifty be asked for again during a turn, and counts the others when it is over', () => {
    const messages = conversation(120);
    show(messages);
    clock.advance(1000);
    const more = [...messages, ...conversation(2, 120)];
    show(more, { busy: true });
    clock.advance(1000);
    const again = (index: number) => articles()[index]!.querySelector<HTMLButtonElement>('[aria-label="Regenerate"]')!;
    expect(again(119).disabled).to.equal(true);
    expect(again(73).disabled).to.equal(true);
    expect(again(1).disabled).to.equal(false);
    expect(articles()[121]!.ariaLabel).to.include('122 of 122');
    expect(articles()[1]!.ariaLabel).to.include('2 of 120');
    show(more);
    clock.advance(1000);
    expect(again(119).disabled).to.equal(false);
    expect(articles()[1]!.ariaLabel).to.include('2 of 122');
  });

  it('lets none of them be asked for again where nothing can be', () => {
    const messages = conversation(120);
    show(messages, { disabled: true, busy: true });
    clock.advance(1000);
    const again = [...box.querySelectorAll<HTMLButtonElement>('[aria-label="Regenerate"]')];
    expect(again).to.have.length(60);
    expect(again.every(({ disabled }) => disabled)).to.equal(true);
  });

  it('counts those of a conversation that comes while nothing can be asked, or together with a question', () => {
    for (const options of [{ disabled: true, busy: true }, { busy: true }]) {
      show([], options);
      show(conversation(120), options);
      clock.advance(1000);
      expect(articles()[1]!.ariaLabel).to.include('2 of 120');
    }
  });

  it('applies another policy to all of them at once', () => {
    clock = new SlowClock();
    const linked = conversation(30).map((message): Message => ({
      ...message,
      role: 'assistant',
      parts: [{ type: 'source', url: 'https://example.com/', title: 'Example' }],
    }));
    show(linked);
    for (let frames = 0; frames < 20; frames++) clock.advance(1, 1);
    expect(box.querySelectorAll('a')).to.have.length(30);
    show(linked, { policy: { ...DEFAULT_POLICY, allowLinks: 'mailto' } });
    expect(box.querySelectorAll('a')).to.have.length(0);
  });

  it('shows nothing of another conversation while this one is being rendered', () => {
    show(conversation(120));
    clock.advance(1000);
    clock = new SlowClock();
    show(conversation(120, 1000));
    expect(ids().length).to.be.within(1, 4);
    expect(ids().every((id) => Number(id!.slice(1)) >= 1000)).to.equal(true);
  });

  it('says which one was copied, and under the last one what is waited for', () => {
    const messages: Message[] = conversation(60);
    messages.push({ id: 'last', role: 'assistant', status: 'streaming', createdAt: 0, parts: [] });
    show(messages, { copiedId: 'm3', waiting: 'Patience', busy: true });
    clock.advance(1000);
    const copied = box.querySelectorAll('[title="Copied"]');
    expect([...copied].map((button) => button.closest('article')?.dataset['id'])).to.deep.equal(['m3']);
    const waiting = articles().filter(({ textContent }) => textContent.includes('Patience'));
    expect(waiting.map(({ dataset }) => dataset['id'])).to.deep.equal(['last']);
    show(messages);
    clock.advance(1000);
    expect(box.querySelectorAll('[title="Copied"]')).to.have.length(0);
  });

  it('says under the reply of the turn what is waited for, also where other messages have come behind it', () => {
    const messages: Message[] = conversation(60);
    const error = new ChatError('rate-limited', 'expected an answer, got status 429', { status: 429 });
    messages.push({ id: 'reply', role: 'assistant', status: 'error', createdAt: 0, parts: [], error });
    messages.push({ id: 'notice', role: 'assistant', status: 'stopped', createdAt: 0, parts: messages[0]!.parts });
    show(messages, { replyId: 'reply', retrySeconds: 5 });
    const buttons = (id: string) =>
      [...box.querySelectorAll(`[data-id=${id}] .notice button`)].map(({ textContent }) => textContent.trim());
    expect([buttons('reply'), buttons('notice')]).to.deep.equal([['Try again (in 5 s)'], ['Continue']]);
  });

  it('is the same conversation where anything behind the greeting is the same', () => {
    const before = conversation(12);
    const other = conversation(3, 100);
    const cases: [what: string, now: Message[], another: boolean][] = [
      ['one more', [...before, ...other], false],
      ['the last asked for again', [...before.slice(0, -1), other[0]!], false],
      ['an earlier question asked otherwise', [...before.slice(0, 2), ...other], false],
      ['a window that moves on', [before[0]!, ...before.slice(2), other[0]!], false],
      ['a window that moves on without a greeting', [...before.slice(2), ...other], false],
      ['fewer', before.slice(0, 3), false],
      ['nothing but the greeting', [before[0]!, ...other], true],
      ['not even that', other, true],
    ];
    for (const [what, now, another] of cases) expect(isAnother(before, now), what).to.equal(another);
  });

  it('is another conversation where only the greeting is the same', () => {
    const [greeting, ...first] = conversation(120);
    show([greeting!, ...first]);
    clock.advance(1000);
    clock = new SlowClock();
    const other = [greeting!, ...conversation(120, 1000)];
    show(other);
    expect(ids()).to.deep.equal(idsOf(other.slice(-ids().length)));
    expect(ids().length).to.be.within(1, 4);
  });

  it('takes no more of a frame than ever when a turn is over', () => {
    const messages = conversation(600);
    show(messages, { busy: true });
    clock.advance(1000);
    clock = new (class extends ManualClock {
      looks = 0;
      override now(): number {
        return super.now() + 10 * this.looks++;
      }
    })();
    const before = articles().map((article) => article.ariaLabel);
    show([...messages, ...conversation(2, 600)], { busy: false });
    const changed = articles().filter(({ ariaLabel }, at) => ariaLabel !== before[at]);
    expect(changed.length).to.be.within(1, 12);
  });
});
