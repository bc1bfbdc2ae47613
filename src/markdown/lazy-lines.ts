/**
 * Problem: text may go on in a quotation without its `>`, and for each line that has it again marked reads what is inside
 * anew; all of what is inside is read once more at the end of the quotation around it.
 * Choice: such lines are counted from the beginning of the outermost quotation, in which it is then over. Whoever reads a
 * quotation (guarded-tokenizer.ts) and whoever has left its beginning out (cut-watch.ts) count them here, alike.
 * Bound: one look at each line.
 */

/** How often text without `>` may go on in a quotation. */
export const MAX_LAZY = 50;
/** Lines that go on without it, one behind the other. */
export const MAX_LAZY_LINES = 256;

/** All marks of quotations of a line, which is looked at so far for them. */
const QUOTES = /^(?: {0,3}> ?)*/;
const MAX_MARKS = 128;
/** What is not the text of an open paragraph. (What may be is taken for it, which only counts too much.) */
const BEGINS = /^ {0,3}(?:```|~~~|#|[*+-][ \t])/;
/** One further in may be an item's, and end with it. */
const FENCE = /^(`{3,}(?=[^`]*$)|~{3,})/;
const CLOSING_FENCE = /^ {0,3}(`{3,}|~{3,})[ \t]*$/;

export class LazyLines {
  /** Of the outermost quotation, and of those inside it. */
  #times = 0;
  #innerTimes = 0;
  #lines = 0;
  /** In how many quotations the open text stands, and the fewest whose marks a line of it has. */
  #open = 0;
  #least = 0;
  /** There may be HTML, in which a fence is none. */
  #mayBeHtml = false;
  /** Code is open, in so many quotations. */
  #fence: { readonly mark: string; readonly depth: number } | null = null;

  /** `over`: the line is none of the quotation; `beyond`: it is, but for a bound. */
  look(line: string): 'in' | 'over' | 'beyond' {
    if (this.#open === 0 && !this.#fence && !line.includes('>')) return 'over';
    const marks = QUOTES.exec(line.slice(0, MAX_MARKS))![0];
    const depth = marks.split('>').length - 1;
    const text = line.slice(marks.length);
    if (this.#isInCode(line, depth)) return 'in';
    const isBlank = text.trim() === '';
    const isLazy = depth < this.#open && !isBlank && (depth === 0 || !BEGINS.test(text));
    if (depth === 0 && !isLazy) {
      this.#open = this.#lines = 0;
      return 'over';
    }
    if (this.#lines > 0 && depth > this.#least) {
      const times = this.#least === 0 ? (this.#times += 1) : (this.#innerTimes += 1);
      if (times > MAX_LAZY) return 'beyond';
      this.#lines = 0;
    }
    if (!isLazy) {
      this.#lines = 0;
      this.#open = isBlank ? 0 : depth;
      // Those inside are over.
      if (isBlank && depth === 1) this.#innerTimes = 0;
      this.#mayBeHtml ||= text.trimStart().startsWith('<');
      const mark = FENCE.exec(text)?.[1];
      if (mark && !this.#mayBeHtml) [this.#fence, this.#open] = [{ mark, depth }, 0];
      return 'in';
    }
    this.#least = this.#lines === 0 ? depth : Math.min(this.#least, depth);
    this.#lines += 1;
    return this.#lines > MAX_LAZY_LINES ? 'beyond' : 'in';
  }

  #isInCode(line: string, depth: number): boolean {
    if (!this.#fence) return false;
    const { mark, depth: around } = this.#fence;
    let text = line;
    for (let level = 0; level < around; level += 1) text = text.replace(/^ {0,3}> ?/, '');
    const isOver = depth < around;
    if (isOver || CLOSING_FENCE.exec(text)?.[1]!.startsWith(mark)) this.#fence = null;
    return !isOver;
  }
}
