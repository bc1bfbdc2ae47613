/** The card at the foot: a text that grows, and one round button that is Send, then Stop, so that focus never jumps. */
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Strings } from '../strings.js';
import { icons } from './icons.js';

export interface ComposerState {
  strings: Strings;
  value: string;
  placeholder: string;
  /** A reply is under way: the button stops it. */
  busy: boolean;
  disabled: boolean;
  readOnly: boolean;
  maxLength: number | undefined;
  onInput: (value: string) => void;
  onSubmit: () => void;
  onStop: (event: PointerEvent) => void;
}

export function composerView(state: ComposerState): TemplateResult {
  const { strings, value, busy } = state;
  const blocked = !busy && (value.trim() === '' || state.disabled || state.readOnly);
  const name = busy ? strings.stop : strings.send;
  return html`
    <div part="composer" class="composer" ?data-disabled=${state.disabled}>
      <div class="grow" data-value=${value}>
        <textarea
          part="input"
          rows="1"
          dir=${value === '' ? nothing : 'auto'}
          enterkeyhint="send"
          aria-label=${strings.inputLabel}
          placeholder=${state.placeholder}
          maxlength=${state.maxLength ?? nothing}
          ?disabled=${state.disabled}
          ?readonly=${state.readOnly}
          .value=${live(value)}
          @input=${(event: InputEvent) => state.onInput((event.target as HTMLTextAreaElement).value)}
          @keydown=${(event: KeyboardEvent) => {
            if (!isSubmitKey(event)) return;
            event.preventDefault();
            // Held down, it was meant for what had the focus before.
            if (!busy && !event.repeat) state.onSubmit();
          }}
        ></textarea>
      </div>
      <button
        part=${busy ? 'stop-button' : 'send-button'}
        class="send"
        type="button"
        aria-label=${name}
        title=${busy ? `${name} (${strings.stopHint})` : name}
        aria-disabled=${blocked ? 'true' : nothing}
        @click=${(event: PointerEvent) => {
          // The second click of a double-click was meant for what the button was at the first.
          if (event.detail > 1) return;
          if (busy) state.onStop(event);
          else if (!blocked) state.onSubmit();
        }}
      >
        ${busy ? icons.stop : icons.send}
      </button>
    </div>
  `;
}

/** Enter without Shift. */
export function isSubmitKey(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.shiftKey && !isComposing(event);
}

/**
 * Whether the key was one for a composition, that which ends it included. WebKit fires `compositionend` before that keydown
 * (WebKit bug 165004), so `isComposing` is already false there: 229 is what tells.
 */
export function isComposing({ isComposing: composes, keyCode }: KeyboardEvent): boolean {
  return composes || keyCode === 229;
}
