/** One message: the question in a bubble, the answer as the page itself, and what can be done with it. */
import { html, nothing, type TemplateResult } from 'lit';
import { messageText, type Message, type MessagePart, type SourcePart } from '../../model/index.js';
import { checkUrl, visibleText, type MarkdownPolicy } from '../../markdown/index.js';
import type { RevealMode } from '../../pacing/index.js';
import { describeError, type Strings } from '../strings.js';
import { icons } from './icons.js';
import { pacedMarkdown } from './paced-markdown.js';

/** What all messages of a chat share. A new object when any of it changes. */
export interface MessageContext {
  strings: Strings;
  policy: MarkdownPolicy;
  reveal: RevealMode;
  reasoning: 'collapsed' | 'open' | 'hidden';
  actions: ReadonlySet<string>;
  /** Whether a reply is under way: then none can be asked for again. */
  busy: boolean;
  copiedId: string | undefined;
  onCopy: (message: Message) => void;
  onRegenerate: (message: Message, event: Event) => void;
  onCodeCopy: (copied: boolean) => void;
  onSanitizerError: (error: Error) => void;
}

export function messageView(
  message: Message,
  position: number,
  total: number,
  context: MessageContext,
): TemplateResult {
  const { strings } = context;
  return html`
    <article
      part="message ${message.role} ${message.status}"
      class="message ${message.role}"
      data-id=${message.id}
      aria-label=${strings.messageName(message.role, position, total)}
      aria-busy=${message.status === 'streaming' ? 'true' : nothing}
    >
      ${message.role === 'user' ? questionView(message) : answerView(message, position > 1, context)}
    </article>
  `;
}

function questionView(message: Message): TemplateResult {
  return html`<div part="content" class="question" dir="auto">${visibleText(messageText(message))}</div>`;
}

function answerView(message: Message, answers: boolean, context: MessageContext): TemplateResult {
  const sources = message.parts.filter((part) => part.type === 'source');
  const streaming = message.status === 'streaming';
  return html`
    ${message.parts.map((part, index) => partView(part, !streaming || index < message.parts.length - 1, context))}
    ${streaming && message.parts.length === 0 ? html`<div class="waiting"><span part="caret" class="caret"></span></div>` : nothing}
    ${sources.length > 0 ? sourcesView(sources, context) : nothing} ${noticeView(message, context)}
    ${streaming ? nothing : actionsView(message, answers, context)}
  `;
}

/** Part type → template. Sources stand together under the answer; what has no picture yet shows nothing. */
function partView(part: MessagePart, ended: boolean, context: MessageContext): TemplateResult | typeof nothing {
  const { strings, policy, reveal } = context;
  switch (part.type) {
    case 'text':
    case 'refusal':
      return html`<div
        part="content"
        class="content markdown"
        ${pacedMarkdown({
          text: part.text,
          ended,
          reveal,
          policy,
          onCopy: context.onCodeCopy,
          onSanitizerError: context.onSanitizerError,
        })}
      ></div>`;
    case 'reasoning':
      if (context.reasoning === 'hidden') return nothing;
      return html`<details part="reasoning" class="aside" ?open=${context.reasoning === 'open'}>
        <summary>${icons.chevron}${ended ? strings.reasoning : strings.reasoningUnderWay}</summary>
        <div class="aside-body" dir="auto">${visibleText(part.text)}</div>
      </details>`;
    case 'tool-call':
      return html`<details part="tool-call" class="aside">
        <summary>${icons.chevron}${strings.toolCall(visibleText(part.name))}</summary>
        <pre class="aside-body" dir="ltr">${visibleText(part.inputText)}</pre>
      </details>`;
    case 'source':
    case 'file':
    case 'data':
      return nothing;
  }
}

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
                    href=${checked.href}
                    title=${checked.url.host}
                    target="_blank"
                    rel="noopener noreferrer nofollow ugc"
                    referrerpolicy="no-referrer"
                    >${text}</a
                  >`
                : text
            }
          </li>`;
        })}
      </ol>
    </nav>
  `;
}

/** What has to be said about the end of an answer, with the next step. */
function noticeView(message: Message, context: MessageContext): TemplateResult | typeof nothing {
  const { strings, busy } = context;
  const { error, status, finishReason } = message;
  if (error) {
    return html`<div part="notice error" class="notice error">
      ${icons.warning}
      <p dir="auto">${describeError(error, strings)}</p>
      <button
        part="action"
        type="button"
        class="text-button"
        ?disabled=${busy}
        @click=${(event: Event) => context.onRegenerate(message, event)}
      >
        ${strings.retry}
      </button>
    </div>`;
  }
  const said =
    strings.ended[status] ??
    (finishReason === 'length' || finishReason === 'content-filter' ? strings.ended[finishReason] : undefined) ??
    (status === 'complete' && message.parts.length === 0 ? strings.emptyAnswer : undefined);
  return said ? html`<p part="notice" class="notice" dir="auto">${said}</p>` : nothing;
}

/** `answers`: there is something before it to ask again. */
function actionsView(message: Message, answers: boolean, context: MessageContext): TemplateResult | typeof nothing {
  const { strings, actions, busy, copiedId } = context;
  const copied = copiedId === message.id;
  const canCopy = actions.has('copy') && messageText(message) !== '';
  const canRegenerate = answers && actions.has('regenerate') && !message.error;
  if (!canCopy && !canRegenerate) return nothing;
  return html`<div part="actions" class="actions">
    ${canCopy ? iconButton(copied ? strings.copied : strings.copy, copied ? icons.check : icons.copy, () => context.onCopy(message)) : nothing}
    ${canRegenerate ? iconButton(strings.regenerate, icons.regenerate, (event) => context.onRegenerate(message, event), busy) : nothing}
  </div>`;
}

function iconButton(
  name: string,
  icon: TemplateResult,
  onClick: (event: Event) => void,
  disabled = false,
): TemplateResult {
  return html`<button
    part="action"
    type="button"
    class="icon-button"
    aria-label=${name}
    title=${name}
    ?disabled=${disabled}
    @click=${onClick}
  >
    ${icon}
  </button>`;
}
