/**
 * Rendered Markdown, inside whatever has the class `markdown`: shared by `<stream-chat>` and `<stream-markdown>`.
 * Colours come from the private properties of theme.ts; the answer keeps to its own box, so that nothing in it can be
 * painted over the page.
 */
import { css } from 'lit';
import { tokenStyles } from './token-colours.js';
import { tableColumnStyles } from './table-columns.js';

export const markdownStyles = css`
  .markdown {
    contain: layout style;
    isolation: isolate;
    max-inline-size: 100%;
    /* Deep lists, and marks stacked upon a letter, end where the answer does; focus rings may stand out. */
    overflow: clip;
    overflow-clip-margin: 4px;
    overflow-wrap: anywhere;
    white-space: normal;
  }

  /* All that has a margin at that side by its name: what may be anything has to be styled again with what comes behind. */
  .markdown > :is(h1, h2, h3, h4, h5, h6, hr):first-child,
  .markdown :is(blockquote, li) > :is(h1, h2, h3, h4, h5, h6, hr, ul, ol):first-child,
  .markdown details > summary + :is(h1, h2, h3, h4, h5, h6, hr) {
    margin-block-start: 0;
  }

  .markdown > :is(p, h1, h2, h3, h4, h5, h6, hr, ul, ol, blockquote, details, .code-block, .table-block):last-child,
  .markdown
    > .group:last-child
    > :is(p, h1, h2, h3, h4, h5, h6, hr, ul, ol, blockquote, details, .code-block, .table-block):last-child,
  .markdown
    :is(blockquote, details)
    > :is(p, h1, h2, h3, h4, h5, h6, hr, ul, ol, blockquote, details, .code-block, .table-block):last-child,
  .markdown
    :is(ul, ol)
    > li:last-child
    > :is(p, h1, h2, h3, h4, h5, h6, hr, ul, ol, blockquote, details, .code-block, .table-block):last-child,
  .markdown
    :is(ul, ol)
    > .group:last-child
    > li:last-child
    > :is(p, h1, h2, h3, h4, h5, h6, hr, ul, ol, blockquote, details, .code-block, .table-block):last-child,
  .markdown
    blockquote
    > .group:last-child
    > :is(p, h1, h2, h3, h4, h5, h6, hr, ul, ol, blockquote, details, .code-block, .table-block):last-child {
    margin-block-end: 0;
  }

  /* Of very long answers, lists and blocks of code the finished parts are laid out and painted by themselves. */
  .markdown div.group {
    display: flow-root;
  }

  /* Its margin would stand below that of the block before, in place of over it. */
  .markdown > .group > :is(h1, h2, h3, h4, h5, h6, hr):first-child,
  .markdown blockquote > .group > :is(h1, h2, h3, h4, h5, h6, hr):first-child {
    margin-block-start: 12px;
  }

  .markdown code > .group {
    display: block;
  }

  .markdown .group:not(:last-child) {
    contain: layout paint;
  }

  /* A block that is as it was is not painted again for the one that grows; and a long table that scrolls would cost the
     square of its rows: the parts of what scrolls are compared with each other for layers of their own. Where its edge
     cannot be moved outwards, focus rings would be cut; and in the many answers of one block it would only be one more
     box to keep. */
  @supports (overflow-clip-margin: 4px) {
    .markdown > :is(p, h1, h2, h3, h4, h5, h6, ul, ol, blockquote, .code-block):not(:only-child),
    .markdown > .group > :is(p, h1, h2, h3, h4, h5, h6, ul, ol, blockquote, .code-block),
    .markdown table[style] {
      contain: layout paint;
      overflow-clip-margin: 4px;
    }

    .markdown .group:not(:last-child) {
      overflow-clip-margin: 4px;
    }
  }

  .markdown :is(p, ul, ol, blockquote, table, details) {
    margin-block: 0 12px;
    margin-inline: 0;
  }

  .markdown :is(h1, h2, h3, h4, h5, h6) {
    margin-block: 24px 8px;
    font-size: 1em;
    font-weight: 600;
    line-height: 1.35;
  }

  .markdown h1 {
    font-size: 1.25em;
  }

  .markdown h2 {
    font-size: 1.15em;
  }

  .markdown :is(strong, b) {
    font-weight: 600;
  }

  .markdown ul {
    --_marker: 1.75em;
  }

  /* Room for three digits: what stands out is clipped. */
  .markdown ol {
    --_marker: 2.25em;
  }

  .markdown ol.long-numbers {
    --_marker: 3.75em;
  }

  .markdown :is(ul, ol) {
    padding-inline-start: var(--_marker);
  }

  .markdown :is(ul, ol) > :is(li, .group):not(:first-child),
  .markdown :is(ul, ol) > .group > li:not(:first-child) {
    margin-block-start: 4px;
  }

  /* The markers of its items are painted inside the group. */
  .markdown :is(ul, ol) > .group {
    margin-inline-start: calc(-1 * var(--_marker));
    padding-inline-start: var(--_marker);
  }

  .markdown li > :is(p, ul, ol):not(:last-child) {
    margin-block-end: 8px;
  }

  .markdown li > :is(ul, ol) {
    margin-block: 4px 0;
  }

  .markdown li > p:last-child {
    margin-block-end: 0;
  }

  .markdown li:has(> input[type='checkbox']:first-child, > p:first-child > input[type='checkbox']:first-child) {
    list-style: none;
    margin-inline-start: -1.4em;
  }

  .markdown input[type='checkbox'] {
    inline-size: 1em;
    block-size: 1em;
    margin: 0;
    margin-inline-end: 0.15em;
    accent-color: var(--_accent);
    vertical-align: -0.1em;
  }

  .markdown hr {
    margin-block: 24px;
    border: 0;
    border-block-start: 1px solid var(--_hairline);
  }

  .markdown blockquote {
    padding-inline-start: 14px;
    border-inline-start: 2px solid var(--_hairline);
    color: var(--_muted);
  }

  .markdown .alert {
    --_alert: var(--_accent);
    border-color: var(--_alert);
    color: inherit;
  }

  .markdown .alert.tip {
    --_alert: light-dark(oklch(0.5 0.13 150), oklch(0.78 0.13 150));
  }

  .markdown .alert.important {
    --_alert: light-dark(oklch(0.5 0.18 300), oklch(0.78 0.12 300));
  }

  .markdown .alert.warning {
    --_alert: light-dark(oklch(0.5 0.11 75), oklch(0.8 0.12 80));
  }

  .markdown .alert.caution {
    --_alert: var(--_error);
  }

  .markdown .alert-title {
    margin-block-end: 4px;
    color: var(--_alert);
    font-weight: 600;
  }

  .markdown a {
    color: var(--_accent);
    text-decoration-line: underline;
    text-decoration-thickness: 1px;
    text-decoration-color: color-mix(in oklab, currentColor 40%, transparent);
    text-underline-offset: 0.2em;
    /* An address reads from left to right in a sentence that does not. */
    unicode-bidi: plaintext;
  }

  .markdown a:hover {
    text-decoration-color: currentColor;
  }

  .markdown :is(.link-host, .image-text) {
    color: var(--_muted);
  }

  .markdown img {
    max-inline-size: 100%;
    block-size: auto;
    border-radius: calc(var(--_radius) / 2);
    vertical-align: middle;
  }

  .markdown [part='image-button'] {
    display: inline-block;
    min-block-size: 24px;
    max-inline-size: 100%;
    padding: 4px 12px;
    border: 1px solid var(--_control-border);
    border-radius: calc(var(--_radius) / 2);
    background: var(--_surface);
    color: var(--_muted);
    font: inherit;
    line-height: 1.6;
    font-size: 0.875em;
    text-align: start;
    cursor: pointer;
  }

  .markdown :is(code, kbd, pre) {
    font-family: var(--_font-mono);
    font-size: 0.875em;
    font-variant-ligatures: none;
    tab-size: 4;
  }

  .markdown :is(code, kbd) {
    padding: 0.1em 0.35em;
    border-radius: 4px;
    background: var(--_surface);
    unicode-bidi: isolate;
    direction: ltr;
  }

  .markdown kbd {
    border: 1px solid var(--_hairline);
    border-block-end-width: 2px;
    background: none;
  }

  .markdown mark {
    padding-inline: 0.15em;
    border-radius: 3px;
    background: color-mix(in oklab, var(--_accent) 22%, transparent);
    color: inherit;
  }

  /* Another font, or another place, makes no line higher: those below would move when such a word comes. */
  .markdown :is(sub, sup) {
    line-height: 0;
  }

  /* Not nothing: in quirks mode a line that holds only such words is as high as they are. */
  .markdown :is(strong, b, em, :not(pre) > code) {
    line-height: 1;
  }

  .markdown sup[data-footnote] {
    padding-inline: 0.15em;
  }

  .markdown sup[data-footnote] > a {
    text-decoration: none;
  }

  .markdown .footnotes {
    margin-block-start: 24px;
    padding-block-start: 12px;
    border-block-start: 1px solid var(--_hairline);
    font-size: 0.875em;
  }

  .markdown .footnotes li:focus {
    border-radius: 4px;
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }

  .markdown .footnote-back {
    display: inline-block;
    margin-inline-start: 0.35em;
    text-decoration: none;
  }

  .markdown .footnote-back:dir(rtl) {
    scale: -1 1;
  }

  .markdown .source {
    white-space: pre-wrap;
  }

  .markdown .source[dir='auto'] {
    unicode-bidi: plaintext;
  }

  .markdown .code-block {
    margin-block: 0 16px;
    border: 1px solid var(--_hairline);
    border-radius: calc(var(--_radius) / 2);
    background: var(--_surface);
    overflow: clip;
  }

  .markdown .code-header {
    display: flex;
    align-items: center;
    gap: 2px;
    min-block-size: 32px;
    padding-inline: 14px 6px;
    color: var(--_muted);
    font-size: 0.8125em;
    -webkit-user-select: none;
    user-select: none;
  }

  .markdown .code-header > :first-child {
    flex: 1;
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .markdown :is(.copy-button, .wrap-button) {
    min-block-size: 24px;
    padding: 2px 8px;
    border: 0;
    border-radius: 6px;
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }

  .markdown .wrap-button[aria-pressed='true'] {
    background: color-mix(in oklab, var(--_foreground) 8%, transparent);
    color: var(--_foreground);
  }

  .markdown :is(.copy-button, .wrap-button, [part='image-button']):hover {
    background: color-mix(in oklab, var(--_foreground) 8%, transparent);
    color: var(--_foreground);
  }

  .markdown pre {
    margin: 0;
    padding: 4px 14px 14px;
    line-height: 1.5;
    overflow: auto;
    overflow-wrap: normal;
    white-space: pre;
  }

  .markdown pre > code {
    display: block;
    inline-size: max-content;
    min-inline-size: 100%;
    padding: 0;
    background: none;
    font-size: 1em;
  }

  ${tokenStyles}

  .markdown .code-header:has(> [aria-pressed='true']) + pre {
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }

  .markdown .code-header:has(> [aria-pressed='true']) + pre > code {
    inline-size: auto;
  }

  .markdown [data-ready] > :is(pre, .plugin-source) {
    display: none;
  }

  .markdown .code-block > .plugin-output {
    padding: 4px 14px 14px;
    overflow: auto;
  }

  .markdown .table-block {
    position: relative;
    margin-block: 0 16px;
  }

  .markdown .table-header {
    display: flex;
    justify-content: end;
    gap: 2px;
    color: var(--_muted);
    font-size: 0.8125em;
    -webkit-user-select: none;
    user-select: none;
  }

  /* Where a pointer hovers, the buttons come when it does, over the edge of the table; else they stand above it. */
  @media (hover: hover) {
    .markdown .table-header {
      position: absolute;
      z-index: 1;
      inset-block-start: -20px;
      inset-inline-end: 0;
      padding: 1px;
      border: 1px solid var(--_hairline);
      border-radius: 8px;
      background: var(--_background);
      opacity: 0;
      transition: opacity 120ms ease-out;
    }

    /* Above the first block the answer ends, and so does what is painted by itself. */
    .markdown > .table-block:first-child > .table-header,
    .markdown :is(.group, blockquote, li) > .table-block:first-child > .table-header {
      inset-block-start: 0;
    }

    .markdown .table-block:is(:hover, :focus-within) > .table-header {
      opacity: 1;
    }
  }

  .markdown .table-scroller {
    max-inline-size: 100%;
    overflow-x: auto;
    overflow-wrap: normal;
    /* A shadow at the edge where there is more: the covers scroll with the content, the shadows do not. */
    background:
      linear-gradient(to right, var(--_background) 30%, transparent) left / 32px 100% local no-repeat,
      linear-gradient(to left, var(--_background) 30%, transparent) right / 32px 100% local no-repeat,
      linear-gradient(to right, var(--_hairline), transparent) left / 12px 100% scroll no-repeat,
      linear-gradient(to left, var(--_hairline), transparent) right / 12px 100% scroll no-repeat;
  }

  .markdown table {
    /* A page in quirks mode keeps colour and font out of its tables. */
    color: inherit;
    font: inherit;
    min-inline-size: 50%;
    margin-block: 0;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }

  .markdown :is(th, td) {
    padding-block: 8px;
    padding-inline: 0 20px;
    border-block-end: 1px solid var(--_hairline);
    text-align: start;
    vertical-align: top;
  }

  .markdown :is(th, td)[align='center'] {
    text-align: center;
  }

  .markdown :is(th, td)[align='right'] {
    text-align: end;
  }

  .markdown th {
    color: var(--_muted);
    font-weight: 600;
    white-space: nowrap;
  }

  .markdown tbody:last-child tr:last-child td {
    border-block-end: 0;
  }

  /* A table of many rows: its columns are as wide as the first rows made them, and every part is laid out by itself. */
  .markdown table[style] {
    display: block;
    inline-size: var(--table);
  }

  .markdown table[style] > * {
    display: table;
    inline-size: 100%;
    table-layout: fixed;
    border-collapse: collapse;
    overflow-wrap: anywhere;
  }

  ${tableColumnStyles}

  .markdown summary {
    cursor: pointer;
  }

  .markdown details > :not(summary) {
    margin-inline-start: 1.1em;
  }

  .markdown :is(pre, .table-scroller, a, summary, button):focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
    border-radius: 4px;
  }

  .markdown pre:focus-visible {
    outline-offset: -2px;
  }

  @media (forced-colors: active) {
    .markdown .wrap-button[aria-pressed='true'] {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }

    .markdown :is(.code-block, blockquote, hr, th, td, kbd, button) {
      border-color: CanvasText;
    }
  }

  @media print {
    .markdown pre {
      overflow-wrap: anywhere;
      white-space: pre-wrap;
    }

    .markdown pre > code {
      inline-size: auto;
    }

    .markdown .table-scroller {
      overflow: visible;
      overflow-wrap: anywhere;
    }

    .markdown th {
      white-space: normal;
    }

    .markdown :is(.copy-button, .wrap-button, .table-header) {
      display: none;
    }
  }
`;
