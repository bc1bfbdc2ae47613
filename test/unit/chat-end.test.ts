import { expect } from 'chai';
import { Chat, messageText, newReply, type ChatOptions, type Message } from '../../src/chat/index.js';
import { ChatError } from '../../src/model/index.js';
import { broken, done, fine, FakeServer, ENDPOINT, rejection, say, start, streamed } from '../helpers/fake-server.js';
import { settle } from '../helpers/manual-timers.js';
import { catchUncaught } from '../helpers/uncaught.js';

const LONGEST = 2 ** 21;

/** A chat that tells what it ends. */
function listening(options: ChatOptions = {}) {
  const ends: Message[] = [];
  const setup = start({ retry: 0, onEnd: (message) => void ends.push(message), ...options });
  return { ...setup, told: ends };
}

describe('the end of an answer', () => {
  for (const [what, answer, status] of [
    ['is complete', fine, 'complete'],
    ['has broken off', broken(say('one')), 'interrupted'],
  ] as const) {
    it(`is told once where it ${what}, before its promise resolves`, async () => {
      const { chat, server, turn, told } = listening();
      server.answers.push(answer);
      const reply = await turn();
      expect(told).to.deep.equal([reply]);
      expect(reply.status).to.equal(status);
      expect(chat.messages.at(-1)).to.equal(reply);
      chat.stop();
      expect(told).to.have.length(1);
    });
  }

  it('is told within the call that stops it', async () => {
    for (const stop of [
      (chat: Chat) => chat.stop(),
      (chat: Chat) => chat.clear(),
      (chat: Chat) => (chat.messages = [{ ...newReply(), role: 'user' }]),
    ]) {
      const { chat, told } = listening();
      void chat.send('Hi');
      stop(chat);
      expect(told.map(({ status }) => status)).to.deep.equal(['stopped']);
      await settle();
      expect(told).to.have.length(1);
    }
  });

  it('may begin another turn, also where the conversation is another', async () => {
    const { chat, server } = listening();
    const next = { ...newReply(), role: 'user' as const, id: 'other' };
    let again: Promise<Message> | undefined;
    void chat.send('Hi');
    chat.options = { ...chat.options, onEnd: () => (again ??= chat.send('Again')) };
    server.answers.push(fine, fine);
    chat.messages = [next];
    expect(chat.messages.map(({ id, role }) => (id === 'other' ? id : role))).to.deep.equal([
      'other',
      'user',
      'assistant',
    ]);
    expect((await again)?.status).to.equal('complete');
  });

  it('is the answer’s also where who is told throws', async () => {
    const thrown = new Error('a bug');
    const { server, turn } = listening({
      onEnd: () => {
        throw thrown;
      },
    });
    server.answers.push(fine);
    const uncaught = catchUncaught();
    const reply = await turn().finally(uncaught.stop);
    expect(reply.status).to.equal('complete');
    expect(uncaught.errors).to.deep.equal([thrown]);
  });

  it('comes at two million characters, with what had arrived', async () => {
    for (const [length, status] of [
      [LONGEST, 'complete'],
      [LONGEST + 1, 'error'],
    ] as const) {
      const { server, turn } = listening();
      server.answers.push(streamed(say('x'.repeat(length - 1)) + say('y') + done));
      const reply = await turn();
      expect(reply.status).to.equal(status);
      expect(reply.error?.code).to.equal(status === 'error' ? 'too-large' : undefined);
      expect(messageText(reply)).to.have.length(length);
      expect(server.requests.map(({ signal }) => signal.aborted)).to.deep.equal([true]);
    }
  });

  it('has come for a message that is added while it streams', () => {
    const chat = new Chat();
    const added: Message = { ...newReply('a', 0), parts: [{ type: 'text', text: 'Half' }] };
    expect(added.status).to.equal('streaming');
    chat.addMessage(added);
    expect(chat.messages).to.deep.equal([{ ...added, status: 'interrupted' }]);
  });

  it('does not come by messages that cannot be read', async () => {
    const { chat, server, turn, told } = listening();
    server.answers.push(fine);
    const reply = turn();
    const { messages } = chat;
    expect(() => (chat.messages = 'x' as unknown as Message[])).to.throw(ChatError, 'expected messages');
    expect(chat.messages).to.equal(messages);
    expect(told).to.deep.equal([]);
    expect((await reply).status).to.equal('complete');
  });

  it('can be gone on from behind which instructions stand, and no question', async () => {
    const { chat, server, turn } = listening();
    const answer = { ...newReply('a', 0), status: 'stopped' as const, parts: [{ type: 'text' as const, text: 'One' }] };
    const instruction = { ...newReply('s', 0), status: 'complete' as const, role: 'system' as const };
    const question = { ...instruction, id: 'q', role: 'user' as const };
    chat.messages = [question, answer, instruction];
    server.answers.push(streamed(say(' two') + done));
    expect(messageText(await turn(chat.continue()))).to.equal('One two');
    expect(chat.messages.map(({ id }) => id)).to.deep.equal(['q', 's', 'a']);
    chat.messages = [question, answer, { ...question, id: 'again' }];
    expect(await rejection(chat.continue('a'))).to.have.property('code', 'bad-option');
  });

  it('counts its frames once, whatever was held back', async () => {
    const counts: unknown[] = [];
    const server = new FakeServer();
    server.answers.push(streamed(say('a\n<thi') + done));
    const chat = new Chat({
      endpoint: ENDPOINT,
      fetch: server.fetch,
      onDelta: (delta) => {
        if (delta.type === 'metadata' && delta.metrics) counts.push(delta.metrics.frames);
      },
    });
    expect(messageText(await chat.send('Hi'))).to.equal('a\n<thi');
    expect(counts).to.have.length(1);
  });
});
