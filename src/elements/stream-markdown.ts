/**
 * `<stream-markdown>`: `MarkdownView` as an element, which shows text as text until that is loaded. Text may come whole (`value`) or in pieces (`write`); pieces are
 * collected and shown once a frame, as many as its time allows, and in a page that is not drawn by a timer, so that
 * nothing waits for a frame that never comes.
 */
import { css, html, LitElement } from 'lit';
import type { Highlighter, MarkdownPolicy, MarkdownStrings } from '../markdown/index.js';
import { browserClock, FrameBudget } from '../pacing/index.js';
import { Announcer } from './controllers/announcer.js';
import { MarkdownLoader } from './controllers/markdown-loader.js';
import { readKeyword } from './read-option.js';
import { adoptStyles, rootElsewhere } from './styles/adopt.js';
import { markdownStyles } from './styles/markdown.js';
import { themeStyles } from './styles/theme.js';
import { MarkdownText } from './views/markdown-text.js';

/** A text that is set to a continuation of itself, and so on, counts as complete when it rests for so long. */
const REST_MS = 300;
/** No text waits longer, however dear showing it is (`MarkdownView.framesToSkip`); in a hidden page no frame is skipped. */
const LONGEST_SKIP_MS = 250;

/**
 * @summary Renders Markdown while it arrives, safely, and never twice: what is finished is not touched again.
 * @tagname stream-markdown
 *
 * @attr {string} value - The whole source. Setting it to a continuation of itself only renders the rest.
 * @attr {boolean} streaming - Reflected: text was written and `end()` has not been called.
 * @attr {string} allow-images - What may load by itself: `none` (default), `self`, origins, or `*`. Any other image is
 *   a button that names its host and loads it on a click.
 * @attr {string} allow-links - Schemes or origins a link may have. Default: `http https mailto tel`.
 * @attr {string} highlight - Whether code is coloured: `auto` (default) or `none`.
 *
 * @csspart content - Everything that is rendered
 * @csspart code-block - A block of code with its header
 * @csspart code-header - The language and the buttons
 * @csspart copy-button - Copies a block of code, or a table
 * @csspart wrap-button - Wraps the long lines of a block of code
 * @csspart table-header - The buttons of a table
 * @csspart table - A table
 * @csspart blockquote - A quotation
 * @csspart link - A link that leads somewhere
 * @csspart footnotes - The notes at the end
 * @csspart image-button - Stands for an image that has not been loaded
 *
 * @cssprop --stream-chat-accent - Links, focus, selection
 * @cssprop --stream-chat-background - What code and tables are set against
 * @cssprop --stream-chat-foreground - Text
 * @cssprop --stream-chat-muted - Quotations, table headers, labels
 * @cssprop --stream-chat-border - Hairlines
 * @cssprop --stream-chat-radius - Corners of code blocks, twice what they get
 * @cssprop --stream-chat-code-comment - In code: comments
 * @cssprop --stream-chat-code-keyword - In code: words of the language
 * @cssprop --stream-chat-code-string - In code: texts
 * @cssprop --stream-chat-code-number - In code: numbers and named values
 * @cssprop --stream-chat-code-function - In code: what is called
 * @cssprop --stream-chat-code-type - In code: types, tags, selectors
 * @cssprop --stream-chat-code-property - In code: names of attributes, keys, variables
 * @cssprop --stream-chat-code-inserted - In code: lines that a diff adds
 * @cssprop --stream-chat-code-deleted - In code: lines that it takes away
 * @cssprop --stream-chat-font - Font family of text
 * @cssprop --stream-chat-font-mono - Font family of code
 *
 * @fires {ErrorEvent} error - What renders Markdown could not be loaded, or the sanitiser cannot be used, so text is shown
 *   as plain text. Once each, not bubbling.
 */
export class StreamMarkdown extends LitElement {
  static override styles = [
    themeStyles,
    markdownStyles,
    css`
      :host {
        display: block;
        /* What is only said stands where the text does. */
        position: relative;
      }
    `,
  ];

  static override properties = {
    allowImages: { attribute: 'allow-images' },
    allowLinks: { attribute: 'allow-links' },
    urlPolicy: { attribute: false },
    highlight: { converter: readKeyword },
    highlighter: { attribute: false },
    strings: { attribute: false },
    streaming: { type: Boolean, reflect: true },
    value: { noAccessor: true },
  };

  /** Defines the element; a second call with the same tag does nothing. */
  static define(tag = 'stream-markdown', registry: CustomElementRegistry = customElements): void {
    if (registry.get(tag)) return;
    // A class serves one tag, and a page may have its own reason for another.
    registry.define(tag, tag === 'stream-markdown' ? StreamMarkdown : class extends StreamMarkdown {});
  }

  /** What may load by itself: `none`, `self`, origins, or `*`. */
  allowImages = 'none';

  /** Schemes or origins a link may have. */
  allowLinks = 'http https mailto tel';

  /** Asked about each link that is allowed, and each image that may load, on a click too; false refuses. */
  urlPolicy: MarkdownPolicy['urlPolicy'];

  /** Whether code is coloured: `auto` (default) or `none`. Read when the element is first rendered. */
  highlight: 'auto' | 'none' = 'auto';

  /** Reads code in place of what is built in. Read when the element is first rendered. */
  highlighter: Highlighter | undefined;

  /** Words of the buttons and labels; a part of the table is enough. Read when the element is first rendered. */
  strings: Partial<MarkdownStrings> = {};

  /** Text was written and `end()` has not been called. */
  streaming = false;

  readonly #announcer = new Announcer(this);
  readonly #loader = new MarkdownLoader(this, (error) => this.#reportError(error));
  #text: MarkdownText | undefined;
  #source = '';
  #ended = false;
  /** The end of the text waits for its rest. */
  #rest: ReturnType<typeof setTimeout> | undefined;
  #scheduled: (() => void) | undefined;
  readonly #budget = new FrameBudget();
  #shownAt = -Infinity;
  #complete: Promise<void> = Promise.resolve();
  #shown: (() => void) | undefined;

  /** The whole source: what was set, and what was written since. */
  get value(): string {
    return this.#source;
  }

  set value(value: string | null) {
    const text = value ?? '';
    if (text === this.#source && (this.#ended || text === '')) return;
    const isNew = this.#source === '' || !text.startsWith(this.#source);
    if (isNew) this.#load();
    this.#waitForRest(isNew || text === this.#source ? 0 : REST_MS);
    this.#source = text;
    this.#ended = true;
    this.streaming = false;
    this.#schedule();
  }

  /**
   * Resolves when everything written so far is in the DOM: rendered, or as text where what renders it could not be loaded.
   */
  get complete(): Promise<void> {
    return this.#complete;
  }

  /** Appends text. After `end()`, or after `value` was set, it continues that text. */
  write(chunk: string): void {
    if (chunk === '') return;
    if (!this.streaming) this.#load();
    this.#waitForRest(0);
    this.#source += chunk;
    this.#ended = false;
    this.streaming = true;
    this.#schedule();
  }

  /** No more text: what is open is closed, in the same frame as what was written last. */
  end(): void {
    if (this.#rest !== undefined) this.#onRest();
    if (this.#ended) return;
    this.#ended = true;
    this.streaming = false;
    this.#schedule();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#loader.request(this.#source !== '');
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // What was written while it was in the page belongs into the DOM, wherever the element goes next.
    if (this.#rest !== undefined) this.#onRest();
    while (this.#scheduled) this.#scheduled();
    this.#text?.catchUp();
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    return rootElsewhere(this, StreamMarkdown) ?? super.createRenderRoot();
  }

  /** In another document none of its styles holds. */
  adoptedCallback(): void {
    adoptStyles(this, StreamMarkdown);
  }

  protected override render(): unknown {
    return html`<div class="markdown" part="content"></div>
      ${this.#announcer.render()}`;
  }

  protected override firstUpdated(): void {
    this.#text = new MarkdownText(this.renderRoot.querySelector('.markdown')!, {
      ...this.#policy,
      strings: this.strings,
      highlighter: this.highlight === 'none' ? null : this.highlighter,
      onSanitizerError: (error) => this.#reportError(error),
      onCopy: (_copied, words) => this.#announcer.say(words),
      onRender: () => this.#settle(),
    });
    this.#show();
  }

  protected override updated(): void {
    this.#text?.setPolicy(this.#policy);
    this.#text?.render();
    this.#settle();
  }

  get #policy(): MarkdownPolicy {
    const { allowImages, allowLinks, urlPolicy } = this;
    return { allowImages, allowLinks, urlPolicy };
  }

  /** There is something new to render. What has failed is tried again. */
  #load(): void {
    if (this.isConnected) this.#loader.request();
  }

  #reportError(error: Error): void {
    this.dispatchEvent(new ErrorEvent('error', { error, message: error.message }));
  }

  /** What is complete is read anew where it goes on: so it is not yet, where it may. */
  #waitForRest(milliseconds: number): void {
    clearTimeout(this.#rest);
    this.#rest = milliseconds > 0 ? setTimeout(this.#onRest, milliseconds) : undefined;
  }

  readonly #onRest = (): void => {
    this.#waitForRest(0);
    this.#schedule();
  };

  #schedule(): void {
    if (!this.#shown) {
      this.#complete = new Promise((resolve) => {
        this.#shown = resolve;
      });
    }
    if (!this.#text || this.#scheduled) return; // the first rendering shows what is there by then
    this.#scheduled = () => {
      cancel();
      this.#scheduled = undefined;
      this.#show();
    };
    let skipped = 0;
    const frame = (now: number): void => {
      const isDear = !this.#ended && skipped++ < (this.#text?.framesToSkip ?? 0);
      if (isDear && now - this.#shownAt < LONGEST_SKIP_MS) cancel = browserClock.requestFrame(frame);
      else this.#scheduled?.();
    };
    let cancel = browserClock.requestFrame(frame);
  }

  #show(): void {
    const shown = this.#text!;
    this.#shownAt = browserClock.now();
    const start = this.#source.startsWith(shown.source) ? shown.source.length : 0;
    const text = this.#source.slice(0, start + this.#budget.limit);
    const isAll = text.length === this.#source.length;
    if (isAll && this.#ended && this.#rest === undefined) shown.end(text);
    else shown.set(text);
    this.#budget.spend(text.length - start, browserClock.now() - this.#shownAt);
    if (isAll) this.#settle();
    else this.#schedule();
  }

  /** Tells who waits for `complete`, if all of the text is there as it will be. */
  #settle(): void {
    if (!this.#text || this.#scheduled || this.#rest !== undefined || (this.#text.isBehind && !this.#loader.failed))
      return;
    this.#shown?.();
    this.#shown = undefined;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'stream-markdown': StreamMarkdown;
  }
}
