/**
 * The one voice of a chat towards screen readers. The log itself is silent (`aria-live="off"`): tokens in a live region
 * are read out as stutter. A turn says two things: that an answer is being written, and that it is there.
 */
import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';

export class Announcer implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #polite = '';
  #assertive = '';

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#polite = this.#assertive = '';
  }

  /** Says `text` when the reader pauses. */
  say(text: string): void {
    this.#polite = this.#anew(text, this.#polite);
    this.#assertive = '';
    this.#host.requestUpdate();
  }

  /** Says `text` at once: for what went wrong. */
  alert(text: string): void {
    this.#assertive = this.#anew(text, this.#assertive);
    this.#polite = '';
    this.#host.requestUpdate();
  }

  /** A region that keeps its text says nothing. */
  #anew(text: string, before: string): string {
    return text === before ? `${text}\u00a0` : text;
  }

  /** The live regions: they have to be in the tree before their text changes. */
  render(): TemplateResult {
    return html`
      <div class="visually-hidden" aria-live="polite" aria-atomic="true" data-announcer>${this.#polite}</div>
      <div class="visually-hidden" aria-live="assertive" aria-atomic="true" data-announcer>${this.#assertive}</div>
    `;
  }
}
