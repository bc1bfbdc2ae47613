/**
 * The messages of one conversation, and who listens. Holds what arrived, never less: pacing and rendering are the
 * view's. Snapshots are immutable, so a listener may keep one.
 */
import type { Message } from '../model/index.js';
import { Listeners } from './listeners.js';

export class Conversation {
  #messages: readonly Message[] = [];
  readonly #listeners = new Listeners();

  /** Oldest first. A new array after every change. */
  get messages(): readonly Message[] {
    return this.#messages;
  }

  set messages(messages: readonly Message[]) {
    this.#messages = [...messages];
    this.#listeners.call();
  }

  /** Calls `listener` after every change, in the same task; returns the unsubscriber. */
  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  find(id: string): Message | undefined {
    return this.#messages.find((message) => message.id === id);
  }

  append(...messages: readonly Message[]): void {
    this.messages = [...this.#messages, ...messages];
  }

  /** Puts `message` in the place of the one with its id; without one nothing happens: a late result of an old run. */
  replace(message: Message): void {
    const at = this.#messages.findLastIndex(({ id }) => id === message.id);
    if (at >= 0) this.messages = this.#messages.with(at, message);
  }

  /** Drops the message with this id and all after it. */
  truncate(id: string): void {
    const at = this.#messages.findIndex((message) => message.id === id);
    if (at >= 0) this.messages = this.#messages.slice(0, at);
  }
}
