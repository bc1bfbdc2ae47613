/** The caret that follows the last character of a text while it is being written. */

/** What a text goes on inside of, where it is the last thing in its container. */
const CONTAINERS = new Set(
  'P H1 H2 H3 H4 H5 H6 UL OL LI BLOCKQUOTE PRE DIV DETAILS TABLE TBODY THEAD TR TD TH'.split(' '),
);

/** Puts the caret behind the last text inside `container`, or takes it away. */
export function placeCaret(container: Element, shown: boolean): void {
  const caret = container.querySelector('[part~="caret"]');
  if (!shown) {
    caret?.remove();
    return;
  }
  endOf(container).append(caret ?? createCaret(container.ownerDocument));
}

function createCaret(owner: Document): Element {
  const caret = owner.createElement('span');
  caret.setAttribute('part', 'caret');
  caret.setAttribute('class', 'caret');
  caret.setAttribute('aria-hidden', 'true');
  caret.setAttribute('data-chrome', 'add');
  return caret;
}

/** The innermost block that holds the end of the text. */
function endOf(element: Element): Element {
  const last = element.lastElementChild;
  if (!last) return element;
  const isCode = last.tagName === 'CODE' && element.tagName === 'PRE';
  return isCode || CONTAINERS.has(last.tagName) ? endOf(last) : element;
}
