/**
 * The look as custom properties: a handful of public seeds, everything else derived from them. Private names begin with
 * an underscore; both elements share them.
 */
import { css } from 'lit';

export const themeStyles = css`
  :host {
    --_accent: var(--stream-chat-accent, light-dark(oklch(0.52 0.16 255), oklch(0.74 0.12 255)));
    --_background: var(--stream-chat-background, light-dark(oklch(1 0 0), oklch(0.2 0.01 260)));
    --_foreground: var(--stream-chat-foreground, light-dark(oklch(0.22 0.01 260), oklch(0.93 0.005 260)));
    --_muted: var(--stream-chat-muted, color-mix(in oklab, var(--_foreground) 66%, var(--_background)));
    --_surface: color-mix(in oklab, var(--_foreground) 4%, var(--_background));
    --_hairline: var(--stream-chat-border, color-mix(in oklab, var(--_foreground) 12%, transparent));
    --_control-border: color-mix(in oklab, var(--_foreground) 44%, var(--_background));
    --_user-background: var(
      --stream-chat-user-background,
      color-mix(in oklab, var(--_foreground) 6%, var(--_background))
    );
    --_error: var(--stream-chat-error, light-dark(oklch(0.5 0.17 27), oklch(0.76 0.13 25)));
    --_radius: var(--stream-chat-radius, 12px);
    --_space: var(--stream-chat-space, 4px);
    --_font-mono: var(
      --stream-chat-font-mono,
      ui-monospace,
      SFMono-Regular,
      Menlo,
      Consolas,
      'Liberation Mono',
      monospace
    );
    --_code-comment: var(--stream-chat-code-comment, light-dark(oklch(0.5 0.02 260), oklch(0.72 0.02 260)));
    --_code-keyword: var(--stream-chat-code-keyword, light-dark(oklch(0.48 0.19 300), oklch(0.78 0.12 305)));
    --_code-string: var(--stream-chat-code-string, light-dark(oklch(0.47 0.12 150), oklch(0.8 0.12 150)));
    --_code-number: var(--stream-chat-code-number, light-dark(oklch(0.5 0.13 55), oklch(0.81 0.11 70)));
    --_code-function: var(--stream-chat-code-function, light-dark(oklch(0.48 0.16 255), oklch(0.78 0.1 250)));
    --_code-type: var(--stream-chat-code-type, light-dark(oklch(0.48 0.09 210), oklch(0.81 0.09 205)));
    --_code-property: var(--stream-chat-code-property, light-dark(oklch(0.5 0.16 15), oklch(0.79 0.1 15)));
    --_code-inserted: var(--stream-chat-code-inserted, var(--_code-string));
    --_code-deleted: var(--stream-chat-code-deleted, var(--_error));
    color: var(--_foreground);
    font-family: var(--stream-chat-font, inherit);
    /* Pages that count in tenths of it set "1rem" to 10 px, and phones zoom in on what is written below 16. */
    font-size: max(1rem, 16px);
    line-height: 1.6;
  }

  :host([hidden]) {
    display: none !important;
  }

  :host([theme='light' i]) {
    color-scheme: light;
  }

  :host([theme='dark' i]) {
    color-scheme: dark;
  }

  .visually-hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }

  ::selection {
    background: color-mix(in oklab, var(--_accent) 28%, transparent);
  }
`;
