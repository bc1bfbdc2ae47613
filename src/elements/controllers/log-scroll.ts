/**
 * Where a log that grows stands: at its end until the reader moves away from it (`follow`), at the last question
 * (`anchor`), or where the reader put it (`manual`). Away from the end, what is read stays where it is.
 *
 * Growth is seen by a ResizeObserver: it runs after layout and before paint, so reading and setting the scroll position
 * there costs no layout of its own, whatever made the log grow (text, an image, the composer). What a reader does is told
 * from what growth does by direction alone: only a person moves towards the start.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { isElement } from '../../markdown/node-kind.js';
import { ReadingPosition } from './reading-position.js';

export type ScrollMode = 'follow' | 'anchor' | 'manual';

/** Pixels from the end that count as being there: scroll positions are fractional on scaled screens. */
const NEAR_END_PX = 8;
/** Above a question that stands at the top. */
const MARGIN_PX = 12;
const TOWARDS_START: ReadonlySet<string> = new Set(['ArrowUp', 'PageUp', 'Home']);
/** What makes the log grow where it is clicked. */
const OPENERS = 'summary, .wrap-button, [data-src]';
const RELEASES = ['pointerup', 'pointercancel', 'dragend', 'touchend', 'touchcancel'] as const;

export class LogScroll implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  /** What is none of the three counts as `follow`. */
  readonly #mode: () => ScrollMode;
  readonly #reading = new ReadingPosition();
  #scroller: HTMLElement | undefined;
  #observer: ResizeObserver | undefined;
  #attached: AbortController | undefined;
  #lastTop = 0;
  /** Where the reading position was noted, or put back. */
  #notedTop = 0;
  #lastHeight = 0;
  #atEnd = true;
  #isFollowing = true;
  #isEmpty = true;
  #lastMode: ScrollMode | undefined;
  /** A button or a finger is down on the text: nothing moves under it. */
  #isHeld = false;
  /** What was selected when a finger came down. */
  #selected: string | undefined;
  /** The reader has closed what made the log higher. */
  #hasClosed = false;
  /** A question was asked, which has to be brought to the top. */
  #isAsked = false;
  #question: Element | undefined;
  /** Pixels below the content. */
  #room = 0;

  constructor(host: ReactiveControllerHost, mode: () => ScrollMode) {
    this.#host = host;
    this.#mode = mode;
    host.addController(this);
  }

  /** Whether the end is in view. */
  get atEnd(): boolean {
    return this.#atEnd;
  }

  /** Takes the element that scrolls; its first child is what grows, its last one is the room behind that. */
  attach(scroller: HTMLElement): void {
    this.#scroller = scroller;
    // Its host may have left the page before it was first rendered.
    if (scroller.isConnected) this.hostConnected();
  }

  hostConnected(): void {
    const scroller = this.#scroller;
    if (!scroller || this.#observer) return;
    this.#observer = new ResizeObserver(() => this.#grown());
    this.#observer.observe(scroller);
    this.#observer.observe(scroller.firstElementChild!);
    this.#attached = new AbortController();
    const options = { passive: true, signal: this.#attached.signal };
    scroller.addEventListener('scroll', this.#scrolled, options);
    scroller.addEventListener('wheel', this.#turned, options);
    scroller.addEventListener('keydown', this.#pressed, options);
    scroller.addEventListener('pointerdown', this.#down, options);
    scroller.addEventListener('click', this.#clicked, options);
    scroller.addEventListener('touchstart', this.#hold, options);
    const window = scroller.ownerDocument.defaultView;
    for (const type of RELEASES) window?.addEventListener(type, this.#release, options);
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
    this.#attached?.abort();
    this.#isHeld = false;
  }

  /** Another conversation is about to be shown. */
  begins(): void {
    this.#isFollowing = true;
    this.#reading.forget();
    // It may be as high as the one before, so that nothing has grown.
    void this.#host.updateComplete.then(() => this.#grown());
  }

  /** A turn begins, which the next update shows; where it `continues` an answer, its question is no news. */
  turnBegins(continues: boolean): void {
    if (this.#mode() === 'anchor') this.#isAsked = !continues;
    else if (this.#mode() !== 'manual') this.toEnd();
  }

  /** Goes to the end and, but for `manual`, follows it. */
  toEnd(): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    this.#isFollowing = true;
    this.#goToEnd(scroller);
    if (!this.#follows) this.#note(scroller);
    this.#tell(this.#fromEnd(scroller));
  }

  get #follows(): boolean {
    return this.#isFollowing && this.#mode() !== 'manual';
  }

  #grown(): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    this.#checkMode();
    const wasEmpty = this.#isEmpty;
    this.#isEmpty = scroller.firstElementChild!.className === 'empty';
    if (this.#isAsked && !this.#isEmpty) this.#bringUp([...scroller.getElementsByClassName('user')].at(-1));
    const roomBefore = this.#room;
    this.#room = this.#roomBelow(scroller);
    // Asked before that is written, which would have all of it laid out once more: it moves nothing in front of it.
    const moved = this.#reading.moved(scroller);
    let fromEnd = this.#fromEnd(scroller);
    if (this.#room !== roomBefore) (scroller.lastElementChild as HTMLElement).style.blockSize = `${this.#room}px`;
    // What was closed stood between the reader and the end.
    if (this.#hasClosed && this.#mode() !== 'anchor' && fromEnd <= NEAR_END_PX) this.#isFollowing = true;
    this.#hasClosed = false;
    if (this.#isEmpty) {
      // An empty chat is read from its top, and the next conversation begins anew.
      this.#isFollowing = true;
      this.#reading.forget();
      if (!wasEmpty) scroller.scrollTop = 0;
    } else if (this.#follows && !this.#isHeld) this.#goToEnd(scroller);
    // Less than a pixel is rounding.
    else if (this.#reading.isNoted && Math.abs(moved) >= 1) {
      this.#moveOn(scroller, moved);
      fromEnd = this.#fromEnd(scroller);
    } else if (!this.#reading.isNoted && scroller.scrollTop > 0) this.#note(scroller);
    this.#tell(fromEnd);
  }

  /** Another mode moves nothing: who was not at the end is not taken there. */
  #checkMode(): void {
    const mode = this.#mode();
    if (this.#lastMode === 'manual' && mode !== 'manual') this.#isFollowing = this.#atEnd;
    this.#lastMode = mode;
  }

  /** Along with what is read. */
  #moveOn(scroller: HTMLElement, moved: number): void {
    scroller.scrollTop += moved;
    this.#notedTop = scroller.scrollTop;
    this.#remember(scroller);
  }

  #goToEnd(scroller: HTMLElement): void {
    this.#reading.forget();
    scroller.scrollTop = scroller.scrollHeight;
    this.#remember(scroller);
  }

  #bringUp(question: Element | undefined): void {
    this.#isAsked = this.#isFollowing = false;
    this.#question = question;
    if (question) this.#reading.place(question, MARGIN_PX);
  }

  /** A question can only stand at the top where there is a page below it. */
  #roomBelow(scroller: HTMLElement): number {
    if (!this.#question?.isConnected) return 0;
    const content = scroller.firstElementChild!;
    const below = content.getBoundingClientRect().bottom - this.#question.getBoundingClientRect().top;
    return Math.max(0, scroller.clientHeight - MARGIN_PX - below);
  }

  readonly #scrolled = (): void => {
    const scroller = this.#scroller!;
    this.#checkMode();
    const { scrollTop, scrollHeight } = scroller;
    const fromEnd = this.#fromEnd(scroller);
    // A log that became shorter moves towards the start by itself.
    const movedUp = scrollTop < this.#lastTop && scrollHeight >= this.#lastHeight;
    const letsGo = this.#isFollowing && movedUp && fromEnd > 1;
    if (letsGo) this.#isFollowing = false;
    else if (this.#mode() !== 'anchor' && fromEnd <= NEAR_END_PX && scrollTop > this.#lastTop) this.#isFollowing = true;
    // Noted anew after each correction, what rounding leaves of them would add up; a slow finger moves by less than a pixel.
    if (letsGo || (!this.#follows && Math.abs(scrollTop - this.#notedTop) >= 1)) this.#note(scroller);
    this.#remember(scroller);
    this.#tell(fromEnd);
  };

  // Where scrolling is smooth, a wheel or a key moves nothing yet when it is turned or pressed, and following the end in
  // the next frame would take the movement back: so the wish is enough.
  readonly #turned = ({ deltaX, deltaY, ctrlKey, shiftKey }: WheelEvent): void => {
    // With Ctrl it zooms, and with Shift, or on the way to a side, it scrolls code and tables.
    if (-deltaY > Math.abs(deltaX) && !ctrlKey && !shiftKey) this.#leave();
  };

  readonly #pressed = ({ key, shiftKey }: KeyboardEvent): void => {
    if (TOWARDS_START.has(key) || (key === ' ' && shiftKey)) this.#leave();
  };

  // What a reader opens is what they look at, and it grows from there.
  readonly #clicked = ({ target }: Event): void => {
    const opener = isElement(target as Node | null) ? (target as Element).closest(OPENERS) : null;
    if (!opener) return;
    // Details change behind their click, a button has changed.
    const closes = opener.parentElement?.matches('details[open]') || opener.ariaPressed === 'false';
    if (!closes) this.#letGo();
    else if (this.#follows) return;
    else if (this.#fromEnd(this.#scroller!) > NEAR_END_PX) this.#hasClosed = true;
    else this.#isFollowing = true;
  };

  // The scroll bar belongs to the scroller itself; a menu takes the release of the button that opened it. Fingers tell of
  // themselves, also while they scroll.
  readonly #down = (event: PointerEvent): void => {
    const { target, pointerType, button, ctrlKey } = event;
    if (target !== this.#scroller && pointerType !== 'touch' && button === 0 && !ctrlKey) this.#hold(event);
  };

  readonly #hold = (event: Event): void => {
    const { target } = event;
    this.#isHeld = true;
    // A mouse takes it away, a tap leaves it for a while.
    this.#selected = event.type === 'touchstart' ? this.#selection : undefined;
    this.#note(this.#scroller!);
    // A finger leaves from where it came down, though that may not be in the page any more.
    for (const type of RELEASES) target?.addEventListener(type, this.#release, { once: true });
  };

  readonly #release = (event: Event): void => {
    if (!this.#isHeld || (event as PointerEvent).pointerType === 'touch' || (event as TouchEvent).touches?.length)
      return;
    this.#isHeld = false;
    // What was selected is read, and would move on.
    const selected = this.#selection;
    if (selected !== undefined && selected !== this.#selected) this.#letGo();
    this.#grown();
  };

  get #selection(): string | undefined {
    const selection = this.#scroller!.ownerDocument.getSelection();
    return selection?.type === 'Range' ? String(selection) : undefined;
  }

  #note(scroller: HTMLElement): void {
    this.#reading.note(scroller);
    this.#notedTop = scroller.scrollTop;
  }

  /** Towards the start, where there is a way. */
  #leave(): void {
    if (this.#scroller!.scrollTop > 0) this.#letGo();
  }

  #letGo(): void {
    const scroller = this.#scroller!;
    this.#isFollowing = false;
    this.#note(scroller);
    this.#tell(this.#fromEnd(scroller));
  }

  /** Pixels between what is in view and the end. */
  #fromEnd(scroller: HTMLElement): number {
    const { bottom } = scroller.firstElementChild!.getBoundingClientRect();
    return bottom + this.#room - scroller.getBoundingClientRect().bottom;
  }

  /** What the next scroll event is compared with: not where a reader may have gone without having been heard yet. */
  #remember({ scrollTop, scrollHeight }: HTMLElement): void {
    this.#lastTop = scrollTop;
    this.#lastHeight = scrollHeight;
  }

  #tell(fromEnd: number): void {
    const atEnd = this.#follows || fromEnd <= NEAR_END_PX;
    if (this.#atEnd === atEnd) return;
    this.#atEnd = atEnd;
    this.#host.requestUpdate();
  }
}
