/**
 * A WebSocket → frames: the request goes out as one message, and every text message that comes back is a frame. One
 * socket a reply, so that its end is the reply's end, and stopping is closing.
 */
import { ChatError, type StreamFrame } from '../model/index.js';
import type { ReplyTimer } from './reply-timer.js';
import { withoutQuery } from './read-text.js';
import { MAX_EVENT_LENGTH } from './sse-parser.js';

export interface SocketOptions {
  signal: AbortSignal;
  /** Default: the global `WebSocket`. */
  webSocket?: typeof WebSocket;
  timer?: ReplyTimer;
  /** Characters one message may hold. Default 16 Mi. */
  maxEventLength?: number;
}

/** Opens the socket and sends `message`; resolves with the frames of what comes back. */
export async function openSocket(
  url: string,
  message: string | undefined,
  { signal, webSocket = globalThis.WebSocket, timer, maxEventLength = MAX_EVENT_LENGTH }: SocketOptions,
): Promise<AsyncGenerator<StreamFrame>> {
  signal.throwIfAborted();
  const socket = create(url, webSocket);
  socket.binaryType = 'arraybuffer';
  const inbox = new Inbox();
  const onAbort = () => inbox.end(signal.reason);
  signal.addEventListener('abort', onAbort);
  let isOpen = false;
  socket.addEventListener('open', () => {
    isOpen = true;
    if (message !== undefined) socket.send(message);
    inbox.put(undefined);
  });
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const text = typeof data === 'string' ? data : new TextDecoder().decode(data as ArrayBuffer);
    if (text.length <= maxEventLength) inbox.put({ data: text });
    else inbox.end(new ChatError('too-large', `expected a message of at most ${maxEventLength} characters, got more`));
  });
  socket.addEventListener('close', ({ code }: CloseEvent) => {
    if (!isOpen) inbox.end(new ChatError('network', `expected a WebSocket at ${withoutQuery(url)}, got none`));
    else if (ENDS.has(code)) inbox.end(null);
    else inbox.end(new ChatError('interrupted', `expected the rest of the reply, but the socket closed with ${code}`));
  });
  const close = () => {
    signal.removeEventListener('abort', onAbort);
    socket.close();
  };
  const wait = async () => (timer ? timer.wait(inbox.take()) : inbox.take());
  try {
    await wait();
  } catch (error) {
    close();
    throw error;
  }
  return read(wait, close, timer);
}

async function* read(
  wait: () => Promise<StreamFrame | undefined | null>,
  close: () => void,
  timer: ReplyTimer | undefined,
): AsyncGenerator<StreamFrame> {
  try {
    for (let frame = await wait(); frame; frame = await wait()) {
      timer?.touch();
      timer?.begin();
      yield frame;
    }
  } finally {
    close();
  }
}

/** @throws ChatError `bad-option` where the runtime has no WebSocket, or it does not take the address */
function create(url: string, webSocket: typeof WebSocket): WebSocket {
  try {
    return new webSocket(url);
  } catch (cause) {
    const what = `expected a WebSocket for ${withoutQuery(url)}, got what its constructor has thrown`;
    throw new ChatError('bad-option', what, { cause });
  }
}

/** Codes of a close that is meant: normal, going away, none given. */
const ENDS: ReadonlySet<number> = new Set([1000, 1001, 1005]);

/** What has come and is not yet taken; at its end null, or what is thrown. */
class Inbox {
  #items: (StreamFrame | undefined)[] = [];
  #end: { reason: unknown } | undefined;
  #wake: () => void = () => {};

  /** What comes behind the end is dropped. */
  put(item: StreamFrame | undefined): void {
    if (!this.#end) this.#items.push(item);
    this.#wake();
  }

  /** The first end counts. An error comes after what came before it. */
  end(reason: unknown): void {
    this.#end ??= { reason };
    this.#wake();
  }

  async take(): Promise<StreamFrame | undefined | null> {
    while (this.#items.length === 0 && !this.#end) await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#items.length > 0) return this.#items.shift();
    if (this.#end!.reason === null) return null;
    throw this.#end!.reason;
  }
}
