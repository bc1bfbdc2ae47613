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
    --_control-border: color-mix(in oklab, var(--_foreground) 22%, var(--_background));
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
    color: var(--_foreground);
    font-family: var(--stream-chat-font, inherit);
    font-size: 1rem;
    line-height: 1.6;
  }

  :host([hidden]) {
    display: none !important;
  }

  :host([theme='light']) {
    color-scheme: light;
  }

  :host([theme='dark']) {
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
