/** One message: the question in a bubble, the answer as the page itself, and what can be done with it. */
import { html, nothing, type TemplateResult } from 'lit';
import type { DirectiveResult } from 'lit/directive.js';
import { messageText } from '../../model/index.js';
import type { DataPart, FilePart, Message, MessagePart, SourcePart, ToolCallPart } from '../../model/index.js';
import { reasoningAbout } from '../../model/message.js';
import type { Highlighter, MarkdownPolicy } from '../../markdown/index.js';
import { visibleText } from '../../markdown/normalize-text.js';
import { checkUrl, mayLoadOnClick, namesAnotherHost, parseUrl, shownHost } from '../../markdown/url-policy.js';
import { readTokens } from '../read-option.js';
import { describeError, type Strings } from '../strings.js';
import { growingText } from './growing-text.js';
import { icons } from './icons.js';
import { pacedMarkdown, type Reveal } from './paced-markdown.js';

/** What the messages of a chat have in common. Another object when anything in it is another. */
export interface MessageContext {
  strings: Strings;
  policy: MarkdownPolicy;
  highlighter: Highlighter | null | undefined;
  reveal: Reveal;
  reasoning: 'collapsed' | 'open' | 'hidden';
  /** Tokens. */
  actions: string;
  /** Before, text is shown as text. */
  isMarkdownLoaded: boolean;
  /** How many messages there are. */
  total: number;
  /** The position of the first question; what comes before it answers none. */
  firstQuestion: number;
  /** The message is the last of them. */
  isLast: boolean;
  /** The message was copied just now. */
  copied: boolean;
  /** Whether no answer can be asked for, for longer than a turn. */
  disabled: boolean;
  /** Whether none can be asked for now. */
  busy: boolean;
  /** What to say beside the caret while nothing has come, or under what came before the connection was lost. */
  waiting: string | undefined;
  /** How long the service asks for patience before the last question is asked again. */
  retrySeconds: number;
  onCopy: (message: Message) => void;
  onRegenerate: (message: Message, event: UIEvent) => void;
  onContinue: (message: Message, event: UIEvent) => void;
  onCodeCopy: (copied: boolean) => void;
  onSanitizerError: (error: Error) => void;
}

/** `position`: among all messages, from 1. */
export function messageView(message: Message, position: number, context: MessageContext): TemplateResult {
  return html`
    <article
      part="message ${message.role} ${message.status}"
      class="message ${message.role}"
      data-id=${message.id}
      aria-label=${context.strings.messageName(message.role, position, context.total)}
      aria-busy=${message.status === 'streaming' ? 'true' : nothing}
    >
      ${message.role === 'user' ? questionView(message) : answerView(message, position, context)}
    </article>
  `;
}

function questionView(message: Message): TemplateResult {
  return html`<div part="content" class="question"><div dir="auto">${visibleText(messageText(message))}</div></div>`;
}

function answerView(message: Message, position: number, context: MessageContext): TemplateResult {
  const sources = message.parts.filter((part) => part.type === 'source');
  const streaming = message.status === 'streaming';
  const shown = shownParts(message, context);
  const open = openPart(shown);
  const answers = position > context.firstQuestion;
  return html`
    ${shown.map((part, index) => partView(part, !streaming || index !== open, context))}
    ${streaming ? waitingView(shown, context) : nothing} ${sources.length > 0 ? sourcesView(sources, context) : nothing}
    ${noticeView(message, answers, context)} ${streaming ? nothing : actionsView(message, answers, context)}
  `;
}

/** The part at whose end more may come. Where an answer is gone on with, what is thought about the rest stands behind its text. */
function openPart(parts: readonly MessagePart[]): number {
  const [text, last] = parts.slice(-2);
  const isThought = last?.type === 'reasoning' && text!.type === 'text' && last.id === reasoningAbout(text!.id);
  return parts.length - (isThought ? 2 : 1);
}

/**
 * The parts that show something. Providers cut one text into several parts (at a citation, at a signature), in the middle
 * of a sentence, too: what stands side by side is one.
 */
function shownParts({ parts }: Message, { reasoning }: Pick<MessageContext, 'reasoning'>): MessagePart[] {
  const shown: MessagePart[] = [];
  for (const part of parts) {
    if (part.type === 'source' || ('text' in part && part.text === '')) continue;
    if (part.type === 'data' && mcpText(part) === '') continue;
    const before = shown.at(-1);
    if (part.type === 'text' && before?.type === 'text') {
      shown[shown.length - 1] = { ...part, text: before.text + part.text };
    } else if (part.type === 'reasoning' && before?.type === 'reasoning') {
      shown[shown.length - 1] = { ...before, text: `${before.text}\n\n${part.text}` };
    } else shown.push(part);
  }
  return reasoning === 'hidden' ? shown.filter(({ type }) => type !== 'reasoning') : shown;
}

/** What an answer says, in so far as it shows it as its own. */
export function shownText(message: Message): string {
  return shownParts(message, { reasoning: 'hidden' })
    .map((part) => ('text' in part ? part.text : part.type === 'data' ? mcpText(part) : ''))
    .join(' ');
}

/** An answer's own text, as it stands: what tools have between them is not one text. */
export function copiedText(message: Message): string {
  const texts = shownParts(message, { reasoning: 'collapsed' }).filter((part) => part.type === 'text');
  return texts.map(({ text }) => text).join('\n\n');
}

/** What an answer has that is no text, by the names that it is shown under. */
export function shownNames(message: Message, strings: Strings): string {
  return shownParts(message, { reasoning: 'hidden' })
    .map((part) =>
      part.type === 'file' ? fileName(part, strings) : part.type === 'tool-call' ? callName(part, strings) : '',
    )
    .filter(Boolean)
    .join(', ');
}

function fileName({ name, mediaType }: FilePart, { image, file }: Strings): string {
  return visibleText(name ?? (mediaType.startsWith('image/') ? image : file));
}

function callName({ name }: ToolCallPart, strings: Strings): string {
  return strings.toolCall(visibleText(name));
}

/** What the result of an MCP tool says: data for a model, yet where it is all that came, it is the answer. */
function mcpText({ name, data }: DataPart): string {
  if (name !== 'mcp-result') return '';
  const content = (data as { content?: unknown } | null | undefined)?.content;
  if (!Array.isArray(content)) return '';
  return content
    .map((item: { text?: unknown } | null) => (typeof item?.text === 'string' ? item.text : ''))
    .join('\n\n');
}

function waitingView(parts: readonly MessagePart[], { waiting }: MessageContext): TemplateResult | typeof nothing {
  const last = parts.at(-1)?.type;
  // Text has a caret of its own, and reasoning says that it is under way, or stands behind text that goes on.
  const hasCaret = last === undefined || last === 'tool-call' || last === 'file';
  if (!hasCaret && !waiting) return nothing;
  return html`<div class="waiting">
    ${hasCaret ? html`<span part="caret" class="caret"></span>` : nothing}
    ${waiting ? html`<p part="notice" class="notice" dir="auto">${waiting}</p>` : nothing}
  </div>`;
}

/** Part type → template. Sources stand together under the answer; what has no picture yet shows nothing. */
function partView(part: MessagePart, ended: boolean, context: MessageContext): TemplateResult | typeof nothing {
  const { strings } = context;
  switch (part.type) {
    case 'text':
    case 'refusal':
    case 'data': {
      const text = part.type === 'data' ? mcpText(part) : part.text;
      return html`<div part="content" class="content markdown" ${markdown(text, ended, context)}></div>`;
    }
    case 'reasoning':
      return html`<details part="reasoning" class="aside" ?open=${context.reasoning === 'open'}>
        <summary>
          ${icons.chevron}<span dir="auto">${ended ? strings.reasoning : strings.reasoningUnderWay}</span>
        </summary>
        <div class="aside-body" dir="auto" ${growingText(part.text, ended)}></div>
      </details>`;
    case 'tool-call':
      return html`<details part="tool-call" class="aside">
        <summary>${icons.chevron}<span dir="auto">${callName(part, strings)}</span></summary>
        <pre class="aside-body" dir="ltr" ${growingText(part.inputText, ended)}></pre>
        ${part.error || part.output !== undefined ? html`<pre class="aside-body" dir="auto">${outputText(part)}</pre>` : nothing}
      </details>`;
    case 'file':
      return fileView(part, context);
    case 'source':
      return nothing;
  }
}

function markdown(text: string, ended: boolean, context: MessageContext): DirectiveResult {
  const { strings, policy, reveal, highlighter, onCodeCopy: onCopy, onSanitizerError } = context;
  const options = { policy, strings: strings.markdown, highlighter, onCopy, onSanitizerError };
  return pacedMarkdown({ text, ended, reveal, ...options });
}

/** What a tool gave, as people read it: text as it is, values as JSON. */
function outputText({ error, output }: ToolCallPart): string {
  return visibleText(error ?? (typeof output === 'string' ? output : JSON.stringify(output, null, 2)));
}

/** A picture that came whole shows itself; one that has to be loaded asks the policy; any other file is a link. */
function fileView(part: FilePart, context: MessageContext): TemplateResult {
  const { url: address, mediaType } = part;
  const { strings, policy } = context;
  const url = typeof address === 'string' ? address : '';
  const isImage = mediaType.startsWith('image/');
  const text = fileName(part, strings);
  const whole = WHOLE_FILE.exec(url);
  const picture = whole?.[1] ? url : isImage ? checkUrl(url, 'image', policy, document.baseURI)?.href : undefined;
  if (picture) {
    return html`<img
      part="file"
      class="file"
      loading=${whole ? nothing : 'lazy'}
      referrerpolicy="no-referrer"
      src=${picture}
      alt=${text}
    />`;
  }
  const waiting = isImage && url && !whole && context.isMarkdownLoaded ? parseUrl(url, document.baseURI) : null;
  if (waiting && mayLoadOnClick(waiting, policy)) {
    return html`<div
      part="file"
      class="file markdown"
      ${markdown(imageMarkdown(text, waiting.url), true, context)}
    ></div>`;
  }
  const link = whole ? null : checkUrl(url, 'link', policy, document.baseURI);
  if (!whole && !link) return html`<p class="file" dir="auto">${text}</p>`;
  return html`<p class="file" dir="auto">
    <a
      part="link file"
      href=${link?.href ?? url}
      title=${link ? shownHost(link.url) : nothing}
      download=${whole ? text : nothing}
      target="_blank"
      rel="noopener noreferrer nofollow ugc"
      referrerpolicy="no-referrer"
      >${link ? withHost(text, link.url) : text}</a
    >
  </p>`;
}

/** A picture that may not load by itself waits behind a button, as those in answers do. */
function imageMarkdown(text: string, { href }: URL): string {
  const address = href.replaceAll('`', '%60').replaceAll('&', '&amp;');
  return `![${text.replace(/\s+/g, ' ').replace(/[!-/:-@[-`{-~]/g, '\\$&')}](<${address}>)`;
}

/** What names one host and leads to another says so. */
function withHost(text: string, url: URL): string {
  return namesAnotherHost(text, url) ? `${text} (${shownHost(url)})` : text;
}

/** A file inside its address. Of pictures, those that are nothing but pixels. */
const WHOLE_FILE = /^data:(?:(image\/(?:png|jpeg|gif|webp|avif))|[a-z]+\/[\w.+-]+);base64,[\w+/=]*$/i;

function sourcesView(sources: readonly SourcePart[], { strings, policy }: MessageContext): TemplateResult {
  return html`
    <nav class="sources" aria-label=${strings.sources}>
      <ol>
        ${sources.map(({ url, title }) => {
          const checked = checkUrl(url, 'link', policy, document.baseURI);
          const text = visibleText(title ?? checked?.url.hostname ?? url);
          return html`<li>
            ${
              checked
                ? html`<a
                    part="link citation"
                    dir="auto"
                    href=${checked.href}
                    title=${shownHost(checked.url)}
                    target="_blank"
                    rel="noopener noreferrer nofollow ugc"
                    referrerpolicy="no-referrer"
                    >${withHost(text, checked.url)}</a
                  >`
                : html`<span dir="auto">${text}</span>`
            }
          </li>`;
        })}
      </ol>
    </nav>
  `;
}

/** What has to be said about the end of an answer, with the next step. `answers`: there is a question to ask again. */
function noticeView(message: Message, answers: boolean, context: MessageContext): TemplateResult | typeof nothing {
  const { strings, isLast, busy, retrySeconds } = context;
  const { error, status, finishReason } = message;
  const action = (label: string, act: (message: Message, event: UIEvent) => void) =>
    html`<button
      part="action"
      type="button"
      class="text-button"
      ?disabled=${busy}
      @click=${(event: UIEvent) => act(message, event)}
    >
      <span dir="auto">${label}</span>
    </button>`;
  const isCut =
    status === 'interrupted' ||
    status === 'stopped' ||
    finishReason === 'length' ||
    (finishReason === 'error' && !error);
  const goOn = isLast && isCut && messageText(message) !== '' ? action(strings.continue, context.onContinue) : nothing;
  if (error) {
    const again = retrySeconds > 0 ? strings.retryIn(retrySeconds) : strings.retry;
    return html`<div part="notice error" class="notice error">
      ${icons.warning}
      <p dir="auto">${describeError(error, strings)}</p>
      ${goOn} ${answers ? action(again, context.onRegenerate) : nothing}
    </div>`;
  }
  const said = endingOf(message, context);
  return said
    ? html`<div part="notice" class="notice">
        <p dir="auto">${said}</p>
        ${goOn}
      </div>`
    : nothing;
}

/** How an answer ended, where that has to be said and is no error. */
export function endingOf(message: Message, context: Pick<MessageContext, 'strings' | 'reasoning'>): string | undefined {
  const { status, finishReason } = message;
  const { ended, emptyAnswer } = context.strings;
  return (
    ended[status] ??
    (finishReason === 'error' ? ended.interrupted : undefined) ??
    (finishReason === 'length' || finishReason === 'content-filter' ? ended[finishReason] : undefined) ??
    (status === 'complete' && shownParts(message, context).length === 0 ? emptyAnswer : undefined)
  );
}

/** `answers`: there is something before it to ask again. */
function actionsView(message: Message, answers: boolean, context: MessageContext): TemplateResult | typeof nothing {
  const { strings, busy, copied } = context;
  const actions = readTokens(context.actions);
  const canCopy = actions.has('copy') && messageText(message) !== '';
  const canRegenerate = answers && actions.has('regenerate') && !message.error;
  if (!canCopy && !canRegenerate) return nothing;
  return html`<div part="actions" class="actions">
    ${canCopy ? iconButton(strings.copy, copied ? icons.check : icons.copy, () => context.onCopy(message), false, copied ? strings.copied : undefined) : nothing}
    ${canRegenerate ? iconButton(strings.regenerate, icons.regenerate, (event) => context.onRegenerate(message, event), busy) : nothing}
  </div>`;
}

function iconButton(
  name: string,
  icon: TemplateResult,
  onClick: (event: UIEvent) => void,
  disabled = false,
  // Not its name: that it is done is announced already.
  title = name,
): TemplateResult {
  return html`<button
    part="action"
    type="button"
    class="icon-button"
    aria-label=${name}
    title=${title}
    ?disabled=${disabled}
    @click=${onClick}
  >
    ${icon}
  </button>`;
}
