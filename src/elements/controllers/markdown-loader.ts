/**
 * Loads what renders Markdown for an element, which is updated when it is there, and when it did not come. A try that failed
 * is made again when the element next has something to render.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { ChatError } from '../../model/index.js';
import { loadedMarkdown, loadMarkdown } from '../load-markdown.js';

/** Those in the page while it is not there: what is loaded for one of them is there for all. */
const waiting = new Set<ReactiveControllerHost>();

export class MarkdownLoader implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #onFailure: (error: ChatError) => void;
  #pending = false;
  #failed = false;
  #needed = false;
  #told = false;

  /** `onFailure`: told once, when there is something to render and it did not come. */
  constructor(host: ReactiveControllerHost, onFailure: (error: ChatError) => void) {
    this.#host = host;
    this.#onFailure = onFailure;
    host.addController(this);
  }

  /** Whether it was asked for, and did not come. */
  get failed(): boolean {
    return this.#failed && !loadedMarkdown();
  }

  /** `needed`: whether there is something to render already. */
  request(needed = true): void {
    this.#needed ||= needed;
    if (this.#pending || loadedMarkdown()) return;
    this.#pending = true;
    this.#failed = false;
    void loadMarkdown().then(
      () => {
        this.#settle(false);
        for (const host of waiting) host.requestUpdate();
        waiting.clear();
      },
      (error: ChatError) => {
        this.#settle(true);
        if (!this.#needed || this.#told) return;
        this.#told = true;
        this.#onFailure(error);
      },
    );
  }

  hostConnected(): void {
    if (!loadedMarkdown()) waiting.add(this.#host);
    // It may have come while the element was elsewhere.
    else this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    waiting.delete(this.#host);
  }

  #settle(failed: boolean): void {
    this.#pending = false;
    this.#failed = failed;
    this.#host.requestUpdate();
  }
}
