/** WebSockets whose other end the test plays. */
export class FakeSocket extends EventTarget {
  readonly url: string;
  binaryType = 'blob';
  readyState: number = WEB_SOCKET_STATES.CONNECTING;
  /** What the page has sent. */
  readonly sent: unknown[] = [];

  constructor(url: string) {
    super();
    this.url = url;
  }

  send(message: unknown): void {
    if (this.readyState !== WEB_SOCKET_STATES.OPEN) throw new DOMException('not open', 'InvalidStateError');
    this.sent.push(message);
  }

  /** As the page calls it. What it is told of that comes in a later task. */
  close(): void {
    if (this.closed) return;
    const code = this.readyState === WEB_SOCKET_STATES.OPEN ? 1005 : 1006;
    this.readyState = WEB_SOCKET_STATES.CLOSING;
    setTimeout(() => this.end(code));
  }

  /** Whether the page has closed it, or the other end has. */
  get closed(): boolean {
    return this.readyState >= WEB_SOCKET_STATES.CLOSING;
  }

  /** The other end takes the connection. */
  open(): this {
    this.readyState = WEB_SOCKET_STATES.OPEN;
    this.dispatchEvent(new Event('open'));
    return this;
  }

  /** The other end says something: a value is written as JSON. */
  say(message: unknown): this {
    const data = typeof message === 'string' || message instanceof ArrayBuffer ? message : JSON.stringify(message);
    this.dispatchEvent(new MessageEvent('message', { data }));
    return this;
  }

  /** The connection is over. Before it is open that is one that was refused, and as in a browser an `error` comes first. */
  end(code: number): this {
    if (this.readyState === WEB_SOCKET_STATES.CONNECTING) this.dispatchEvent(new Event('error'));
    this.readyState = WEB_SOCKET_STATES.CLOSED;
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
    return this;
  }
}

/** By their names, since not every runtime that these tests run in has the constructor that carries them. */
const WEB_SOCKET_STATES = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 } as const;

/** A constructor that remembers what it has made. */
export function fakeWebSocket(): { webSocket: typeof WebSocket; sockets: FakeSocket[] } {
  const sockets: FakeSocket[] = [];
  class Recorded extends FakeSocket {
    constructor(url: string) {
      super(url);
      sockets.push(this);
    }
  }
  return { webSocket: Recorded as unknown as typeof WebSocket, sockets };
}
