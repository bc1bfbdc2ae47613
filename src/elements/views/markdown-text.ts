/**
 * Problem: text may be there before what renders it is (load-markdown.ts), and it may not come at all.
 * Choice: until then the text stands in the same container as text, growing like any other. When it is there, the text is
 * rendered from its beginning; of a long one each frame renders as much as its time allows, and the rest stays behind as text
 * until its turn, so that nothing that was seen goes away.
 * Bound: what was shown as text is rendered once; what comes later goes the way of any text.
 */
import type { MarkdownPolicy, MarkdownView, MarkdownViewOptions } from '../../markdown/index.js';
import { TextNormalizer } from '../../markdown/normalize-text.js';
import { browserClock, FrameBudget, type FrameClock } from '../../pacing/index.js';
import { loadedMarkdown } from '../load-markdown.js';

/** What is no longer than this is rendered at once. */
export const AT_ONCE = 8192;
/** Milliseconds of a frame for what waited for a definition. */
const FRAME_MS = 8;

export interface MarkdownTextOptions extends MarkdownViewOptions {
  clock?: FrameClock | undefined;
  /** Told before and when more is rendered than was asked for last: of what was shown as text, or waited for a definition. */
  beforeRender?: (() => void) | undefined;
  onRender?: (() => void) | undefined;
  /** What renders it, if it is there; meant for tests. */
  loaded?: typeof loadedMarkdown;
}

export class MarkdownText {
  readonly #container: Element;
  readonly #budget = new FrameBudget();
  #options: MarkdownTextOptions;
  #view: MarkdownView | undefined;
  /** What is not rendered: all of the text, or its end. */
  #plain: PlainText | undefined;
  #source = '';
  #ended = false;
  #catchesUp = false;

  /** `container`: everything in it is this text's from now on. */
  constructor(container: Element, options: MarkdownTextOptions) {
    this.#container = container;
    this.#options = options;
    this.render();
  }

  /** All that is shown, rendered or not. */
  get source(): string {
    return this.#source;
  }

  /** Whether some of it is shown as text. */
  get isPlain(): boolean {
    return this.#plain !== undefined;
  }

  /** Whether what is shown is going to change by itself: it was long, or waited for a definition. */
  get isBehind(): boolean {
    return this.isPlain || (this.#view?.isBehind ?? false);
  }

  get framesToSkip(): number {
    return this.#view?.framesToSkip ?? 0;
  }

  setPolicy(policy: MarkdownPolicy): void {
    this.#options = { ...this.#options, ...policy };
    if (!this.#view) return;
    // The view may begin again, with everything in the container.
    this.#plain?.element.remove();
    this.#view.setPolicy(policy);
    if (this.#plain) this.#container.append(this.#plain.element);
    this.#catchUp();
  }

  /** Shows `text` as the whole source. Where it only continues what is there, what is there stays. */
  set(text: string): void {
    const continues = text.startsWith(this.#source);
    const added = continues ? text.slice(this.#source.length) : text;
    if (!continues) this.#showPlain('');
    this.#source = text;
    this.#ended = false;
    if (this.#plain) this.#plain.append(added);
    else if (this.#view) this.#view.set(text);
    else this.#showPlain(added);
    this.#catchUp();
  }

  /** No more text behind `text`, which is shown as with `set`; by default what is there. */
  end(text = this.#source): void {
    const view = this.#plain ? undefined : this.#view;
    if (view && !view.ended && text.startsWith(this.#source)) {
      const added = text.slice(this.#source.length);
      this.#source = text;
      view.end(added);
    } else this.set(text);
    this.#ended = true;
    if (this.#plain) this.#plain.end();
    else this.#view?.end();
    this.#catchUp();
  }

  /** Shows all that would be shown in the next frames. */
  catchUp(): void {
    if (this.#view && !this.#plain) this.#proceed(Infinity);
  }

  /** Renders what is shown as text, once that is possible. To be called when it may have become so. */
  render(): void {
    if (this.#view) return;
    const { loaded = loadedMarkdown } = this.#options;
    const markdown = loaded();
    if (!markdown) return;
    this.#view = new markdown.MarkdownView(this.#container, { ...this.#options, inSlices: true });
    this.#renderMore();
  }

  #renderMore(): void {
    if (!this.#plain) return;
    const view = this.#view!;
    const { clock = browserClock, beforeRender, onRender } = this.#options;
    const begin = clock.now();
    beforeRender?.();
    const start = view.source.length;
    const end = this.#cut(start);
    this.#showPlain('');
    view.set(this.#source.slice(0, end));
    this.#budget.spend(end - start, clock.now() - begin);
    if (end < this.#source.length) {
      this.#showPlain(this.#source.slice(end));
      clock.requestFrame(() => this.#renderMore());
    } else if (this.#ended) view.end();
    this.#catchUp();
    onRender?.();
  }

  /** What waited for a definition is shown a frame's worth at a time, once nothing is plain; in a hidden page at once. */
  #catchUp(): void {
    if (this.#catchesUp || this.#plain || !this.#view?.isBehind) return;
    this.#catchesUp = true;
    const { clock = browserClock, beforeRender, onRender } = this.#options;
    clock.requestFrame(() => {
      this.#catchesUp = false;
      if (this.#plain || !this.#view!.isBehind) return;
      beforeRender?.();
      this.#proceed(this.#container.ownerDocument.hidden ? Infinity : clock.now() + FRAME_MS);
      this.#catchUp();
      onRender?.();
    });
  }

  #proceed(until: number): void {
    const { clock = browserClock } = this.#options;
    do this.#view!.proceed();
    while (this.#view!.isBehind && clock.now() < until);
  }

  /** How far to render now: to the end of a line, where there is one. */
  #cut(start: number): number {
    if (this.#source.length - start <= AT_ONCE) return this.#source.length;
    const end = start + this.#budget.limit;
    const line = this.#source.lastIndexOf('\n', end - 1) + 1;
    return line > start ? line : end;
  }

  /** Shows `text` as text behind what is rendered, in place of what stood there so. */
  #showPlain(text: string): void {
    this.#plain?.element.remove();
    this.#plain = text === '' ? undefined : new PlainText(this.#container);
    this.#plain?.append(text);
    if (this.#ended) this.#plain?.end();
  }
}

/** A paragraph of text as it came, as MarkdownView shows what it cannot render. */
class PlainText {
  readonly element: HTMLElement;
  readonly #node: Text;
  readonly #normalizer = new TextNormalizer();
  #text = '';

  constructor(container: Element) {
    const owner = container.ownerDocument;
    this.element = owner.createElement('p');
    this.element.className = 'source';
    this.element.dir = 'auto';
    this.#node = owner.createTextNode('');
    this.element.append(this.#node);
    container.append(this.element);
  }

  append(text: string): void {
    this.#show(this.#normalizer.push(text));
  }

  end(): void {
    this.#show(this.#normalizer.flush());
  }

  #show(text: string): void {
    this.#text += text;
    // The end of a line is shown with the next one, or there would be an empty line.
    let end = this.#text.length;
    while (this.#text[end - 1] === '\n') end -= 1;
    this.#node.appendData(this.#text.slice(this.#node.length, end));
  }
}
