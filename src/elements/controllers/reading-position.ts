/**
 * What stands at the top of a scroller stays there while what is above it changes its height: older messages that are
 * still being rendered, a picture that was asked for. Browsers have scroll anchoring for this (CSS Scroll Anchoring 1), but
 * WebKit does not, and the others do it neither at the very top nor while a style changes.
 */
export class ReadingPosition {
  /** From the outermost inwards: what is inside may be rendered anew. */
  #places: { element: Element; top: number }[] = [];

  /** Notes what is at the top of `scroller`. */
  note(scroller: Element): void {
    const { top } = scroller.getBoundingClientRect();
    this.#places = [];
    for (let inside = firstChildBelow(scroller, top); inside; inside = firstChildBelow(inside, top)) {
      const place = { element: inside, top: inside.getBoundingClientRect().top - top };
      this.#places.push(place);
      // What begins below the top is as good as what is in it; but before the first message others may come.
      if (place.top >= 0 && !inside.querySelector('article')) break;
    }
  }

  /** `element` is to be so many pixels below the top of the scroller. */
  place(element: Element, top: number): void {
    this.#places = [{ element, top }];
  }

  get isNoted(): boolean {
    return this.#places.length > 0;
  }

  forget(): void {
    this.#places = [];
  }

  /** How far it has moved since, in pixels; 0 where it is gone. */
  moved(scroller: Element): number {
    const place = this.#places.findLast(({ element }) => scroller.contains(element));
    if (!place) return 0;
    return place.element.getBoundingClientRect().top - scroller.getBoundingClientRect().top - place.top;
  }
}

/** Children stand below each other, so that a few of thousands are enough to look at. */
function firstChildBelow({ children }: Element, line: number): Element | undefined {
  let first = 0;
  let end = children.length;
  while (first < end) {
    const middle = (first + end) >> 1;
    const child = children[middle]!;
    // What is not shown is nowhere: the groups of a list that are still empty, which come first.
    if (child.getClientRects().length > 0 && child.getBoundingClientRect().bottom > line) end = middle;
    else first = middle + 1;
  }
  return children[first];
}
