/**
 * Keeps the end of a growing log in view until the reader scrolls up, and again once they are back at the end.
 *
 * Growth is seen by a ResizeObserver: it runs after layout and before paint, so setting the scroll position there costs
 * no layout of its own, whatever made the log grow (text, an image, the composer). What a reader does is told from what
 * growth does by direction alone: only a person moves towards the start.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Pixels from the end that count as being there: scroll positions are fractional on scaled screens. */
const NEAR_END_PX = 8;

export class FollowScroll implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #scroller: HTMLElement | undefined;
  #observer: ResizeObserver | undefined;
  #lastTop = 0;
  #lastHeight = 0;
  #atEnd = true;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Whether the end is in view, and followed. */
  get atEnd(): boolean {
    return this.#atEnd;
  }

  /** Takes the element that scrolls; its first child is what grows. */
  attach(scroller: HTMLElement): void {
    this.#scroller = scroller;
    this.hostConnected();
  }

  hostConnected(): void {
    const scroller = this.#scroller;
    if (!scroller || this.#observer) return;
    this.#observer = new ResizeObserver(() => this.#grown());
    this.#observer.observe(scroller);
    if (scroller.firstElementChild) this.#observer.observe(scroller.firstElementChild);
    scroller.addEventListener('scroll', this.#scrolled, { passive: true });
    scroller.addEventListener('wheel', this.#turned, { passive: true });
    scroller.addEventListener('keydown', this.#pressed);
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
    this.#scroller?.removeEventListener('scroll', this.#scrolled);
    this.#scroller?.removeEventListener('wheel', this.#turned);
    this.#scroller?.removeEventListener('keydown', this.#pressed);
  }

  /** Goes to the end and follows it again. */
  follow(): void {
    this.#setAtEnd(true);
    this.#grown();
  }

  #grown(): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    // An empty chat is read from its top.
    if (this.#atEnd && !scroller.querySelector('.empty')) scroller.scrollTop = scroller.scrollHeight;
    this.#remember(scroller);
  }

  readonly #scrolled = (): void => {
    const scroller = this.#scroller!;
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    const fromEnd = scrollHeight - clientHeight - scrollTop;
    // A log that became shorter moves towards the start by itself.
    const movedUp = scrollTop < this.#lastTop && scrollHeight >= this.#lastHeight;
    if (movedUp && fromEnd > 1) this.#setAtEnd(false);
    else if (fromEnd <= NEAR_END_PX && scrollTop > this.#lastTop) this.#setAtEnd(true);
    this.#remember(scroller);
  };

  // Where scrolling is smooth, a wheel or a key moves nothing yet when it is turned or pressed, and following the end in
  // the next frame would take the movement back: so the wish is enough.
  readonly #turned = ({ deltaY }: WheelEvent): void => {
    if (deltaY < 0) this.#letGo();
  };

  readonly #pressed = ({ key }: KeyboardEvent): void => {
    if (key === 'ArrowUp' || key === 'PageUp' || key === 'Home') this.#letGo();
  };

  #letGo(): void {
    if (this.#scroller!.scrollTop > 0) this.#setAtEnd(false);
  }

  #remember({ scrollTop, scrollHeight }: HTMLElement): void {
    this.#lastTop = scrollTop;
    this.#lastHeight = scrollHeight;
  }

  #setAtEnd(atEnd: boolean): void {
    if (this.#atEnd === atEnd) return;
    this.#atEnd = atEnd;
    this.#host.requestUpdate();
  }
}
