import { expect } from 'chai';
import { messageText, type ChatOptions, type Message } from '../../src/chat/index.js';
import { HOUR, expectOneEnd, start } from '../helpers/fake-server.js';
import { fakeWebSocket } from '../helpers/fake-socket.js';
import { until } from '../helpers/manual-timers.js';
import { chunk } from '../helpers/responses.js';

describe('exchange: over a WebSocket', () => {
  function startSocket(options: ChatOptions = {}) {
    const { webSocket, sockets } = fakeWebSocket();
    return { ...start({ endpoint: 'wss://api.example/chat', webSocket, ...options }), sockets };
  }
  const word = (content: string) => chunk({ content });

  for (const endpoint of ['ws://localhost:8080/chat', 'wss://api.example/chat', 'WSS://api.example/chat']) {
    it(`asks ${endpoint} with one message, and reads those that come back`, async () => {
      const setup = startSocket({ endpoint, model: 'm' });
      const { chat, server, sockets, turn } = setup;
      const reply = chat.send('Hi');
      await until(() => sockets.length);
      const [socket] = sockets;
      expect(socket!.url).to.equal(endpoint);
      expect(chat.readyState).to.equal('connecting');
      socket!.open();
      await until(() => chat.readyState === 'waiting');
      expect(socket!.sent.map((sent) => JSON.parse(sent as string) as unknown)).to.deep.equal([
        { model: 'm', messages: [{ role: 'user', content: 'Hi' }], stream: true },
      ]);
      socket!.say(word('Good'));
      await until(() => setup.text() === 'Good');
      expect(chat.readyState).to.equal('streaming');
      socket!.say(word(' day')).say(chunk({}, 'stop')).say('[DONE]');
      expect(messageText(await turn(reply))).to.equal('Good day');
      expect(socket!.closed, 'closed').to.equal(true);
      expect(server.requests, 'by no other way').to.deep.equal([]);
      expectOneEnd(setup);
    });
  }

  /** [what, what the other end says, how it closes, status, text, code] */
  const REPLIES: [string, unknown[], number, Message['status'], string, string?][] = [
    ['bare text', ['Good ', 'day'], 1000, 'complete', 'Good day'],
    ['JSON with a text', [{ text: 'Good ' }, { text: 'day' }], 1000, 'complete', 'Good day'],
    ['chunks that end in the middle', [word('Good ')], 1000, 'interrupted', 'Good ', 'interrupted'],
    ['chunks that break off', [word('Good ')], 1006, 'interrupted', 'Good ', 'interrupted'],
    ['chunks that break off behind their end', [word('Good'), chunk({}, 'stop')], 1006, 'complete', 'Good'],
    ['nothing', [], 1000, 'error', '', 'empty'],
    ['an error', [{ error: { message: 'No' } }], 1000, 'error', '', 'provider'],
    ['too much', ['x'.repeat(2 ** 24 + 1)], 1000, 'error', '', 'too-large'],
  ];
  for (const [what, messages, code, state, text, error] of REPLIES) {
    it(`takes ${what}, closed with ${code}, for ${state}`, async () => {
      const setup = startSocket();
      const { chat, sockets, turn } = setup;
      const reply = chat.send('Hi');
      await until(() => sockets.length);
      sockets[0]!.open();
      for (const message of messages) sockets[0]!.say(message);
      sockets[0]!.end(code);
      const message = await turn(reply);
      expect([message.status, messageText(message), message.error?.code]).to.deep.equal([state, text, error]);
      expect(sockets).to.have.length(1);
      expectOneEnd(setup, error ? 'error' : 'end');
    });
  }

  it('opens another where one is refused, and where one breaks before its first message', async () => {
    const setup = startSocket();
    const { chat, sockets, timers, notices, turn } = setup;
    const reply = chat.send('Hi');
    await until(() => sockets.length === 1);
    sockets[0]!.end(1006);
    await until(() => chat.retry);
    await timers.advance(500);
    await until(() => sockets.length === 2);
    sockets[1]!.open().end(1006);
    await until(() => chat.retry?.attempt === 2);
    await timers.advance(1000);
    await until(() => sockets.length === 3);
    sockets[2]!.open().say(word('fine')).say('[DONE]');
    expect(messageText(await turn(reply))).to.equal('fine');
    expect(notices.map(({ error }) => error.code)).to.deep.equal(['network', 'interrupted']);
    expect(sockets[2]!.sent).to.have.length(1);
    expectOneEnd(setup);
  });

  for (const moment of ['connecting', 'waiting', 'streaming'] as const) {
    it(`is closed by a stop while it is ${moment}`, async () => {
      const { chat, sockets, timers, ends } = startSocket();
      const reply = chat.send('Hi');
      await until(() => sockets.length);
      if (moment !== 'connecting') sockets[0]!.open();
      if (moment === 'streaming') sockets[0]!.say(word('Once'));
      await until(() => chat.readyState === moment);
      chat.stop();
      expect(chat.readyState).to.equal('idle');
      expect(await reply).to.include({ status: 'stopped' });
      await until(() => sockets[0]!.closed);
      await timers.advance(HOUR);
      expect([sockets.length, ends.length]).to.deep.equal([1, 0]);
      expect(messageText(await reply)).to.equal(moment === 'streaming' ? 'Once' : '');
    });
  }

  it('is closed when its reply does not come in time', async () => {
    const setup = startSocket({ timeout: 5 });
    const { chat, sockets, timers } = setup;
    const reply = chat.send('Hi');
    await until(() => sockets.length);
    await timers.advance(5000);
    expect((await reply).error).to.include({ code: 'timeout' });
    expect(sockets[0]!.closed).to.equal(true);
    expectOneEnd(setup, 'error');
  });

  it('carries no headers, and says so', async () => {
    for (const headers of [{ authorization: 'x' }, () => ({ authorization: 'x' })]) {
      const { sockets, turn } = startSocket({ headers });
      expect((await turn()).error).to.include({ code: 'bad-option' });
      expect(sockets).to.deep.equal([]);
    }
    const { chat, sockets } = startSocket({ headers: () => ({}) });
    const reply = chat.send('Hi');
    await until(() => sockets.length);
    chat.stop();
    await reply;
  });

  it('carries the question in its address where that asks for it', async () => {
    const { chat, sockets } = startSocket({ endpoint: 'wss://api.example/chat?q={message}' });
    const reply = chat.send('a b');
    await until(() => sockets.length);
    expect(sockets[0]!.url).to.equal('wss://api.example/chat?q=a%20b');
    chat.stop();
    await reply;
  });
});
