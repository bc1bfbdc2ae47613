/**
 * The turns of a conversation, without any DOM: who may send when, what travels with a question, and what becomes of a
 * reply that is stopped or fails. The element is a view of one of these.
 */
import {
  applyDelta,
  checkMessages,
  Conversation,
  describeValue,
  Listeners,
  newId,
  newReply,
  reportUncaught,
} from '../conversation/index.js';
import { ChatError, type Delta, type Message } from '../model/index.js';
import { openai, type Protocol, type ProtocolRequest } from '../protocols/index.js';
import { sendRequest } from '../transport/index.js';
import { readReply } from './reply.js';

/** Request headers, or a function asked for them before each request: the place for short-lived tokens. */
export type HeadersSource = Record<string, string> | (() => Record<string, string> | Promise<Record<string, string>>);

/** Read anew for every request, so they may change between turns. */
export interface ChatOptions {
  /** Where to send: an absolute URL, or in a page one relative to it. */
  endpoint?: string;
  model?: string;
  /** The system prompt. */
  system?: string;
  /** Merged into the request body: `temperature`, `max_tokens`… */
  params?: Record<string, unknown>;
  headers?: HeadersSource;
  /** How many earlier messages travel with a question. Default `all`. */
  history?: 'all' | 'none' | number;
  /** As in fetch. Default `same-origin`. */
  credentials?: RequestCredentials;
  /** Default: the global `fetch`. */
  fetch?: typeof fetch;
  /** The wire format. Default: OpenAI Chat Completions. */
  protocol?: Protocol;
  /** Sees the request before it is sent, and may change it; `false` calls it off. */
  onRequest?: (request: ProtocolRequest) => boolean | void;
  /** Sees a successful response before its body is read. */
  onResponse?: (response: Response) => void;
  /** Sees every delta with the message it made. */
  onDelta?: (delta: Delta, message: Message) => void;
}

/**
 * `idle`: nothing under way · `connecting`: the request is on its way · `waiting`: the endpoint has answered, nothing
 * readable has come · `streaming`: the reply is arriving
 */
export type ReadyState = 'idle' | 'connecting' | 'waiting' | 'streaming';

/** The state of a chat at one moment; immutable. */
export interface ChatSnapshot {
  readonly messages: readonly Message[];
  readonly readyState: ReadyState;
}

interface Run {
  readonly controller: AbortController;
  reply: Message;
}

export class Chat {
  options: ChatOptions;
  readonly #conversation = new Conversation();
  #run: Run | undefined;
  #readyState: ReadyState = 'idle';
  readonly #listeners = new Listeners();

  constructor(options: ChatOptions = {}) {
    this.options = options;
    this.#conversation.subscribe(() => this.#listeners.call());
  }

  /**
   * Oldest first. Setting stops a reply under way; a message that was saved while it streamed is `interrupted`: nobody
   * writes it any more.
   */
  get messages(): readonly Message[] {
    return this.#conversation.messages;
  }

  set messages(messages: readonly Message[]) {
    this.stop();
    this.#conversation.messages = checkMessages(messages).map((message) =>
      message.status === 'streaming' ? { ...message, status: 'interrupted' } : message,
    );
  }

  get readyState(): ReadyState {
    return this.#readyState;
  }

  snapshot(): ChatSnapshot {
    return { messages: this.messages, readyState: this.#readyState };
  }

  /** Calls `listener` after every change, in the same task; returns the unsubscriber. */
  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /**
   * Sends `text` as the user's next message.
   *
   * @returns the assistant's message when it is finished, whatever its status: what the server did wrong is its `error`
   * @throws ChatError `no-endpoint`, `bad-option`, `busy` before anything is sent or added
   */
  async send(text: string): Promise<Message> {
    this.#assertReady();
    if (typeof text !== 'string' || text.trim() === '')
      throw new ChatError('bad-option', 'expected a text to send, got none');
    const question: Message = {
      id: newId(),
      role: 'user',
      parts: [{ type: 'text', text }],
      status: 'complete',
      createdAt: Date.now(),
    };
    return this.#answer([...this.messages, question]);
  }

  /**
   * Asks again for a reply: drops it and what follows it, and sends the conversation before it.
   *
   * @param id the assistant message to replace; default: the last one
   * @throws ChatError as `send`, and `bad-option` where there is nothing to ask again
   */
  async regenerate(id?: string): Promise<Message> {
    this.#assertReady();
    const { messages } = this;
    const at = messages.findLastIndex((message) =>
      id === undefined ? message.role === 'assistant' : message.id === id,
    );
    if (at < 1 || messages[at]!.role !== 'assistant') {
      throw new ChatError(
        'bad-option',
        `expected the id of an assistant message that answers one, got ${id ?? 'none'}`,
      );
    }
    return this.#answer(messages.slice(0, at));
  }

  /** Stops the reply under way, keeping what has arrived. Idle when it returns; without a reply nothing happens. */
  stop(): void {
    const run = this.#run;
    if (!run) return;
    this.#run = undefined;
    this.#readyState = 'idle';
    run.reply = { ...run.reply, status: 'stopped' };
    run.controller.abort();
    this.#conversation.replace(run.reply);
  }

  /** Adds a message that comes from elsewhere: a greeting, an earlier conversation. */
  addMessage(message: Message): void {
    this.#conversation.append(...checkMessages([message]));
  }

  /** Stops, and forgets every message. */
  clear(): void {
    this.messages = [];
  }

  /** For `JSON.stringify`: the messages. */
  toJSON(): { messages: readonly Message[] } {
    return { messages: this.messages };
  }

  #assertReady(): void {
    const { endpoint, history = 'all' } = this.options;
    if (!endpoint)
      throw new ChatError('no-endpoint', 'expected an endpoint, got none: set endpoint="https://…" or a path');
    if (!URL.canParse(endpoint, globalThis.document?.baseURI)) {
      throw new ChatError('bad-option', `expected a URL as endpoint, got "${endpoint}"`);
    }
    if (typeof history === 'number' ? !(history >= 0) : history !== 'all' && history !== 'none') {
      throw new ChatError('bad-option', `expected "all", "none" or a number from 0 as history, got ${history}`);
    }
    if (this.#run) throw new ChatError('busy', 'expected no reply under way, but one is: stop() it first');
  }

  async #answer(conversation: readonly Message[]): Promise<Message> {
    const run: Run = { controller: new AbortController(), reply: newReply() };
    const { signal } = run.controller;
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    this.#run = run;
    this.#readyState = 'connecting';
    this.#conversation.messages = [...conversation, run.reply];
    // Stopping is the end, also where a function the page supplied never comes back.
    await Promise.race([this.#read(run, conversation), stopped]);
    if (this.#run === run) {
      this.#run = undefined;
      this.#readyState = 'idle';
      this.#listeners.call();
    }
    return run.reply;
  }

  /** Sends the request and reads the reply; whatever goes wrong ends up in the message. */
  async #read(run: Run, conversation: readonly Message[]): Promise<void> {
    const { options } = this;
    const { signal } = run.controller;
    try {
      const { protocol = openai, fetch, credentials } = options;
      const request = await this.#createRequest(options, protocol, conversation);
      signal.throwIfAborted();
      if (options.onRequest?.(request) === false) {
        if (this.#run === run) this.stop();
        return;
      }
      const body = JSON.stringify(request.body);
      const response = await sendRequest({ ...request, body }, { signal, fetch, credentials });
      this.#setState(run, 'waiting');
      options.onResponse?.(response);
      for await (const delta of readReply(response, { protocol, signal })) this.#take(run, delta);
    } catch (error) {
      if (signal.aborted) return;
      this.#fail(run, error);
      // A callback may have thrown while the endpoint still sends.
      run.controller.abort();
    }
  }

  async #createRequest(
    options: ChatOptions,
    protocol: Protocol,
    conversation: readonly Message[],
  ): Promise<ProtocolRequest> {
    const { endpoint = '', model, system, params, headers = {}, history = 'all' } = options;
    const question = conversation.length - 1;
    const from = history === 'all' ? 0 : Math.max(0, question - (history === 'none' ? 0 : history));
    const request = protocol.request(conversation.slice(from), { endpoint, model, system, params });
    Object.assign(request.headers, typeof headers === 'function' ? readHeaders(await headers()) : headers);
    return request;
  }

  /** A late delta of a run that was stopped is dropped. */
  #take(run: Run, delta: Delta): void {
    if (this.#run !== run) return;
    run.reply = applyDelta(run.reply, delta);
    if (run.reply.parts.length > 0) this.#readyState = 'streaming';
    this.#conversation.replace(run.reply);
    this.options.onDelta?.(delta, run.reply);
  }

  #fail(run: Run, error: unknown): void {
    // What has come to its end is not made an error by the callback that was told of it.
    if (run.reply.status !== 'streaming') {
      reportUncaught(error);
      return;
    }
    try {
      this.#take(run, { type: 'error', error: asChatError(error) });
    } catch (again) {
      reportUncaught(again);
    }
  }

  #setState(run: Run, state: ReadyState): void {
    if (this.#run !== run) return;
    this.#readyState = state;
    this.#listeners.call();
  }
}

/** A chat without any page: the same one that the element shows. */
export function createChat(options: ChatOptions): Chat {
  return new Chat(options);
}

function readHeaders(headers: unknown): Record<string, string> {
  if (typeof headers === 'object' && headers !== null && !Array.isArray(headers)) return { ...headers };
  throw new ChatError('bad-option', `expected the headers function to return an object, got ${describeValue(headers)}`);
}

/** What is no error of ours was thrown by something the page supplied: its headers function, its fetch, a listener. */
function asChatError(error: unknown): ChatError {
  if (error instanceof ChatError) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new ChatError('internal', `expected the page's own functions not to throw, got: ${said}`, { cause: error });
}
