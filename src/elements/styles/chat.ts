/** Where things stand in `<stream-chat>`, and how they look. Logical properties only: it reads from either side. */
import { css } from 'lit';

export const chatStyles = css`
  :host {
    display: block;
    box-sizing: border-box;
    inline-size: var(--stream-chat-width, 100%);
    max-inline-size: 100%;
    block-size: var(--stream-chat-height, min(40rem, 85dvh));
    min-block-size: 12rem;
    contain: layout paint;
    background: var(--_background);
    text-align: start;
  }

  :host([layout='fullscreen' i]) {
    position: fixed;
    inset: 0;
    inline-size: auto;
    max-inline-size: none;
    block-size: auto;
    min-block-size: 0;
    z-index: var(--stream-chat-z-index, 1000);
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  button {
    font: inherit;
    color: inherit;
    background: none;
    border: 0;
    padding: 0;
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
  }

  button:disabled,
  button[aria-disabled='true'] {
    cursor: default;
  }

  .panel {
    display: flex;
    flex-direction: column;
    block-size: 100%;
    position: relative;
    container-type: inline-size;
    overflow-wrap: anywhere;
    --_gutter: calc(var(--_space) * 4);
  }

  /* Not of the element itself, whose padding a page's reset takes away. */
  :host([layout='fullscreen' i]) .panel {
    padding: env(safe-area-inset-top) env(safe-area-inset-right) 0 env(safe-area-inset-left);
  }

  .header {
    flex: none;
    padding: calc(var(--_space) * 3) var(--_gutter);
    border-block-end: 1px solid var(--_hairline);
    font-weight: 600;
  }

  /* The log */

  .log {
    flex: 1 1 0;
    min-block-size: 0;
    overflow: hidden auto;
    overscroll-behavior: contain;
    overflow-anchor: none;
    /* Nothing moves to the side when there is more than fits. */
    scrollbar-gutter: stable;
    scrollbar-width: thin;
    scrollbar-color: color-mix(in oklab, var(--_foreground) 22%, transparent) transparent;
    outline-offset: -2px;
  }

  .log-content {
    display: flow-root;
  }

  .log-content,
  .empty {
    max-inline-size: calc(68ch + 2 * var(--_gutter));
    margin-inline: auto;
    padding: calc(var(--_space) * 6) var(--_gutter);
  }

  .message {
    isolation: isolate;
    overflow-wrap: anywhere;
  }

  .messages:empty,
  .messages > .group:empty {
    display: none;
  }

  /* What happens in one group is no business of the others: the browser does not walk through those. */
  .messages > .group {
    contain: layout paint style;
    /* Room for what stands out, which containment would clip: focus rings, the edges of buttons. */
    margin: -4px calc(-1 * var(--_gutter));
    padding: 4px var(--_gutter);
  }

  .message + .message,
  .messages:not(:empty) + .message {
    margin-block-start: calc(var(--_space) * 8);
  }

  .messages > .group + .group {
    margin-block-start: calc(var(--_space) * 8 - 4px);
  }

  .message.user {
    display: flex;
    justify-content: flex-end;
  }

  .question {
    max-inline-size: min(85%, 34em);
    padding: calc(var(--_space) * 2.5) calc(var(--_space) * 4);
    border-radius: calc(var(--_radius) + 8px);
    border-end-end-radius: calc(var(--_radius) / 2);
    background: var(--_user-background);
    white-space: pre-wrap;
  }

  /* Each line by its own letters, as in the composer. */
  .question > div,
  .aside-body[dir='auto'] {
    unicode-bidi: plaintext;
  }

  /* A message from a model stays inside its own box, whatever it holds. */
  .message.assistant .content {
    contain: layout paint style;
    /* Room for focus rings, which containment would clip. */
    padding: 4px;
    margin: -4px;
  }

  .message.assistant > * + * {
    margin-block-start: calc(var(--_space) * 3);
  }

  /* Its own margin above takes back the room for focus rings. */
  .message.assistant > * + .content {
    margin-block-start: calc(var(--_space) * 2);
  }

  .caret {
    display: inline-block;
    inline-size: 2px;
    block-size: 1.1em;
    margin-inline-start: 2px;
    vertical-align: text-bottom;
    background: var(--_accent);
    border-radius: 1px;
  }

  .resting,
  .waiting .caret {
    animation: blink 1.1s infinite;
  }

  .waiting {
    display: flex;
    align-items: baseline;
    gap: 8px;
    opacity: 0;
    animation: appear 200ms ease-out 300ms forwards;
  }

  .waiting .caret {
    margin-inline-start: 0;
  }

  @keyframes blink {
    50% {
      opacity: 0.25;
    }
  }

  @keyframes appear {
    to {
      opacity: 1;
    }
  }

  .message.assistant > .flowing ~ .waiting > .caret {
    display: none;
  }

  /* Nothing overtakes the text before it, which may still flow in when it comes. It is laid out all the same. */
  .message.assistant > .flowing ~ :is(.aside, .content, .file, .sources, .notice) {
    visibility: hidden;
    block-size: 0;
    margin: 0;
    padding: 0;
    border: 0;
    overflow: clip;
  }

  .aside {
    color: var(--_muted);
    font-size: 0.9375em;
  }

  .aside summary {
    display: inline-flex;
    align-items: center;
    gap: 2px;
    min-block-size: 24px;
    padding-inline-end: 8px;
    margin-inline-start: -4px;
    border-radius: 6px;
    list-style: none;
    cursor: pointer;
    -webkit-user-select: none;
    user-select: none;
  }

  .aside summary::-webkit-details-marker {
    display: none;
  }

  .aside summary .icon {
    inline-size: 18px;
    transition: rotate 150ms ease-out;
  }

  .aside summary:dir(rtl) .icon {
    scale: -1 1;
  }

  .aside[open] summary .icon {
    rotate: 90deg;
  }

  .aside[open] summary:dir(rtl) .icon {
    rotate: -90deg;
  }

  .aside-body {
    margin: 4px 0 0;
    padding-inline-start: 14px;
    margin-inline-start: 4px;
    border-inline-start: 2px solid var(--_hairline);
    white-space: pre-wrap;
  }

  pre.aside-body {
    font: 0.875em/1.5 var(--_font-mono);
  }

  .sources ol {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 16px;
    margin: 0;
    padding: 0;
    list-style: none;
    counter-reset: source;
    font-size: 0.875em;
  }

  .sources li {
    counter-increment: source;
    max-inline-size: 100%;
  }

  .sources li::before {
    content: counter(source) '. ';
    color: var(--_muted);
    font-variant-numeric: tabular-nums;
  }

  .sources a {
    color: var(--_accent);
    text-decoration-thickness: 1px;
    text-underline-offset: 0.2em;
  }

  .notice {
    display: flex;
    flex-wrap: wrap;
    align-items: start;
    gap: 8px;
    margin: 0;
    color: var(--_muted);
    font-size: 0.9375em;
  }

  .notice p {
    margin: 0;
    flex: 0 1 auto;
    min-inline-size: 0;
  }

  .notice .icon {
    flex: none;
    margin-block-start: 2px;
  }

  .notice.error {
    color: var(--_foreground);
  }

  .notice.error p {
    flex: 1 1 14em;
  }

  .notice.error .icon {
    color: var(--_error);
  }

  img.file {
    display: block;
    max-inline-size: 100%;
    block-size: auto;
    border-radius: var(--_radius);
  }

  .text-button {
    flex: none;
    min-block-size: 28px;
    padding-inline: 12px;
    border: 1px solid var(--_control-border);
    border-radius: 999px;
    font-size: 0.9375em;
    line-height: 1.4;
  }

  .actions {
    display: flex;
    gap: 2px;
    margin-inline-start: -6px;
    color: var(--_muted);
  }

  /* Of the answer that has just come: thousands of animations are dear, and those of older ones are there with them. */
  .group:last-child > .message:last-child > .actions {
    animation: appear 200ms ease-out backwards;
  }

  /* The last words may still flow in when the reply is complete: nothing to press moves along below them. */
  .growing ~ .actions {
    visibility: hidden;
  }

  .message.assistant > .actions {
    margin-block-start: calc(var(--_space) * 1.5);
  }

  .icon-button,
  .jump,
  .send {
    display: grid;
    place-items: center;
  }

  .jump,
  .send {
    inline-size: 36px;
    block-size: 36px;
    border-radius: 50%;
  }

  .icon-button {
    inline-size: 32px;
    block-size: 32px;
    border-radius: 8px;
  }

  .icon-button .icon {
    inline-size: 17px;
    block-size: 17px;
  }

  @media (hover: hover) {
    .icon-button:not(:disabled):hover,
    .text-button:not(:disabled):hover,
    .aside summary:hover {
      background: color-mix(in oklab, var(--_foreground) 7%, transparent);
      color: var(--_foreground);
    }
  }

  button:disabled {
    opacity: 0.45;
  }

  /* Empty */

  .empty {
    display: flex;
    flex-direction: column;
    justify-content: center;
    gap: calc(var(--_space) * 4);
    min-block-size: 100%;
    text-align: center;
    text-wrap: balance;
  }

  .empty-heading {
    margin: 0;
    font-size: clamp(1.25rem, 1rem + 2.4cqi, 1.875rem);
    font-weight: 600;
    line-height: 1.25;
    letter-spacing: -0.015em;
  }

  .greeting {
    color: var(--_muted);
  }

  .suggestions {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 8px;
    margin-block-start: calc(var(--_space) * 2);
  }

  /* What only holds several of them is the page's. */
  ::slotted([slot='suggestions']:not(div, ul, ol, p, nav)) {
    font: inherit;
    font-size: 0.9375em;
    color: var(--_foreground);
    background: transparent;
    border: 1px solid var(--_control-border);
    border-radius: 999px;
    padding: 7px 14px;
    min-block-size: 36px;
    cursor: pointer;
    line-height: 1.4;
    max-inline-size: 100%;
    transition: background-color 150ms ease-out;
  }

  ::slotted([slot='suggestions']:not(div, ul, ol, p, nav):hover) {
    background: color-mix(in oklab, var(--_foreground) 5%, transparent);
  }

  /* The foot */

  .foot {
    flex: none;
    position: relative;
    inline-size: 100%;
    max-inline-size: calc(68ch + 2 * var(--_gutter) + 24px);
    margin-inline: auto;
    padding: 0 calc(var(--_gutter) - 4px) calc(var(--_gutter) - 4px);
  }

  :host([layout='fullscreen' i]) .foot {
    padding-block-end: max(calc(var(--_gutter) - 4px), env(safe-area-inset-bottom));
  }

  .jump {
    position: absolute;
    inset-block-end: calc(100% + 8px);
    inset-inline-start: calc(50% - 18px);
    border: 1px solid var(--_control-border);
    background: var(--_background);
    box-shadow: 0 2px 10px rgb(0 0 0 / 0.08);
    animation: appear 150ms ease-out backwards;
  }

  .composer {
    display: flex;
    align-items: end;
    gap: 8px;
    padding: 7px;
    padding-inline-start: 16px;
    border: 1px solid var(--_control-border);
    border-radius: calc(var(--_radius) + 13px);
    background: light-dark(var(--_background), var(--_surface));
    box-shadow: 0 2px 12px rgb(0 0 0 / 0.05);
    transition: border-color 150ms ease-out;
  }

  .composer:focus-within {
    border-color: var(--_accent);
    outline: 1px solid var(--_accent);
    outline-offset: 0;
  }

  .composer[data-disabled] {
    opacity: 0.6;
  }

  /* The text's height is its own where the engine knows that, else that of its twin: nothing is measured. */
  .grow {
    display: grid;
    flex: 1;
    min-inline-size: 0;
    grid-template-rows: minmax(0, 1fr);
    /* On a page zoomed to four times its size the button below would be out of reach. */
    max-block-size: min(calc(8lh + 12px), 30dvh);
    padding-block: 6px;
    overflow: hidden;
  }

  .grow > textarea,
  .grow::after {
    grid-area: 1 / 1;
    font: inherit;
    color: inherit;
    letter-spacing: inherit;
    min-inline-size: 0;
    margin: 0;
    padding: 0;
    border: 0;
    background: none;
    resize: none;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }

  .grow::after {
    content: attr(data-value) ' ';
    visibility: hidden;
    max-block-size: 8lh;
  }

  @supports (field-sizing: content) {
    .grow > textarea {
      field-sizing: content;
    }

    .grow::after {
      content: none;
    }
  }

  .grow > textarea {
    overflow: hidden auto;
    scrollbar-width: thin;
    outline: none;
  }

  .grow > textarea::placeholder {
    color: var(--_muted);
    opacity: 1;
  }

  .send {
    flex: none;
    color: var(--_background);
    background: var(--_accent);
    transition:
      background-color 150ms ease-out,
      opacity 150ms ease-out;
  }

  .send[aria-disabled='true'] {
    color: var(--_muted);
    background: color-mix(in oklab, var(--_foreground) 9%, var(--_background));
  }

  .send[part='stop-button'] {
    color: var(--_background);
    background: var(--_foreground);
  }

  @container (min-inline-size: 640px) {
    .log-content,
    .empty,
    .foot,
    .header {
      --_gutter: calc(var(--_space) * 6);
    }
  }

  @media (pointer: coarse) {
    .icon-button {
      inline-size: 40px;
      block-size: 40px;
    }

    .send,
    .jump {
      inline-size: 44px;
      block-size: 44px;
    }

    .grow {
      padding-block: 10px;
    }

    .jump {
      inset-inline-start: calc(50% - 22px);
    }

    .text-button {
      min-block-size: 36px;
    }
  }

  /* What stands in the slots of a page zoomed to four times its size would leave the conversation no place. */
  @media (max-height: 24rem) {
    .panel {
      overflow: hidden auto;
    }

    .log {
      min-block-size: 6rem;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after,
    ::slotted(*) {
      animation-duration: 0.01ms !important;
      animation-iteration-count: 1 !important;
      transition-duration: 0.01ms !important;
    }
  }

  @media (forced-colors: active) {
    .send,
    .question,
    .composer,
    .jump {
      border: 1px solid ButtonText;
    }

    .send[aria-disabled='true'] {
      border-color: GrayText;
      color: GrayText;
    }

    .caret {
      background: CanvasText;
    }
  }

  /* The whole conversation, not the part of it that the window showed. */
  @media print {
    :host,
    :host([layout='fullscreen' i]) {
      position: static !important;
      block-size: auto !important;
      contain: none;
    }

    .panel {
      display: block;
      block-size: auto;
    }

    .log {
      overflow: visible;
    }

    .messages > .group,
    .message.assistant .content {
      contain: none;
    }

    .foot,
    .room,
    .actions {
      display: none;
    }
  }
`;
