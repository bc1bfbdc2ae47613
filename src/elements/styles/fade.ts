/**
 * The newest words of a text with `reveal="fade"`, by how far they have come (views/fade.ts). In Chromium a highlight does
 * not know the colour of what it is on, so what has a colour of its own says it once more.
 */
import { css, unsafeCSS } from 'lit';
import { TOKEN_KINDS } from '../../markdown/line-reader.js';

/** The opacity of each step, in percent. It ends the name of the step's highlight. */
export const FADE_STEPS = [15, 32, 49, 66, 83];
export const FADE_NAME = 'stream-chat-new-';

const token = (kind: string): string => `.fades .token-${kind}{--_ink:var(--_code-${kind})}`;
const step = (percent: number): string =>
  `.fades ::highlight(${FADE_NAME}${percent}){color:color-mix(in srgb,var(--_ink,var(--_foreground)) ${percent}%,transparent)}`;

export const fadeStyles = css`
  .fades :is(blockquote, th, .code-header, .table-header, .link-host, .image-text, [part='image-button']) {
    --_ink: var(--_muted);
  }

  .fades .alert {
    --_ink: inherit;
  }

  .fades .alert-title {
    --_ink: var(--_alert);
  }

  .fades a {
    --_ink: var(--_accent);
  }

  ${unsafeCSS([...TOKEN_KINDS.map(token), ...FADE_STEPS.map(step)].join(''))}
`;
