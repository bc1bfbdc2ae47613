import { expect } from 'chai';
import { Conversation, newReply } from '../../src/conversation/index.js';
import { catchUncaught } from '../helpers/uncaught.js';

const [a, b, c] = ['a', 'b', 'c'].map((id) => newReply(id, 0)) as [
  ReturnType<typeof newReply>,
  ReturnType<typeof newReply>,
  ReturnType<typeof newReply>,
];

/** A conversation of a, b, c, and how often its listener was called. */
function start() {
  const conversation = new Conversation();
  conversation.messages = [a, b, c];
  let calls = 0;
  const unsubscribe = conversation.subscribe(() => calls++);
  return { conversation, unsubscribe, calls: () => calls };
}
const ids = (conversation: Conversation) => conversation.messages.map(({ id }) => id).join('');

describe('Conversation', () => {
  /** [what, change, ids, whether it is a change] */
  const CHANGES: [string, (conversation: Conversation) => void, string, boolean][] = [
    ['appends messages', (conversation) => conversation.append(newReply('d'), newReply('e')), 'abcde', true],
    ['replaces a message by its id', (conversation) => conversation.replace({ ...b, status: 'complete' }), 'abc', true],
    ['replaces none that is not there', (conversation) => conversation.replace(newReply('x')), 'abc', false],
    ['drops a message and all after it', (conversation) => conversation.truncate('b'), 'a', true],
    ['drops none that is not there', (conversation) => conversation.truncate('x'), 'abc', false],
    ['takes other messages', (conversation) => (conversation.messages = [c]), 'c', true],
  ];
  for (const [what, change, left, isChange] of CHANGES) {
    it(what, () => {
      const { conversation, calls } = start();
      const before = conversation.messages;
      change(conversation);
      expect(ids(conversation)).to.equal(left);
      expect(calls()).to.equal(isChange ? 1 : 0);
      expect(conversation.messages === before).to.equal(!isChange);
      expect(before).to.deep.equal([a, b, c]);
    });
  }

  it('finds a message by its id', () => {
    const { conversation } = start();
    expect(conversation.find('b')).to.equal(b);
    expect(conversation.find('x')).to.equal(undefined);
    conversation.replace({ ...b, status: 'complete' });
    expect(conversation.find('b')).to.include({ status: 'complete' });
  });

  it('does not follow later changes of an array that it was given', () => {
    const { conversation } = start();
    const given = [a];
    conversation.messages = given;
    given.push(b);
    expect(ids(conversation)).to.equal('a');
  });

  it('tells a listener no more once it unsubscribed', () => {
    const { conversation, unsubscribe, calls } = start();
    unsubscribe();
    conversation.append(newReply());
    expect(calls()).to.equal(0);
  });

  it('tells the others where a listener throws, and reports the error as uncaught', () => {
    const { conversation } = start();
    const error = new Error('thrown by a listener');
    const told: string[] = [];
    conversation.subscribe(() => {
      throw error;
    });
    conversation.subscribe(() => told.push(ids(conversation)));
    const uncaught = catchUncaught();
    conversation.append(newReply('d'));
    uncaught.stop();
    expect(told).to.deep.equal(['abcd']);
    expect(uncaught.errors).to.deep.equal([error]);
  });
});
