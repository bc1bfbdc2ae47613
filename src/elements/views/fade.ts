/**
 * Problem: the newest words are to come in by and by, and nothing that is painted may be wrapped, moved or laid out anew
 * for it.
 * Choice: what each frame has shown is a range in one of the document's highlights, one for each step of the way, which
 * paint text in its own colour, fainter (styles/fade.ts). Where there are no highlights, words are there at once.
 * Bound: a range for each text and frame of the last `FADE_MS`, and none when those are over.
 */
import { browserClock, type FrameClock } from '../../pacing/index.js';
import { FADE_NAME, FADE_STEPS } from '../styles/fade.js';
import { writtenElement } from './caret.js';

const FADE_MS = 150;

interface Fading {
  readonly since: number;
  readonly range: Range;
}

/** Of all texts of the page, as its highlights are. */
let fading: Fading[] = [];
let isWaiting = false;

/** To be called before a text grows in `container`; what it returns, after it, lets what is new come in. */
export function startFade(container: Element, clock: FrameClock = browserClock): () => void {
  const start = endOf(container);
  const before = lengthOf(start);
  return () => {
    const end = endOf(container);
    const range = new Range();
    // A character may have gone again: syntax, as it turned out. And where the node has gone, nothing comes in.
    range.setStart(start, Math.min(before, lengthOf(start)));
    range.setEnd(end, lengthOf(end));
    if (range.collapsed || !CSS.highlights) return;
    container.classList.add('fades');
    fading.push({ since: clock.now(), range });
    paint(clock);
  };
}

function paint(clock: FrameClock): void {
  const now = clock.now();
  const steps = FADE_STEPS.map((): Range[] => []);
  fading = fading.filter(({ since, range }) =>
    steps[Math.floor(((now - since) / FADE_MS) * steps.length)]?.push(range),
  );
  for (const [step, ranges] of steps.entries()) {
    const name = FADE_NAME + FADE_STEPS[step];
    CSS.highlights.delete(name);
    if (ranges[0]) CSS.highlights.set(name, new Highlight(...ranges));
  }
  if (isWaiting || !fading[0]) return;
  isWaiting = true;
  clock.requestFrame(() => {
    isWaiting = false;
    paint(clock);
  });
}

/** The last node of a text that has no caret. */
function endOf(container: Element): Node {
  let node: Node = writtenElement(container);
  while (node.lastChild) node = node.lastChild;
  return node;
}

function lengthOf(node: Node): number {
  return node.nodeValue?.length ?? 0;
}
