/**
 * The turns of a conversation, without any DOM: who may send when, what travels with a question, and what becomes of a
 * reply that is stopped or fails. The element is a view of one of these.
 */
import { checkMessages, Conversation, Listeners, newId, newReply, reportUncaught } from '../conversation/index.js';
import { ChatError, isForModel, type Delta, type Message } from '../model/index.js';
import { checkProtocolName } from '../protocols/registry.js';
import { loadWire } from './load-wire.js';
import type { ChatOptions, RetryNotice } from './options.js';

/**
 * `idle`: nothing under way · `connecting`: the request is on its way · `waiting`: the endpoint has answered, nothing
 * readable has come · `streaming`: the reply is arriving
 */
export type ReadyState = 'idle' | 'connecting' | 'waiting' | 'streaming';

/** The state of a chat at one moment; immutable. */
export interface ChatSnapshot {
  readonly messages: readonly Message[];
  readonly readyState: ReadyState;
  /** What another try waits for; absent while none does. */
  readonly retry?: RetryNotice;
}

interface Run {
  readonly controller: AbortController;
  reply: Message;
  retry?: RetryNotice;
  /** Goes on with the text of this part. */
  readonly goesOn?: string | undefined;
  /** The id of the answer that this one is in place of. */
  readonly regenerates?: string | undefined;
  /** How many characters have come. */
  length: number;
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
   * Oldest first. Setting others than there are stops a reply under way; a message that was saved while it streamed is
   * `interrupted`: nobody writes it any more.
   */
  get messages(): readonly Message[] {
    return this.#conversation.messages;
  }

  set messages(messages: readonly Message[]) {
    if (messages === this.messages) return;
    // What cannot be read replaces nothing.
    const checked = checkMessages(messages).map(notStreaming);
    const stopped = this.#halt();
    this.#conversation.messages = checked;
    if (stopped) this.#tellEnd(stopped);
  }

  get readyState(): ReadyState {
    return this.#readyState;
  }

  /** What another try waits for, and why; undefined while none does. */
  get retry(): RetryNotice | undefined {
    return this.#run?.retry;
  }

  snapshot(): ChatSnapshot {
    const { messages, readyState, retry } = this;
    return { messages, readyState, ...(retry && { retry }) };
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
    if (messages[at]?.role !== 'assistant' || !messages.slice(0, at).some(({ role }) => role === 'user')) {
      throw new ChatError(
        'bad-option',
        `expected the id of an assistant message that answers one, got ${describeFound(messages[at], id, 'one without a question before it')}`,
      );
    }
    return this.#answer(messages.slice(0, at), { regenerates: messages[at].id });
  }

  /**
   * Asks for the rest of a reply that was cut off (by its length limit, a lost connection, a Stop), and adds it to the
   * message.
   *
   * @param id the assistant message to go on with; default: the last one
   * @throws ChatError as `send`, and `bad-option` where there is no such answer, or nothing in it
   */
  async continue(id?: string): Promise<Message> {
    this.#assertReady();
    const { messages } = this;
    const at = messages.findLastIndex((message) => !isForModel(message));
    const answer = messages[at];
    if (answer?.role !== 'assistant' || answer.parts.length === 0 || (id !== undefined && id !== answer.id)) {
      const found = id === undefined ? answer : messages.find((message) => message.id === id);
      const wrong = found === answer ? 'an empty one' : 'one that is not the last';
      throw new ChatError(
        'bad-option',
        `expected the last message to be an answer to go on with, got ${describeFound(found, id, wrong)}`,
      );
    }
    const { error: _error, finishReason: _reason, rawFinishReason: _raw, ...kept } = answer;
    const [before, behind] = [messages.slice(0, at), messages.slice(at + 1)];
    // The text that was cut off goes on; behind anything else a new one begins.
    const last = answer.parts.findLastIndex(({ type }) => type !== 'source' && type !== 'reasoning');
    const cut = answer.parts[last];
    const goesOn = cut?.type === 'text' ? (cut.id ?? 'text') : newId();
    const parts = cut?.type === 'text' ? answer.parts.with(last, { ...cut, id: goesOn }) : answer.parts;
    const question: Message = {
      id: newId(),
      role: 'user',
      parts: [{ type: 'text', text: GO_ON }],
      status: 'complete',
      createdAt: Date.now(),
    };
    const reply: Message = { ...kept, parts, status: 'streaming' };
    const asked = [...this.#withHistory(before), ...behind, answer, question];
    return this.#answer([...before, ...behind], { asked, reply, goesOn });
  }

  /**
   * Loads what a question under these options needs, ahead of it. Whether that can be loaded is told by the question, which
   * tries again.
   */
  async prepare(options: ChatOptions): Promise<void> {
    try {
      const { prepare } = await loadWire();
      await prepare(options);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
    }
  }

  /** Stops the reply under way, keeping what has arrived. Idle when it returns; without a reply nothing happens. */
  stop(): void {
    const stopped = this.#halt();
    if (!stopped) return;
    this.#conversation.replace(stopped);
    this.#tellEnd(stopped);
  }

  /**
   * Adds a message that comes from elsewhere: a greeting, an earlier conversation.
   *
   * @throws ChatError `bad-option` for what is no message
   */
  addMessage(message: Message): void {
    this.#conversation.append(...checkMessages([message]).map(notStreaming));
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
    checkOptions(this.options);
    if (this.#run) throw new ChatError('busy', 'expected no reply under way, but one is: stop() it first');
  }

  /** The reply that was under way and is not any more, which nobody has been told. */
  #halt(): Message | undefined {
    const run = this.#run;
    if (!run) return undefined;
    this.#run = undefined;
    this.#readyState = 'idle';
    run.reply = { ...run.reply, status: 'stopped' };
    run.controller.abort();
    return run.reply;
  }

  #tellEnd(reply: Message): void {
    try {
      this.options.onEnd?.(reply);
    } catch (error) {
      reportUncaught(error);
    }
  }

  /** `asked`: what is sent; the reply is shown behind `shown`. */
  async #answer(
    shown: readonly Message[],
    {
      asked = this.#withHistory(shown),
      reply = newReply(),
      goesOn,
      regenerates,
    }: { asked?: readonly Message[]; reply?: Message; goesOn?: string; regenerates?: string } = {},
  ): Promise<Message> {
    const run: Run = { controller: new AbortController(), reply, goesOn, regenerates, length: 0 };
    const { signal } = run.controller;
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    this.#run = run;
    this.#readyState = 'connecting';
    this.#conversation.messages = [...shown, reply];
    // Stopping is the end, also where a function the page supplied never comes back.
    await Promise.race([this.#read(run, asked), stopped]);
    if (this.#run === run) {
      this.#run = undefined;
      this.#readyState = 'idle';
      this.#tellEnd(run.reply);
      this.#listeners.call();
    }
    return run.reply;
  }

  /** What travels with the question at the end: the last messages, and all instructions. */
  #withHistory(conversation: readonly Message[]): readonly Message[] {
    const { history = 'all' } = this.options;
    if (history === 'all') return conversation;
    const first = conversation.length - 1 - (history === 'none' ? 0 : history);
    return conversation.filter(({ role }, at) => role === 'system' || at >= first);
  }

  /** Asks and reads the reply; whatever goes wrong ends up in the message. */
  async #read(run: Run, asked: readonly Message[]): Promise<void> {
    const { signal } = run.controller;
    const { options } = this;
    const hooks = {
      signal,
      regenerates: run.regenerates,
      onCalledOff: () => {
        if (this.#run === run) this.stop();
      },
      onAnswer: () => this.#setState(run, 'waiting'),
      onRetry: (notice: RetryNotice) => {
        run.retry = notice;
        this.#setState(run, 'connecting');
        this.options.onRetry?.(notice);
      },
      onTry: () => {
        delete run.retry;
        this.#listeners.call();
      },
    };
    try {
      const { exchange, applyDelta, Continuation } = await loadWire();
      // Stopped while it was loaded.
      signal.throwIfAborted();
      const rest = run.goesOn === undefined ? undefined : new Continuation(run.goesOn, run.reply.parts);
      for await (const delta of exchange(asked, options, hooks)) {
        const added = rest ? rest.read(delta) : delta;
        this.#take(run, delta, added ? applyDelta(run.reply, added) : run.reply);
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#fail(run, error);
      // A callback may have thrown while the endpoint still sends.
      run.controller.abort();
    }
  }

  /** A late delta of a run that was stopped is dropped. */
  #take(run: Run, delta: Delta, reply: Message): void {
    if (this.#run !== run) return;
    const { parts } = run.reply;
    run.reply = reply;
    if ('text' in delta) run.length += delta.text.length;
    delete run.retry;
    if (run.reply.parts !== parts) this.#readyState = 'streaming';
    this.#conversation.replace(run.reply);
    this.options.onDelta?.(delta, run.reply);
    if (run.length > LONGEST_REPLY && delta.type !== 'error') {
      throw new ChatError('too-large', `expected an answer of at most ${LONGEST_REPLY} characters, got more`);
    }
  }

  #fail(run: Run, cause: unknown): void {
    // What has come to its end is not made an error by the callback that was told of it.
    if (run.reply.status !== 'streaming') {
      reportUncaught(cause);
      return;
    }
    const error = asChatError(cause);
    try {
      this.#take(run, { type: 'error', error }, { ...run.reply, status: 'error', error });
    } catch (again) {
      reportUncaught(again);
    }
  }

  #setState(run: Run, state: ReadyState): void {
    if (this.#run !== run) return;
    if (state === 'waiting') delete run.retry;
    this.#readyState = state;
    this.#listeners.call();
  }
}

/** Of its text: a server that never ends would fill the memory of the page. */
const LONGEST_REPLY = 2 ** 21;

/** What can be asked. */
const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'ws:', 'wss:']);

/** @throws ChatError `no-endpoint`, `bad-option` where nothing can be asked under these options */
export function checkOptions({ endpoint, protocol = 'auto', history = 'all' }: ChatOptions): void {
  if (!endpoint) {
    throw new ChatError('no-endpoint', 'expected an endpoint, got none: set endpoint="https://…" or a path');
  }
  if (!URL.canParse(endpoint, baseUrl()) || !SCHEMES.has(new URL(endpoint, baseUrl()).protocol)) {
    throw new ChatError('bad-option', `expected a URL as endpoint, got "${endpoint}"`);
  }
  if (typeof protocol === 'string' && protocol !== 'auto') checkProtocolName(protocol);
  if (typeof history === 'number' ? !(history >= 0) : history !== 'all' && history !== 'none') {
    throw new ChatError('bad-option', `expected "all", "none" or a number from 0 as history, got ${history}`);
  }
}

/** What a model is asked so that it goes on with an answer of its own. */
const GO_ON = 'Continue your last answer exactly where it stopped. Do not repeat anything, and do not comment on this.';

/** A message that was kept while it streamed, or comes from elsewhere: nobody writes it any more. */
function notStreaming(message: Message): Message {
  return message.status === 'streaming' ? { ...message, status: 'interrupted' } : message;
}

/** What was found where an answer was expected; `otherwise`: what is wrong with the one that is there. */
function describeFound(message: Message | undefined, id: string | undefined, otherwise: string): string {
  if (!message) return id === undefined ? 'none' : `"${id}", which no message has`;
  return message.role === 'assistant' ? otherwise : `one of the ${message.role}`;
}

/** What relative addresses are relative to; nothing outside a page or a worker. */
function baseUrl(): string | undefined {
  const { document, location } = globalThis as { document?: Document; location?: Location };
  return document?.baseURI ?? location?.href;
}

/** A chat without any page: the same one that the element shows. */
export function createChat(options: ChatOptions): Chat {
  return new Chat(options);
}

/** What is no error of ours was thrown by something the page supplied: its headers function, its fetch, a listener. */
function asChatError(error: unknown): ChatError {
  if (error instanceof ChatError) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new ChatError('internal', `expected the page's own functions not to throw, got: ${said}`, { cause: error });
}
