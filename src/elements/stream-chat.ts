/**
 * `<stream-chat>`: a view of one `Chat` (../chat), with the controllers that have a life of their own. It turns
 * attributes into options, what a person does into calls, and what the chat says into events and templates.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { checkOptions } from '../chat/chat.js';
import { Chat, registerProtocol } from '../chat/core.js';
import type { ChatOptions, HeadersSource, Protocol, ReadyState } from '../chat/index.js';
import { ChatError, isForModel, type Message, type ReplyMetrics, type Usage } from '../model/index.js';
import { copyText } from '../markdown/copy-text.js';
import { isElement } from '../markdown/node-kind.js';
import type { Highlighter, MarkdownPolicy } from '../markdown/index.js';
import { visibleText } from '../markdown/normalize-text.js';
import { DEFAULT_POLICY } from '../markdown/url-policy.js';
import { beforeFrame, prepareBoundaries } from '../pacing/index.js';
import { Announcer } from './controllers/announcer.js';
import { Countdown } from './controllers/countdown.js';
import { LogScroll, type ScrollMode } from './controllers/log-scroll.js';
import { MarkdownLoader } from './controllers/markdown-loader.js';
import { onceIdle } from './controllers/once-idle.js';
import { ReducedMotion } from './controllers/reduced-motion.js';
import { TurnReports } from './controllers/turn-reports.js';
import {
  DeltaEvent,
  RequestEvent,
  ResponseStartEvent,
  RetryEvent,
  SendEvent,
  type StreamChatEventMap,
} from './events.js';
import { loadedMarkdown } from './load-markdown.js';
import { protocolNamed, readChatOptions } from './read-chat-options.js';
import { readKeyword, readNumber } from './read-option.js';
import { sameOr } from './same-or.js';
import { adoptStyles, rootElsewhere } from './styles/adopt.js';
import { chatStyles } from './styles/chat.js';
import { fadeStyles } from './styles/fade.js';
import { markdownStyles } from './styles/markdown.js';
import { themeStyles } from './styles/theme.js';
import { describeError, describeRetry, mergeStrings, type Strings } from './strings.js';
import { composerView, isComposing } from './views/composer-view.js';
import { icons } from './views/icons.js';
import { isAnother, messageList } from './views/message-list.js';
import { copiedText, type MessageContext } from './views/message-view.js';
import { pacedMarkdown, type Reveal } from './views/paced-markdown.js';

const DEFAULT_ACTIONS = 'copy regenerate';
/** Frameworks move elements by removing and inserting them: only an element that stays away gives up its reply. */
const REMOVED_GRACE_MS = 5000;
const COPIED_MS = 2000;
/** What takes longer is said to be under way. */
const SLOW_MS = 10_000;

/**
 * @summary A streaming LLM chat in one element.
 * @tagname stream-chat
 *
 * @slot header - Instead of the heading, at the top.
 * @slot empty - Instead of heading and greeting, while there are no messages.
 * @slot suggestions - Buttons shown while there are no messages: a click sends their text.
 * @slot before-input - Above the composer.
 * @slot footer - Below the composer.
 *
 * @csspart panel - The whole.
 * @csspart header - The bar at the top.
 * @csspart log - The conversation, which scrolls.
 * @csspart message - A message; also carries its role (`user`, `assistant`) and status (`streaming`, `complete`…).
 * @csspart content - The text of a message.
 * @csspart reasoning - The disclosure of the model's reasoning.
 * @csspart tool-call - The disclosure of a tool call.
 * @csspart code-block - A fenced code block.
 * @csspart code-header - Its head: language and buttons.
 * @csspart copy-button - Copies it, or a table.
 * @csspart wrap-button - Wraps its long lines.
 * @csspart table-header - The buttons of a table.
 * @csspart table - A table.
 * @csspart blockquote - A quotation.
 * @csspart image-button - The button that stands for an image which does not load by itself.
 * @csspart link - A link in an answer.
 * @csspart footnotes - The notes at the end of an answer.
 * @csspart citation - A link among an answer's sources.
 * @csspart actions - The row of actions under an answer.
 * @csspart action - One of them; also the button of an error.
 * @csspart suggestions - The row of suggestions.
 * @csspart composer - The card at the foot.
 * @csspart input - The text in it.
 * @csspart send-button - Its button while idle.
 * @csspart stop-button - The same button while a reply is under way.
 * @csspart jump-button - The button that goes back to the end.
 * @csspart notice - A line under an answer that ended otherwise than well.
 * @csspart error - Such a line where something went wrong.
 * @csspart file - A picture or another file in an answer.
 * @csspart caret - The caret while an answer is written.
 *
 * @cssprop --stream-chat-accent - Send button, links, focus, selection.
 * @cssprop --stream-chat-background - Background.
 * @cssprop --stream-chat-foreground - Text.
 * @cssprop --stream-chat-muted - Secondary text.
 * @cssprop --stream-chat-border - Hairlines.
 * @cssprop --stream-chat-radius - Corners of cards. Default 12px.
 * @cssprop --stream-chat-space - Unit of all spacing. Default 4px.
 * @cssprop --stream-chat-font - Typeface. Default: the page's.
 * @cssprop --stream-chat-font-mono - Typeface of code.
 * @cssprop --stream-chat-code-comment - In code: comments.
 * @cssprop --stream-chat-code-keyword - In code: words of the language.
 * @cssprop --stream-chat-code-string - In code: texts.
 * @cssprop --stream-chat-code-number - In code: numbers and named values.
 * @cssprop --stream-chat-code-function - In code: what is called.
 * @cssprop --stream-chat-code-type - In code: types, tags, selectors.
 * @cssprop --stream-chat-code-property - In code: attributes, keys, variables.
 * @cssprop --stream-chat-code-inserted - In code: lines that a diff adds.
 * @cssprop --stream-chat-code-deleted - In code: lines that it takes away.
 * @cssprop --stream-chat-user-background - Bubble of a question.
 * @cssprop --stream-chat-error - Colour of the error icon.
 * @cssprop --stream-chat-width - Inline size. Default 100%.
 * @cssprop --stream-chat-height - Block size. Default min(40rem, 85dvh).
 * @cssprop --stream-chat-z-index - Of `layout="fullscreen"`. Default 1000.
 *
 * @cssstate streaming - A reply is arriving.
 * @cssstate waiting - A request is under way and nothing has arrived.
 * @cssstate error - The last turn failed.
 * @cssstate empty - There are no messages.
 * @cssstate offline - There is no network, and the question waits for it.
 * @cssstate at-end - The end of the conversation is in view.
 *
 * @fires {SendEvent} send - A person is about to send. Cancelable; bubbles.
 * @fires {RequestEvent} request - Before each request: url, headers and body may be changed. Cancelable.
 * @fires {ResponseStartEvent} responsestart - A successful response has come.
 * @fires {DeltaEvent} delta - One more piece of the reply.
 * @fires {RetryEvent} retry - Another try is about to be made, for a reply or the rest of it.
 * @fires {ChatMessageEvent} message - A message is complete.
 * @fires {ChatMessageEvent} responseend - A turn is over, however it ended.
 * @fires {ChatMessageEvent} abort - A reply was stopped.
 * @fires {ChatErrorEvent} error - Something went wrong.
 */
export class StreamChat extends LitElement {
  static override styles = [themeStyles, markdownStyles, chatStyles, fadeStyles];

  static override properties = {
    endpoint: {},
    protocol: {},
    messageKey: { attribute: 'message-key' },
    method: {},
    timeout: {},
    idleTimeout: { attribute: 'idle-timeout' },
    retry: {},
    model: {},
    system: {},
    params: {},
    headers: {},
    history: {},
    credentials: {},
    heading: {},
    placeholder: {},
    greeting: {},
    actions: {},
    theme: { reflect: true, converter: readKeyword },
    layout: { reflect: true, converter: readKeyword },
    reveal: { converter: readKeyword },
    scrollMode: { attribute: 'scroll', converter: readKeyword },
    reasoning: { converter: readKeyword },
    announce: { converter: readKeyword },
    allowImages: { attribute: 'allow-images' },
    highlight: { converter: readKeyword },
    highlighter: { attribute: false },
    allowLinks: { attribute: 'allow-links' },
    urlPolicy: { attribute: false },
    disabled: { type: Boolean, reflect: true },
    readOnly: { type: Boolean, attribute: 'readonly', reflect: true },
    maxLength: { attribute: 'maxlength', converter: readNumber },
    fetch: { attribute: false },
    webSocket: { attribute: false },
    strings: { attribute: false },
    value: { attribute: false },
    messages: { attribute: false },
    _problem: { attribute: false },
    _copiedId: { attribute: false },
    _hasHeader: { attribute: false },
  };

  /** Defines the element; a second call with the same tag does nothing. */
  static define(tag = 'stream-chat', registry: CustomElementRegistry = customElements): void {
    if (!registry.get(tag)) registry.define(tag, tag === 'stream-chat' ? this : class extends this {});
  }

  /** Makes a wire format of your own known: for `protocol="name"`, and for the replies that it matches. */
  static registerProtocol(name: string, protocol: Protocol): void {
    registerProtocol(name, protocol);
  }

  /**
   * URL that messages are sent to: `http:`, `https:`, `ws:`, `wss:`; relative ones resolve against the page. `{message}`
   * in it is replaced by the URL-encoded text. Without one, sending shows `no-endpoint`.
   */
  endpoint = '';

  /**
   * The wire format of the request: `auto` (default) goes by the endpoint; or a name of the documentation's table. The
   * property also takes a format of your own. The reply is told by what comes, whatever is said here.
   */
  protocol: string | Protocol = 'auto';

  /** The key of the text under `protocol="message"` and `method="get"`. Default: `message`. */
  messageKey = 'message';

  /** `post` (default), or `get` for EventSource-style back ends: no body, the question in the query. */
  method: 'post' | 'get' = 'post';

  /** Seconds to the first event of a reply. Default 60; 0: none. */
  timeout: number | string = 60;

  /** Seconds of silence in the middle of a reply. Default 45; 0: none. */
  idleTimeout: number | string = 45;

  /** Tries after the first, while nothing has arrived. Default 2. */
  retry: number | string = 2;

  /** The model to ask for, as the endpoint names it. */
  model = '';

  /** The system prompt. Readers can see it in their browser: no place for secrets. */
  system = '';

  /** JSON object merged into the request body: `temperature`, `max_tokens`… */
  params: Record<string, unknown> | string | undefined;

  /** Request headers: a JSON object; the property also takes a function, async too, that is asked before each request. */
  headers: HeadersSource | string | undefined;

  /** How many earlier messages travel with a question: `all` (default), `none`, or a number. */
  history: 'all' | 'none' | number | string = 'all';

  /** As in fetch: `same-origin` (default), `omit`, `include`. */
  credentials: RequestCredentials = 'same-origin';

  /** Shown while there are no messages, and above them afterwards; names the chat for screen readers. */
  heading = '';

  /** Shown in the empty composer. Default: a string of `strings`. */
  placeholder = '';

  /** Markdown shown while there are no messages. */
  greeting = '';

  /** What can be done with an answer, as tokens: `copy`, `regenerate`. Default: both. */
  actions: string = DEFAULT_ACTIONS;

  /** `auto` (default) follows the page's `color-scheme`; `light`; `dark`. */
  theme: 'auto' | 'light' | 'dark' = 'auto';

  /** `inline` (default): a block in the page; `fullscreen`: over all of it. */
  layout: 'inline' | 'fullscreen' = 'inline';

  /**
   * How arriving text appears: `smooth` (default); `fade`, the same with the newest words coming in over 150 ms; `none`.
   * Readers who asked for less motion get calm batches.
   */
  reveal: 'smooth' | 'none' | 'fade' = 'smooth';

  /**
   * Where the conversation stands while it grows: `follow` (default) keeps its end in view until the reader moves away
   * from it; `anchor` brings the question to the top and stays there; `manual` moves nothing. (The attribute is `scroll`:
   * a property of that name would hide a method that every element has.)
   */
  scrollMode: ScrollMode = 'follow';

  static {
    // Frameworks that find something by the name of an attribute set that instead (React, Vue).
    Object.defineProperty(this.prototype, 'scroll', {
      configurable: true,
      get: () => Reflect.get(LitElement.prototype, 'scroll') as unknown,
      set(this: StreamChat, mode: ScrollMode | null | undefined) {
        this.scrollMode = mode ?? 'follow';
      },
    });
  }

  /** A model's reasoning: `collapsed` (default), `open`, `hidden`. */
  reasoning: 'collapsed' | 'open' | 'hidden' = 'collapsed';

  /** To screen readers: `turns` (default) says that an answer is being written and that it is there; `none`. */
  announce: 'turns' | 'none' = 'turns';

  /** Which images load by themselves: `none` (default), `self`, origins, `*`. Others load on a click. */
  allowImages: string = DEFAULT_POLICY.allowImages;

  /** Schemes or origins that answers may link to. Default: `http https mailto tel`. */
  allowLinks: string = DEFAULT_POLICY.allowLinks;

  /** Asked about each link that is allowed, and each image that may load, on a click too; `false` refuses it. */
  urlPolicy: MarkdownPolicy['urlPolicy'];

  /** Whether code is coloured: `auto` (default) or `none`. Holds for messages that are shown from then on. */
  highlight: 'auto' | 'none' = 'auto';

  /** Reads code in place of what is built in. */
  highlighter: Highlighter | undefined;

  /** As on a form control: nothing can be written or sent. */
  disabled = false;

  /** The conversation can be read and not continued. */
  readOnly = false;

  /** Longest question, in UTF-16 units, as on a textarea. Default: no limit. */
  maxLength: number | undefined;

  /** Used in place of the global `fetch`. */
  fetch: typeof fetch | undefined;

  /** Used in place of the global `WebSocket`. */
  webSocket: typeof WebSocket | undefined;

  /** Words to say otherwise; what is left out keeps its default. Those of `markdown` hold for what is shown from then on. */
  strings: Partial<Strings> = {};

  /** The draft: what stands in the composer. */
  value = '';

  /** The conversation, oldest first. Setting it stops a reply under way, unless it is the same list. */
  get messages(): readonly Message[] {
    return this.#chat.messages;
  }
  set messages(messages: readonly Message[]) {
    const before = this.#shown;
    try {
      this.#chat.messages = messages;
    } catch (error) {
      // Set before the element was there, they are handed over where nobody would hear of it, nor see anything.
      if (!(error instanceof ChatError) || !this.isConnected || this.hasUpdated) throw error;
      this.#report((this.#unread = error));
      return;
    }
    if (this._problem === this.#unread) this._problem = null;
    if (isAnother(before, this.#shown)) this.#scroll.begins();
  }

  /** Why nothing could be sent: set-up errors, which belong to no message. */
  private _problem: ChatError | null = null;
  private _copiedId: string | undefined;
  private _hasHeader = false;

  readonly #chat = new Chat();
  readonly #announcer = new Announcer(this);
  readonly #scroll = new LogScroll(this, () => this.scrollMode);
  readonly #reducedMotion = new ReducedMotion(this);
  readonly #markdown = new MarkdownLoader(this, (error) => this.#report(error));
  readonly #internals: ElementInternals | undefined;
  readonly #countdown = new Countdown(this);
  readonly #reports = new TurnReports(this, this.#announcer, () => this.#strings);
  #policy: MarkdownPolicy | undefined;
  /** The newest thing that is shown: its message's id, or the greeting. */
  #newest = '';
  /** Why the messages that were set first could not be read. */
  #unread: ChatError | null = null;
  /** The reader has been told that it takes long. */
  #isSlow = false;
  /** What touched it last: `touch`, `mouse`, `pen`. */
  #pointer = '';
  #replyId = '';
  #turnStart = 0;
  #turnEnd = 0;
  #removal: ReturnType<typeof setTimeout> | undefined;
  #copied: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    // Not there when rendered on a server.
    if (typeof this.attachInternals === 'function') {
      this.#internals = this.attachInternals();
      this.#internals.role = 'region';
    }
    this.#chat.subscribe(() => this.requestUpdate());
    onceIdle(this, this.#prepare);
    if (!Object.hasOwn(this, 'scroll')) return;
    // Set before the element was there; Lit does so for what it knows.
    const mode = Reflect.get(this, 'scroll') as unknown;
    Reflect.deleteProperty(this, 'scroll');
    Reflect.set(this, 'scroll', mode);
  }

  /** `idle`, `connecting`, `waiting` or `streaming`. */
  get readyState(): ReadyState {
    return this.#chat.readyState;
  }

  /** What went wrong last: with the set-up, or in the last turn; null where all is well. */
  get error(): ChatError | null {
    const reply = this.#reply ?? this.messages.findLast((message) => !isForModel(message));
    return this._problem ?? reply?.error ?? null;
  }

  /** Token counts of the last reply, where the endpoint reports them; else null. */
  get usage(): Usage | null {
    return this.#lastReply?.usage ?? null;
  }

  /** What was counted while the last reply was read; null before its end. */
  get metrics(): ReplyMetrics | null {
    return this.#lastReply?.metrics ?? null;
  }

  /**
   * Sends `text` as the user's next message.
   *
   * @returns the assistant's message when it is finished, whatever its status
   * @throws ChatError `no-endpoint`, `bad-option`, `busy`: then nothing was sent
   */
  send(text: string): Promise<Message> {
    return this.#turn((chat) => chat.send(text), true);
  }

  /**
   * Asks again for a reply, dropping it and what follows it.
   *
   * @param id of the assistant message; default: the last
   * @throws ChatError as `send`
   */
  regenerate(id?: string): Promise<Message> {
    return this.#turn((chat) => chat.regenerate(id));
  }

  /**
   * Asks for the rest of an answer that was cut off, and adds it to the message.
   *
   * @param id of the assistant message, which has to be the last; default: that
   * @throws ChatError as `send`
   */
  continue(id?: string): Promise<Message> {
    return this.#turn((chat) => chat.continue(id));
  }

  /** Stops the reply under way and keeps what has arrived. */
  stop(): void {
    this.#chat.stop();
  }

  /** Adds a message that comes from elsewhere. Screen readers are told of one of the assistant's, as of an answer. */
  addMessage(message: Message): void {
    this.#chat.addMessage(message);
    if (this.hasUpdated) this.#reports.comes(message);
  }

  /** Forgets all messages; stops a reply under way. */
  clear(): void {
    this._problem = null;
    const hadMessages = this.messages.length > 0;
    this.#chat.clear();
    if (hadMessages) this.#scroll.begins();
  }

  /** Goes to the end of the conversation and, but for `scroll="manual"`, follows it again. */
  scrollToLatest(): void {
    this.#scroll.toEnd();
  }

  /** Focuses the composer, once it is there; nothing while the element is in no page. */
  override focus(options?: FocusOptions): void {
    if (this.hasUpdated) this.renderRoot.querySelector('textarea')!.focus(options);
    else if (this.isConnected) void this.updateComplete.then(() => this.focus(options));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    clearTimeout(this.#removal);
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    return rootElsewhere(this, StreamChat) ?? super.createRenderRoot();
  }

  /** In another document none of its styles holds. */
  adoptedCallback(): void {
    adoptStyles(this, StreamChat);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#removal = setTimeout(() => this.stop(), REMOVED_GRACE_MS);
  }

  /**
   * While an answer arrives, at most once a frame: deltas come faster, and each would render the whole conversation. At its
   * beginning, so that what has arrived is shown in this frame and not in the next one.
   */
  protected override scheduleUpdate(): void | Promise<unknown> {
    if (!this.hasUpdated || this.readyState !== 'streaming') return super.scheduleUpdate();
    return new Promise((resolve) => beforeFrame(() => resolve(this.#updateNow())));
  }

  /** Within the call; what it throws rejects. */
  async #updateNow(): Promise<void> {
    await super.scheduleUpdate();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const problem = this._problem;
    if (problem?.code === 'not-loaded' && loadedMarkdown()) this._problem = null;
    // A framework may set the same again with each of its own updates.
    const isSetUp = SET_UP.some((name) => changed.has(name));
    const isOfSetUp = problem?.code === 'no-endpoint' || (problem?.code === 'bad-option' && problem !== this.#unread);
    if (isSetUp && isOfSetUp && this.#canAsk) this._problem = null;
  }

  protected override firstUpdated(): void {
    this.#scroll.attach(this.#log);
  }

  protected override updated(_changed: PropertyValues<this>): void {
    const { readyState, error, messages } = this;
    const newest = messages.at(-1)?.id ?? this.greeting;
    if (newest && newest !== this.#newest) this.#markdown.request();
    this.#newest = newest;
    this.#toggleState('streaming', readyState === 'streaming');
    this.#toggleState('waiting', readyState === 'connecting' || readyState === 'waiting');
    this.#toggleState('error', error !== null);
    this.#toggleState('offline', Boolean(this.#chat.retry && this.#chat.retry.at === undefined));
    this.#toggleState('empty', this.#shown.length === 0);
    this.#toggleState('at-end', this.#scroll.atEnd);
    const isSlow = this.#waiting === this.#strings.slow;
    if (isSlow && !this.#isSlow) this.#reports.waits(this.#strings.slow);
    this.#isSlow ||= isSlow;
    if (this.#internals) this.#internals.ariaLabel = this.heading || this.#strings.chat;
  }

  protected override render(): TemplateResult {
    const messages = this.#shown;
    const empty = messages.length === 0;
    const strings = this.#strings;
    return html`
      <div part="panel" class="panel" @keydown=${this.#onKeydown} @pointerdown=${this.#onPointerdown}>
        <header part="header" class="header" ?hidden=${!this._hasHeader && (empty || !this.heading)}>
          <slot name="header" @slotchange=${this.#onHeaderSlot}><span dir="auto">${this.heading}</span></slot>
        </header>
        <div part="log" class="log" role="log" aria-live="off" aria-label=${strings.conversation} tabindex="0">
          <div class=${empty && !this._problem ? 'empty' : 'log-content'}>
            ${empty ? this.#renderEmpty() : nothing}
            <div
              class="messages"
              ${messageList({
                messages,
                context: this.#context,
                replyId: this.#reply?.id,
                copiedId: this._copiedId,
              })}
            ></div>
            ${this._problem ? this.#renderProblem(this._problem) : nothing}
          </div>
          <div class="room"></div>
        </div>
        <div class="foot" @focusin=${this.#prepare}>
          ${
            this.#scroll.atEnd
              ? nothing
              : html`<button
                  part="jump-button"
                  class="jump"
                  type="button"
                  aria-label=${strings.jumpToLatest}
                  title=${strings.jumpToLatest}
                  @click=${this.#onJump}
                >
                  ${icons.down}
                </button>`
          }
          <slot name="before-input"></slot>
          ${composerView({
            strings,
            value: this.value ?? '',
            placeholder: this.placeholder || strings.placeholder,
            busy: this.readyState !== 'idle',
            disabled: this.disabled,
            readOnly: this.readOnly,
            maxLength: this.maxLength,
            onInput: (value) => (this.value = value),
            onSubmit: () => this.#submit(this.value ?? ''),
            onStop: (event) => this.#onStop(event),
          })}
          <slot name="footer"></slot>
        </div>
        ${this.#announcer.render()}
      </div>
    `;
  }

  /** Instructions and results are no messages to a reader. */
  get #shown(): readonly Message[] {
    const { messages } = this;
    return messages.some(isForModel) ? messages.filter((message) => !isForModel(message)) : messages;
  }

  #renderEmpty(): TemplateResult {
    const { policy, highlighter, onCodeCopy: onCopy, onSanitizerError } = this.#context;
    return html`
      <slot name="empty">
        ${this.heading ? html`<h2 class="empty-heading" dir="auto">${this.heading}</h2>` : nothing}
        ${
          this.greeting
            ? html`<div
                class="greeting markdown"
                ${pacedMarkdown({ text: this.greeting, ended: true, reveal: 'none', policy, strings: this.#strings.markdown, highlighter, onCopy, onSanitizerError })}
              ></div>`
            : nothing
        }
      </slot>
      <div part="suggestions" class="suggestions">
        <slot name="suggestions" @click=${this.#onSuggestion}></slot>
      </div>
    `;
  }

  #renderProblem(problem: ChatError): TemplateResult {
    return html`<div part="notice error" class="notice error message">
      ${icons.warning}
      <p dir="auto">${describeError(problem, this.#strings)}</p>
    </div>`;
  }

  get #strings(): Strings {
    return mergeStrings(this.strings ?? NO_STRINGS);
  }

  /** Of the last turn; undefined where there was none, or it is not among the messages any more. */
  get #reply(): Message | undefined {
    return this.#replyId === '' ? undefined : this.messages.findLast(({ id }) => id === this.#replyId);
  }

  get #lastReply(): Message | undefined {
    return this.#reply ?? this.messages.findLast(({ role }) => role === 'assistant');
  }

  get #context(): MessageContext {
    const { allowImages, allowLinks, urlPolicy, reasoning } = this;
    const disabled = this.disabled || this.readOnly;
    const shown = this.#shown;
    this.#policy = sameOr(this.#policy, { allowImages, allowLinks, urlPolicy });
    const reveal: Reveal = this.#reducedMotion.matches && this.reveal !== 'none' ? 'batch' : this.reveal;
    return {
      strings: this.#strings,
      policy: this.#policy,
      highlighter: this.highlight === 'none' ? null : this.highlighter,
      reveal,
      reasoning,
      actions: this.actions ?? DEFAULT_ACTIONS,
      isMarkdownLoaded: loadedMarkdown() !== undefined,
      total: shown.length,
      firstQuestion: shown.findIndex(({ role }) => role === 'user') + 1 || Infinity,
      isLast: true,
      copied: false,
      disabled,
      busy: this.#isBlocked,
      waiting: this.#waiting,
      retrySeconds: this.#retrySeconds,
      onContinue: this.#onContinue,
      onCopy: this.#copyMessage,
      onRegenerate: this.#onRegenerate,
      onCodeCopy: this.#announceCopy,
      onSanitizerError: this.#onSanitizerError,
    };
  }

  /** What a reader who waits should know; undefined while all is as usual. */
  get #waiting(): string | undefined {
    const { retry, readyState } = this.#chat;
    if (retry) return describeRetry(retry, this.#strings, (at) => this.#countdown.secondsUntil(at));
    if (readyState !== 'connecting' && readyState !== 'waiting') return undefined;
    return this.#countdown.hasPassed(this.#turnStart, SLOW_MS) ? this.#strings.slow : undefined;
  }

  /** How long the service still asks for patience. */
  get #retrySeconds(): number {
    const { retryAfter } = this.error ?? {};
    if (!retryAfter || this.readyState !== 'idle') return 0;
    return this.#countdown.secondsUntil(this.#turnEnd + retryAfter * 1000);
  }

  #chatOptions(): ChatOptions {
    return {
      ...readChatOptions(this, this.#reports.warn),
      onRequest: (request) => this.dispatchEvent(new RequestEvent(request)),
      onResponse: (response) => void this.dispatchEvent(new ResponseStartEvent(response)),
      onRetry: (notice) => {
        this.#reports.waits(describeRetry(notice, this.#strings, (at) => this.#countdown.secondsUntil(at)));
        this.dispatchEvent(new RetryEvent(notice));
      },
      onDelta: (delta, message) => void this.dispatchEvent(new DeltaEvent(delta, message)),
      onEnd: (reply) => {
        this.#turnEnd = Date.now();
        this.#reports.ends(reply);
      },
    };
  }

  get #canAsk(): boolean {
    try {
      checkOptions(this.#chatOptions());
      return true;
    } catch (error) {
      if (error instanceof ChatError) return false;
      throw error;
    }
  }

  /** What a question needs comes before it is asked, and after all that the page needs now. */
  readonly #prepare = (): void => {
    const { endpoint, disabled, readOnly } = this;
    if (endpoint && !disabled && !readOnly) {
      prepareBoundaries();
      this.#markdown.request(false);
      void this.#chat.prepare({ endpoint, protocol: protocolNamed(this.protocol) });
    }
  };

  /** One turn, from the question to its last event. */
  async #turn(start: (chat: Chat) => Promise<Message>, isNew = false): Promise<Message> {
    try {
      checkOptions((this.#chat.options = this.#chatOptions()));
    } catch (error) {
      if (error instanceof ChatError) this.#report(error);
      throw error;
    }
    const wasIdle = this.readyState === 'idle';
    // What is refused here is the caller's to know: another is under way, or there is nothing to ask.
    const turn = start(this.#chat);
    if (wasIdle && this.readyState !== 'idle') this.#onTurnStart(isNew);
    return turn;
  }

  #onTurnStart(isNew: boolean): void {
    this.#turnStart = Date.now();
    this.#replyId = this.messages.at(-1)?.id ?? '';
    this.#isSlow = false;
    this._problem = null;
    this.#scroll.turnBegins(this.messages.at(-1)?.parts.length !== 0);
    // Asked again it is complete already.
    this.#reports.begins(isNew ? this.messages.at(-2) : undefined);
  }

  /** An error before anything was sent: in the conversation for the reader, once in the console for the page's author. */
  #report(error: ChatError): void {
    this._problem = error;
    this.#reports.problem(error);
  }

  /** What a person asked to send: it may be called off, and the draft goes only when it was accepted. */
  #submit(text: string): void {
    if (text.trim() === '' || this.#isBlocked) return;
    if (!this.dispatchEvent(new SendEvent(text))) return;
    const turn = this.send(text);
    // A suggestion leaves the draft alone.
    if (this.readyState !== 'idle' && text === this.value) this.value = '';
    turn.catch(ignoreReported);
  }

  #onStop(event: PointerEvent): void {
    this.stop();
    // The button stays, as Send.
    if (!this.#isTouch(event)) this.#focusNext(event);
  }

  /** On to the next question, since the button goes; on a touch screen that would raise the keyboard over the answer. */
  #focusNext(event: UIEvent): void {
    if (this.disabled || this.#isTouch(event)) this.#log.focus({ preventScroll: true });
    else this.focus({ preventScroll: true });
  }

  /** A click does not say in all engines what it came from; of keys it counts none. */
  #isTouch({ detail }: UIEvent): boolean {
    return detail !== 0 && this.#pointer === 'touch';
  }

  get #log(): HTMLElement {
    return this.renderRoot.querySelector('[role="log"]')!;
  }

  /** Whether a person can ask for nothing now. */
  get #isBlocked(): boolean {
    return this.disabled || this.readOnly || this.readyState !== 'idle';
  }

  readonly #onContinue = ({ id }: Message, event: UIEvent): void => {
    if (this.#isBlocked) return;
    void this.continue(id).catch(ignoreReported);
    this.#focusNext(event);
  };

  readonly #onRegenerate = ({ id }: Message, event: UIEvent): void => {
    // Buttons of a long conversation follow late.
    if (this.#isBlocked) return;
    void this.regenerate(id).catch(ignoreReported);
    this.#focusNext(event);
  };

  readonly #onJump = (event: UIEvent): void => {
    this.#scroll.toEnd();
    this.#focusNext(event);
  };

  readonly #onPointerdown = ({ pointerType }: PointerEvent): void => {
    this.#pointer = pointerType;
  };

  readonly #onKeydown = (event: KeyboardEvent): void => {
    const target = event.target as Element;
    // What a page has put into a slot is its own, and what it has answered is done.
    if (event.defaultPrevented || !this.renderRoot.contains(target)) return;
    // Held down, it would press what the button has become.
    if (event.key === 'Enter' && event.repeat && target.localName === 'button') event.preventDefault();
    if (event.key !== 'Escape' || isComposing(event) || this.readyState === 'idle') return;
    event.preventDefault();
    event.stopPropagation();
    this.stop();
  };

  readonly #onHeaderSlot = (event: Event): void => {
    this._hasHeader = (event.target as HTMLSlotElement).assignedNodes().length > 0;
  };

  readonly #onSuggestion = (event: UIEvent): void => {
    const path = event.composedPath().filter((target): target is Element => isElement(target as Node));
    const slotted = path.find(({ slot }) => slot === 'suggestions');
    // Several may stand in one element, and what is between them is none. What is inside of a component is not the page's.
    const inside = path.slice(0, path.indexOf(slotted!)).filter((element) => slotted?.contains(element));
    const suggestion =
      inside.find((element) => element.matches(BUTTONS)) ?? (slotted?.querySelector(BUTTONS) ? null : slotted);
    if (!suggestion) return;
    // A button in a form of the page would submit that, too.
    event.preventDefault();
    if (this.#isBlocked) return;
    // As it is shown, however its source is broken into lines.
    this.#submit((suggestion.textContent ?? '').replace(/\s+/g, ' ').trim());
    // What was called off leaves the focus where it is.
    if (this.readyState !== 'idle') this.#focusNext(event);
  };

  readonly #copyMessage = (message: Message): void => {
    void copyText(visibleText(copiedText(message))).then((copied) => {
      this.#announceCopy(copied);
      if (!copied) return;
      this._copiedId = message.id;
      clearTimeout(this.#copied);
      this.#copied = setTimeout(() => (this._copiedId = undefined), COPIED_MS);
    });
  };

  readonly #announceCopy = (copied: boolean): void => {
    this.#announcer.say(copied ? this.#strings.copied : this.#strings.copyFailed);
  };

  readonly #onSanitizerError = (cause: Error): void => {
    this.#report(
      new ChatError('internal', `expected a working sanitiser, so text is shown plain: ${cause.message}`, { cause }),
    );
  };

  #toggleState(name: string, on: boolean): void {
    try {
      if (on) this.#internals?.states?.add(name);
      else this.#internals?.states?.delete(name);
    } catch {
      // Engines without custom states, or with their first form (Chrome 124), go without them: they carry no function.
    }
  }
}

/** What the set-up of a chat is, in so far as it may not do. */
const SET_UP: readonly (keyof StreamChat)[] = ['endpoint', 'protocol', 'params', 'headers', 'history'];

/** What can be pressed, in what a page puts into the element. */
const BUTTONS = 'button, a, [role="button"]';

/** The same object each time, by which what it is merged to is kept. */
const NO_STRINGS: Partial<Strings> = {};

/** A rejection that `#turn` has already shown, logged and dispatched, or that changes nothing. */
function ignoreReported(error: unknown): void {
  if (!(error instanceof ChatError)) throw error;
}

/** Listeners get the event of their name, typed. */
export interface StreamChat {
  addEventListener<Type extends keyof StreamChatEventMap>(
    type: Type,
    listener: (this: StreamChat, event: StreamChatEventMap[Type]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<Type extends keyof HTMLElementEventMap>(
    type: Type,
    listener: (this: HTMLElement, event: HTMLElementEventMap[Type]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<Type extends keyof StreamChatEventMap>(
    type: Type,
    listener: (this: StreamChat, event: StreamChatEventMap[Type]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener<Type extends keyof HTMLElementEventMap>(
    type: Type,
    listener: (this: HTMLElement, event: HTMLElementEventMap[Type]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'stream-chat': StreamChat;
  }
}
