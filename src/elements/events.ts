/**
 * The events of `<stream-chat>`, typed. As in HTML: cancelable before what a person asked for, plain after it; what may
 * carry secrets does not bubble.
 */
import type { ChatError, Delta, ErrorCode, Message } from '../model/index.js';
import type { ProtocolRequest, RetryNotice } from '../chat/index.js';

/** `send`: a person is about to send `text`. Cancelable: then nothing is sent and the draft stays. Bubbles, composed. */
export class SendEvent extends Event {
  readonly text: string;

  constructor(text: string) {
    super('send', { bubbles: true, cancelable: true, composed: true });
    this.text = text;
  }
}

/** `request`: before each request; `url`, `headers` and `body` may be changed. Cancelable. Does not bubble: it carries secrets. */
export class RequestEvent extends Event {
  readonly #request: ProtocolRequest;

  constructor(request: ProtocolRequest) {
    super('request', { cancelable: true });
    this.#request = request;
  }

  get url(): string {
    return this.#request.url;
  }
  set url(url: string) {
    this.#request.url = url;
  }

  get headers(): Record<string, string> {
    return this.#request.headers;
  }
  set headers(headers: Record<string, string>) {
    this.#request.headers = headers;
  }

  /** A JSON value: what will be serialised as the body. */
  get body(): unknown {
    return this.#request.body;
  }
  set body(body: unknown) {
    this.#request.body = body;
  }
}

/** `responsestart`: a successful response has come; its body is not read yet. */
export class ResponseStartEvent extends Event {
  readonly status: number;
  readonly headers: Headers;

  constructor(response: Response) {
    super('responsestart');
    this.status = response.status;
    this.headers = response.headers;
  }
}

/** `delta`: one more piece of the reply, and the message it made. */
export class DeltaEvent extends Event {
  readonly delta: Delta;
  readonly message: Message;

  constructor(delta: Delta, message: Message) {
    super('delta');
    this.delta = delta;
    this.message = message;
  }
}

/** `retry`: nothing has arrived, or the rest can be asked for, and another try is about to be made by itself. */
export class RetryEvent extends Event {
  /** The try that failed, from 1. */
  readonly attempt: number;
  /** Why it did. */
  readonly error: ChatError;
  /** When the next begins, in milliseconds since the epoch; undefined: when the network is there again. */
  readonly at: number | undefined;

  constructor({ attempt, error, at }: RetryNotice) {
    super('retry');
    this.attempt = attempt;
    this.error = error;
    this.at = at;
  }
}

/** `responseend`, `abort` (stopped) and `message` (a message is complete: the user's when sent, the reply at its end). */
export class ChatMessageEvent extends Event {
  readonly message: Message;

  constructor(type: 'responseend' | 'abort' | 'message', message: Message) {
    super(type);
    this.message = message;
  }
}

/** `error`: what went wrong. Also in the conversation, in plain words. */
export class ChatErrorEvent extends Event {
  readonly error: ChatError;

  constructor(error: ChatError) {
    super('error');
    this.error = error;
  }

  get code(): ErrorCode {
    return this.error.code;
  }
  /** For developers: what was expected and what came. */
  get message(): string {
    return this.error.message;
  }
  get status(): number | undefined {
    return this.error.status;
  }
  /** Seconds, as the server asked. */
  get retryAfter(): number | undefined {
    return this.error.retryAfter;
  }
  get cause(): unknown {
    return this.error.cause;
  }
}

/** What `<stream-chat>` dispatches, by name. */
export interface StreamChatEventMap {
  send: SendEvent;
  request: RequestEvent;
  responsestart: ResponseStartEvent;
  delta: DeltaEvent;
  message: ChatMessageEvent;
  responseend: ChatMessageEvent;
  abort: ChatMessageEvent;
  retry: RetryEvent;
  error: ChatErrorEvent;
}

declare global {
  interface HTMLElementEventMap {
    send: SendEvent;
  }
}
