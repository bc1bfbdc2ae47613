/**
 * Lit's frame around a message meets the DOM that `MarkdownView` owns: `<div ${pacedMarkdown({…})}>` shows a growing
 * text at the pacer's rhythm, with a caret at its end while it grows. Lit never looks inside that element.
 */
import { nothing } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';
import { MarkdownView, type Highlighter, type MarkdownPolicy, type MarkdownStrings } from '../../markdown/index.js';
import { Pacer, type FrameClock, type RevealMode } from '../../pacing/index.js';
import { placeCaret } from './caret.js';

export interface PacedMarkdownOptions {
  /** All that has arrived. */
  text: string;
  /** Whether more may come. */
  ended: boolean;
  reveal: RevealMode;
  policy: MarkdownPolicy;
  strings?: Partial<MarkdownStrings>;
  /** Null: code is not coloured. */
  highlighter?: Highlighter | null | undefined;
  clock?: FrameClock;
  onCopy?: (copied: boolean) => void;
  onSanitizerError?: (error: Error) => void;
}

/** A message that is there whole (of an earlier conversation) and no longer than this is shown at once. */
const AT_ONCE = 8192;

/** Needs no end: a pacer asks for frames only while text waits, and in an element that left the page it just gets done. */
class PacedMarkdownDirective extends Directive {
  #view: MarkdownView | undefined;
  #pacer: Pacer | undefined;
  /** It came in pieces, or goes on now. */
  #isWritten = false;

  render(_options: PacedMarkdownOptions): typeof nothing {
    return nothing;
  }

  override update({ element }: ElementPart, [options]: [PacedMarkdownOptions]): typeof nothing {
    const { text, ended, policy, reveal, clock } = options;
    if (this.#view) this.#view.setPolicy(policy);
    else this.#view = new MarkdownView(element, { ...policy, ...options });

    const isWhole = !this.#pacer && ended;
    if (isWhole && text.length <= AT_ONCE) {
      if (text !== this.#view.source) this.#view.set(text);
      this.#view.end();
      return nothing;
    }
    this.#pacer ??= new Pacer({
      clock,
      show: (shown, done) => this.#show(element, shown, done),
      framesToSkip: () => this.#view!.framesToSkip,
    });
    this.#isWritten ||= !isWhole;
    this.#pacer.mode = this.#isWritten ? reveal : 'none';
    this.#pacer.receive(text, ended);
    return nothing;
  }

  #show(element: Element, text: string, done: boolean): void {
    const view = this.#view!;
    placeCaret(element, false);
    view.set(text);
    if (done) view.end();
    else if (this.#isWritten) placeCaret(element, true);
  }
}

export const pacedMarkdown = directive(PacedMarkdownDirective);
