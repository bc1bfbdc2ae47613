/**
 * Lit's frame around a message meets the DOM that `MarkdownText` owns: `<div ${pacedMarkdown({…})}>` shows a growing
 * text at the pacer's rhythm, with a caret at its end while it grows. Lit never looks inside that element.
 */
import { nothing } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';
import type { Highlighter, MarkdownPolicy, MarkdownStrings } from '../../markdown/index.js';
import { Pacer, type FrameClock, type RevealMode } from '../../pacing/index.js';
import { loadedMarkdown } from '../load-markdown.js';
import { placeCaret } from './caret.js';
import { AT_ONCE, MarkdownText } from './markdown-text.js';

/** `fade`: as `smooth`, and the newest words come in by and by. Anything else counts as `smooth`. */
export type Reveal = RevealMode | 'fade';

export interface PacedMarkdownOptions {
  /** All that has arrived. */
  text: string;
  /** Whether more may come. */
  ended: boolean;
  reveal: Reveal;
  policy: MarkdownPolicy;
  strings?: Partial<MarkdownStrings>;
  /** Null: code is not coloured. */
  highlighter?: Highlighter | null | undefined;
  clock?: FrameClock;
  onCopy?: (copied: boolean) => void;
  onSanitizerError?: (error: Error) => void;
}

/** Needs no end: a pacer asks for frames only while text waits, and in an element that left the page it just gets done. */
class PacedMarkdownDirective extends Directive {
  #text: MarkdownText | undefined;
  #pacer: Pacer | undefined;
  /** It came in pieces, or goes on now. */
  #isWritten = false;
  #wasDone = false;
  #hasCaret = false;
  #fades = false;
  #clock: FrameClock | undefined;

  render(_options: PacedMarkdownOptions): typeof nothing {
    return nothing;
  }

  override update({ element }: ElementPart, [options]: [PacedMarkdownOptions]): typeof nothing {
    const { text, ended, policy, reveal, clock } = options;
    // The caret is no part of what is rendered.
    const beforeRender = (): void => placeCaret(element, false);
    const onRender = (): void => placeCaret(element, this.#hasCaret);
    this.#text ??= new MarkdownText(element, { ...policy, ...options, beforeRender, onRender });
    this.#text.setPolicy(policy);
    this.#text.render();

    const isWhole = !this.#pacer && ended;
    // A message that is there whole is one of an earlier conversation.
    if (isWhole && text.length <= AT_ONCE) {
      this.#wasDone = true;
      this.#text.end(text);
      return nothing;
    }
    this.#pacer ??= new Pacer({
      clock,
      // What is not rendered is seen as it is.
      weight: loadedMarkdown()?.markdownWeight,
      // An answer of an earlier conversation may go on.
      shown: this.#text.source,
      show: (shown, done) => this.#show(element, shown, done),
      framesToSkip: () => this.#text!.framesToSkip,
    });
    this.#isWritten ||= !ended;
    this.#clock = clock;
    this.#fades = this.#isWritten && reveal === 'fade';
    const mode = reveal === 'none' || reveal === 'batch' ? reveal : 'smooth';
    this.#pacer.mode = this.#isWritten ? mode : 'none';
    this.#pacer.receive(text, ended);
    // What comes behind the text waits for it, also before its first frame. What was seen once is not hidden again.
    if (this.#isWritten && !this.#wasDone) element.classList.add('flowing');
    // An answer that goes on says so before the first word of the rest.
    if (this.#wasDone && !ended && !this.#hasCaret) this.#setCaret(element, true);
    return nothing;
  }

  #show(element: Element, text: string, done: boolean): void {
    if (done) {
      this.#wasDone = true;
      element.classList.remove('flowing');
    }
    placeCaret(element, false);
    const fadeIn = this.#fades ? loadedMarkdown()?.startFade(element, this.#clock) : undefined;
    if (done) this.#text!.end(text);
    else this.#text!.set(text);
    fadeIn?.();
    this.#setCaret(element, this.#isWritten && !done);
  }

  #setCaret(element: Element, hasCaret: boolean): void {
    this.#hasCaret = hasCaret;
    element.classList.toggle('growing', hasCaret);
    placeCaret(element, hasCaret);
  }
}

export const pacedMarkdown = directive(PacedMarkdownDirective);
