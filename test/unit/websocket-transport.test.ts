import { expect } from 'chai';
import { ChatError, type StreamFrame } from '../../src/model/index.js';
import { openSocket, ReplyTimer, type SocketOptions } from '../../src/transport/index.js';
import { fakeWebSocket, type FakeSocket } from '../helpers/fake-socket.js';
import { ManualTimers, settle } from '../helpers/manual-timers.js';
import { bytesOf } from '../helpers/responses.js';

const URL = 'wss://api.example/chat?key=secret';

/** A socket that the test plays, what came of opening it, and what comes of reading it. */
function start(options: Partial<SocketOptions> = {}, message: string | undefined = 'question') {
  const { webSocket, sockets } = fakeWebSocket();
  const controller = new AbortController();
  const opened = openSocket(URL, message, { signal: controller.signal, webSocket, ...options });
  const frames: StreamFrame[] = [];
  const outcome = opened
    .then(async (all) => {
      for await (const frame of all) frames.push(frame);
      return 'end';
    })
    .catch((error: unknown) => error);
  return { socket: sockets[0] as FakeSocket, opened, controller, frames, outcome, sockets };
}

describe('openSocket', () => {
  it('sends the request as the first message, once it is open', async () => {
    const { socket, opened } = start();
    expect(socket.url).to.equal(URL);
    expect(socket.binaryType).to.equal('arraybuffer');
    await settle();
    expect(socket.sent).to.deep.equal([]);
    socket.open();
    await opened;
    expect(socket.sent).to.deep.equal(['question']);
  });

  it('sends nothing where there is nothing to send', async () => {
    const { webSocket, sockets } = fakeWebSocket();
    const opened = openSocket(URL, undefined, { signal: new AbortController().signal, webSocket });
    sockets[0]!.open();
    await opened;
    expect(sockets[0]!.sent).to.deep.equal([]);
  });

  it('makes a frame of every message, also of those that come together or as bytes', async () => {
    const { socket, frames, outcome } = start();
    socket.open().say('a').say({ b: 1 }).say(bytesOf('č').buffer).say('').end(1000);
    expect(await outcome).to.equal('end');
    expect(frames).to.deep.equal([{ data: 'a' }, { data: '{"b":1}' }, { data: 'č' }, { data: '' }]);
  });

  it('hands out frames as they arrive', async () => {
    const { socket, frames } = start();
    socket.open();
    for (const [at, data] of ['a', 'b', 'c'].entries()) {
      socket.say(data);
      await settle();
      expect(frames).to.have.length(at + 1);
    }
  });

  /** [code, what it means behind some frames] */
  const CODES: [number, 'end' | 'interrupted'][] = [
    [1000, 'end'],
    [1001, 'end'],
    [1005, 'end'],
    [1002, 'interrupted'],
    [1006, 'interrupted'],
    [1009, 'interrupted'],
    [1011, 'interrupted'],
    [1012, 'interrupted'],
    [3000, 'interrupted'],
    [4001, 'interrupted'],
  ];
  for (const [code, meaning] of CODES) {
    it(`takes a close with ${code} for ${meaning === 'end' ? 'the end' : 'an interruption'}, behind all that came before`, async () => {
      const { socket, frames, outcome } = start();
      socket.open().say('a').say('b').end(code);
      const result = await outcome;
      if (meaning === 'end') expect(result).to.equal('end');
      else {
        expect(result).to.be.instanceOf(ChatError).with.property('code', 'interrupted');
        expect((result as ChatError).message).to.include(String(code));
      }
      expect(frames.map(({ data }) => data)).to.deep.equal(['a', 'b']);
    });
  }

  for (const code of [1006, 1015, 1000]) {
    it(`reports a socket that is closed with ${code} before it is open as no network, without the query`, async () => {
      const { socket, outcome } = start();
      socket.end(code);
      const error = await outcome;
      expect(error).to.be.instanceOf(ChatError).with.property('code', 'network');
      expect((error as ChatError).message)
        .to.include('wss://api.example/chat')
        .and.not.to.include('secret');
    });
  }

  const UNUSABLE: [string, typeof WebSocket | undefined][] = [
    [
      'an address that it refuses',
      function () {
        throw new DOMException('no fragment here', 'SyntaxError');
      } as unknown as typeof WebSocket,
    ],
    ['a runtime that has none', null as unknown as typeof WebSocket],
  ];
  for (const [what, webSocket] of UNUSABLE) {
    it(`reports ${what} as an option that cannot be used`, async () => {
      const error = await openSocket(URL, '', { signal: new AbortController().signal, webSocket }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).to.be.instanceOf(ChatError).with.property('code', 'bad-option');
      expect((error as ChatError).message).not.to.include('secret');
    });
  }

  it('stops at a message beyond the bound, behind what came before it', async () => {
    const { socket, frames, outcome } = start({ maxEventLength: 5 });
    socket.open().say('12345').say('123456').say('late');
    expect(await outcome).to.have.property('code', 'too-large');
    expect(frames.map(({ data }) => data)).to.deep.equal(['12345']);
    expect(socket.closed).to.equal(true);
  });

  describe('abort', () => {
    it('opens nothing where it came before', async () => {
      const { webSocket, sockets } = fakeWebSocket();
      const signal = AbortSignal.abort();
      expect(await openSocket(URL, '', { signal, webSocket }).catch((error: unknown) => error)).to.equal(signal.reason);
      expect(sockets).to.deep.equal([]);
    });

    it('closes a socket that is not open yet', async () => {
      const { socket, controller, outcome } = start();
      controller.abort();
      expect(await outcome).to.equal(controller.signal.reason);
      expect(socket.closed).to.equal(true);
    });

    it('closes a socket that is waited for', async () => {
      const { socket, controller, frames, outcome } = start();
      socket.open().say('a');
      await settle();
      controller.abort();
      expect(await outcome).to.equal(controller.signal.reason);
      expect(socket.closed).to.equal(true);
      socket.say('late');
      await settle();
      expect(frames).to.deep.equal([{ data: 'a' }]);
    });
  });

  it('closes the socket when its reader leaves early', async () => {
    const { webSocket, sockets } = fakeWebSocket();
    const frames = openSocket(URL, '', { signal: new AbortController().signal, webSocket });
    sockets[0]!.open().say('a').say('b');
    for await (const { data } of await frames) if (data === 'a') break;
    expect(sockets[0]!.closed).to.equal(true);
  });

  it('ends once, whatever comes behind the end', async () => {
    const { socket, controller, outcome } = start();
    socket.open().end(1000).say('late').end(1006);
    controller.abort();
    expect(await outcome).to.equal('end');
  });

  describe('time-outs', () => {
    /** [what, what the other end does, seconds until it lapses, code] */
    const LAPSES: [string, (socket: FakeSocket) => void, number, string][] = [
      ['a socket that does not open', () => undefined, 60, 'timeout'],
      // As with the headers of a response: only what it says counts.
      ['a socket that opens and says nothing', (socket) => socket.open(), 60, 'timeout'],
      ['a socket that falls silent', (socket) => socket.open().say('a'), 45, 'stalled'],
    ];
    for (const [what, play, seconds, code] of LAPSES) {
      it(`gives up ${what} after ${seconds} s, and closes it`, async () => {
        const timers = new ManualTimers();
        const { socket, outcome } = start({ timer: new ReplyTimer({}, timers) });
        let result: unknown;
        void outcome.then((value) => (result = value));
        play(socket);
        await timers.advance(seconds * 1000 - 1);
        expect(result).to.equal(undefined);
        await timers.advance(1);
        await settle();
        expect(result).to.have.property('code', code);
        expect(socket.closed).to.equal(true);
        expect(timers.waiting).to.deep.equal([]);
        await settle();
      });
    }

    it('counts silence from the last message', async () => {
      const timers = new ManualTimers();
      const { socket, frames, outcome } = start({ timer: new ReplyTimer({}, timers) });
      socket.open();
      for (const data of ['a', 'b', 'c']) {
        socket.say(data);
        await timers.advance(44_000);
      }
      socket.end(1000);
      expect(await outcome).to.equal('end');
      expect(frames).to.have.length(3);
    });
  });
});
