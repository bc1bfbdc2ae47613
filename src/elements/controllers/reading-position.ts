/**
 * What stands at the top of a scroller stays there while what is above it changes its height: older messages that are
 * still being rendered, a picture that was asked for. Browsers have scroll anchoring for this (CSS Scroll Anchoring 1), but
 * WebKit does not, and the others do it neither at the very top nor while a style changes.
 */
export class ReadingPosition {
  #element: Element | undefined;
  #top = 0;

  /** Notes what is at the top of `scroller`. */
  note(scroller: Element): void {
    const { top } = scroller.getBoundingClientRect();
    this.#element = firstBelow(scroller, top);
    if (this.#element) this.#top = this.#element.getBoundingClientRect().top - top;
  }

  /** `element` is to be so many pixels below the top of the scroller. */
  place(element: Element, top: number): void {
    this.#element = element;
    this.#top = top;
  }

  /** How far it has moved since, in pixels; 0 where it is gone. */
  moved(scroller: Element): number {
    if (!this.#element || !scroller.contains(this.#element)) return 0;
    return this.#element.getBoundingClientRect().top - scroller.getBoundingClientRect().top - this.#top;
  }
}

/** The innermost first element of which something is below `line`: what begins below it is as good as what is in it. */
function firstBelow(container: Element, line: number): Element | undefined {
  let found: Element | undefined;
  for (let inside: Element | undefined = container; inside;) {
    inside = firstChildBelow(inside, line);
    found = inside ?? found;
    if (found && found.getBoundingClientRect().top >= line) break;
  }
  return found;
}

/** Children stand below each other, so that a few of thousands are enough to look at. */
function firstChildBelow({ children }: Element, line: number): Element | undefined {
  let first = 0;
  let end = children.length;
  while (first < end) {
    const middle = (first + end) >> 1;
    if (children[middle]!.getBoundingClientRect().bottom > line) end = middle;
    else first = middle + 1;
  }
  return children[first];
}
