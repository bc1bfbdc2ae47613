/**
 * Problem: a few bounds of guarded-tokenizer.ts count from the beginning of a list or a quotation. Where what they count was
 * left out of what is read again (elide.ts), they come too late.
 * Choice: the lines are looked at as they come, and whoever leaves something out asks whether a bound may have counted so
 * far, as they come and at the end: then all of it is read once more. Counts too much rather than too little.
 * Bound: one look at each line.
 */
import { MAX_DEPTH, QUOTE } from './guarded-tokenizer.js';
import { LazyLines, MAX_LAZY, MAX_LAZY_LINES } from './lazy-lines.js';

/** The marks of quotations and lists in front of a line's own text. */
const PREFIX = /^(?:[ \t]*(?:>|(?:[*+-]|\d{1,9}[.)])(?=[ \t]|$)))*[ \t]*/;
/** What begins a list where there is text, if it is not of an item further out. */
const INTERRUPTING = /^[ \t]*(?:[*+-]|1[.)])[ \t]+\S/;

/** What may stand in front of a quotation in an item. */
const ITEM = /^[ \t]*(?:(?:[*+-]|\d{1,9}[.)])[ \t]+)*/;

export class CutWatch {
  #mayBeCut = false;
  /** Quotations that go on without their marker, and such lines of items. */
  #quotes = 0;
  #lines = 0;
  /** There is text in front of the line, and in so many quotations. */
  #hasText = false;
  #depth = 0;
  /** Where the text of the open item begins, and in how many quotations. */
  #column = 0;
  #itemDepth = 0;
  #before = '';
  #isBehindBlank = false;
  /** The lines of a quotation; those of quotations in items. */
  readonly #lazy = [new LazyLines(), new LazyLines()] as const;
  /** The line that is not complete. */
  #rest = '';

  add(text: string): void {
    this.#rest += text;
    if (!text.includes('\n')) return;
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop()!;
    for (const line of lines) this.#look(line);
  }

  /** Whether a bound may have counted in the complete lines of what was added. */
  get mayBeCut(): boolean {
    return this.#mayBeCut;
  }

  /** The same of all that was added; nothing more is. */
  end(): boolean {
    this.#look(this.#rest);
    return this.#mayBeCut;
  }

  #look(line: string): void {
    if (this.#mayBeCut) return;
    const [outside, inItems] = this.#lazy;
    const isBeyond = outside.look(line) === 'beyond' || inItems.look(line.replace(ITEM, '')) === 'beyond';
    if (beginsQuote(this.#before, line)) this.#quotes += 1;
    this.#before = line;
    const [prefix] = PREFIX.exec(line)!;
    const depth = prefix.split('>').length - 1;
    const own = line.slice(prefix.lastIndexOf('>') + 1);
    const isSameDepth = depth === this.#itemDepth;
    // Only some markers end the text in front of them; others are text themselves.
    const mayInterrupt = !this.#hasText || !isSameDepth || own.search(/\S/) < this.#column || INTERRUPTING.test(own);
    const isMarked = /[^\s>]/.test(prefix) && mayInterrupt;
    const isBlank = prefix.length === line.length && mayInterrupt;
    if (this.#hasText && !isBlank && depth < this.#depth) this.#lines += 1;
    else this.#depth = depth;
    const wasBlank = this.#isBehindBlank;
    this.#isBehindBlank = isBlank && isSameDepth && !isMarked;
    this.#hasText = !isBlank;
    this.#mayBeCut = isBeyond;
    if (isBlank) return;
    const width = prefix.length - prefix.lastIndexOf('>') - 1;
    if (isMarked) [this.#column, this.#itemDepth] = [width, depth];
    else if (width < this.#column) {
      // Behind a blank line it does not go on with the item.
      if (wasBlank && isSameDepth) this.#column = width < 2 ? 0 : width;
      else this.#lines += 1;
    }
    this.#mayBeCut ||= this.#quotes > MAX_LAZY || this.#lines > MAX_LAZY_LINES;
  }
}

/** Whether a line has a mark of a quotation where the line before it has text. */
function beginsQuote(before: string, line: string): boolean {
  let [above, here] = [before, line];
  for (let depth = 0; depth < MAX_DEPTH && QUOTE.test(above) && QUOTE.test(here); depth += 1)
    [above, here] = [behindMark(above), behindMark(here)];
  return above.trim() !== '' && PREFIX.exec(here)![0].includes('>');
}

function behindMark(line: string): string {
  return line.replace(/^ {0,3}> ?/, '');
}
