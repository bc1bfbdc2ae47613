/** The caret that follows the last character of a text while it is being written, and blinks when that rests. */
import { browserClock } from '../../pacing/index.js';

/**
 * One that is moved never comes to blink, but each time begins to, and then the page is styled once more in every frame.
 * So it does not until the text has rested for so many milliseconds.
 */
const REST_MS = 500;

/** What a text goes on inside of, where it is the last thing in its container. */
const CONTAINERS = new Set(
  'P H1 H2 H3 H4 H5 H6 UL OL LI BLOCKQUOTE PRE DIV DETAILS TABLE TBODY THEAD TR TD TH'.split(' '),
);

/** The carets that are placed: looking for them would be going through the whole answer, every frame. */
const carets = new WeakMap<Element, Element>();
const rests = new WeakMap<Element, ReturnType<typeof setTimeout>>();

/** Puts the caret behind the last text inside `container`, or takes it away. */
export function placeCaret(container: Element, shown: boolean): void {
  const caret = carets.get(container) ?? createCaret();
  carets.set(container, caret);
  caret.remove();
  if (!shown) return;
  const end = writtenElement(container);
  // Behind the last line break of code it would be a line more, for as long as it stood there.
  const isBehindBreak = end.closest('pre') && end.lastChild?.textContent?.endsWith('\n');
  if (!isBehindBreak) end.append(caret);
  caret.className = 'caret';
  clearTimeout(rests.get(caret));
  const rest = () => browserClock.requestFrame(() => (caret.className = 'caret resting'));
  rests.set(caret, setTimeout(rest, REST_MS));
}

/** The innermost block that holds the end of the text in `container`. */
export function writtenElement(container: Element): Element {
  return endOf(openNote(container) ?? container);
}

/** Notes stand behind the text, which goes on before them: see whether one of them does. */
function openNote(container: Element): Element | null {
  const last = container.lastElementChild;
  return last && isNotes(last) ? last.querySelector('[data-growing]') : null;
}

function isNotes(element: Element): boolean {
  return element.className === 'footnotes';
}

function createCaret(): Element {
  const caret = document.createElement('span');
  caret.setAttribute('part', 'caret');
  caret.ariaHidden = 'true';
  caret.setAttribute('data-chrome', 'add');
  return caret;
}

function endOf(element: Element): Element {
  let last = element.lastElementChild;
  if (last && isNotes(last)) last = last.previousElementSibling;
  if (!last) return element;
  // What is written inside is not seen; that something is, is.
  if (last.localName === 'details' && !(last as HTMLDetailsElement).open) return last.querySelector('summary') ?? last;
  if (element.tagName === 'TR') return writtenCell(element);
  const isCode = last.tagName === 'CODE' && element.tagName === 'PRE';
  return isCode || last.className === 'group' || CONTAINERS.has(last.tagName) ? endOf(last) : element;
}

/** A row has all of its cells from its first character on. */
function writtenCell(row: Element): Element {
  const cells = [...row.children];
  return cells.findLast(({ textContent }) => textContent !== '') ?? cells[0] ?? row;
}
