/**
 * Problem: text can carry characters that a reader does not see but a machine does (tag characters, bidi overrides,
 * control characters), and a chunk may end in the middle of a character, of a line ending or of a flag emoji.
 * Choice: one pass in front of everything else drops the invisible ones, turns every line ending into "\n" and holds
 * back what the next chunk may still change. U+200E/F, ZWJ and ZWNJ stay: scripts and emoji need them. So does a variation
 * selector, a break (U+200B) or a filler of Hangul: a second pass drops what makes runs of them, in which bytes are hidden.
 * Bound: at most 14 code units are held back; the cost is two passes over what arrived.
 */

/** Flags of England, Scotland and Wales: the only recommended emoji made of tag characters. */
const FLAG_SEQUENCES = ['gbeng', 'gbsct', 'gbwls'].map(
  (region) =>
    '\u{1F3F4}' + [...region].map((c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0))).join('') + '\u{E007F}',
);

/** Everything that is looked at more closely; `\r` and the black flag are decided in code, the rest is dropped. */
const SUSPECT =
  // eslint-disable-next-line no-control-regex
  /\r\n?|\u{1F3F4}[\u{E0000}-\u{E007F}]*|[\u{E0000}-\u{E00FF}\u{E01F0}-\u{E0FFF}]|[\u034f\0-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]/gu;

/**
 * Runs, and what stays of them: of fillers two, since an initial and a vowel may both be filled. Not by looking behind,
 * where WebKit finds no characters of two units.
 */
const RUN =
  /([\ufe00-\ufe0f\u{E0100}-\u{E01EF}])[\ufe00-\ufe0f\u{E0100}-\u{E01EF}]+|(\u200b)\u200b+|([\u115f\u1160]{2})[\u115f\u1160]+/gu;

/** True where the next chunk may still complete `flag` to one of the sequences. */
function isFlagPrefix(flag: string): boolean {
  return FLAG_SEQUENCES.some((sequence) => sequence.startsWith(flag) && sequence !== flag);
}

export class TextNormalizer {
  #held = '';
  /** The last two characters before what comes next, whether they stayed or not. */
  #before = '';
  #removed = 0;

  /** How many hidden characters were dropped so far; line endings do not count. */
  get removed(): number {
    return this.#removed;
  }

  /** Returns what is certain of everything pushed so far and not yet returned. */
  push(text: string): string {
    return this.#clean(this.#held + text, false);
  }

  /** The end of the text: what was held back is as good as it gets. */
  flush(): string {
    return this.#clean(this.#held, true);
  }

  #clean(text: string, last: boolean): string {
    const end = last ? text.length : text.length - heldLength(text);
    this.#held = text.slice(end);
    return this.#thin(
      text.slice(0, end).replace(SUSPECT, (found) => {
        if (found[0] === '\r') return '\n';
        if (found.startsWith('\u{1F3F4}')) {
          const flag = FLAG_SEQUENCES.find((sequence) => found.startsWith(sequence));
          const kept = flag ?? '\u{1F3F4}';
          this.#removed += (found.length - kept.length) / 2;
          return kept;
        }
        this.#removed += 1;
        return '';
      }),
    );
  }

  /** Without the rest of runs, which may have begun in the last piece. */
  #thin(text: string): string {
    const start = this.#before.length;
    const whole = this.#before + text;
    this.#before = whole.slice(-4);
    return whole
      .replace(RUN, (run: string, selector = '', space = '', fillers = '', at: number) => {
        const kept = Math.max((selector + space + fillers).length, start - at);
        this.#removed += [...run.slice(kept)].length;
        return run.slice(0, kept);
      })
      .slice(start);
  }
}

/** Length of the end of `text` that only the next chunk can decide about. */
function heldLength(text: string): number {
  const length = text.length;
  if (length === 0) return 0;
  const lastUnit = text.charCodeAt(length - 1);
  if (lastUnit === 13) return 1;
  // Half a surrogate pair: perhaps half of a tag character, so what stands before it is looked at too.
  const half = lastUnit >= 0xd800 && lastUnit <= 0xdbff ? 1 : 0;
  const flag = text.lastIndexOf('\u{1F3F4}');
  if (flag >= 0 && length - flag <= 14 && isFlagPrefix(text.slice(flag, length - half))) return length - flag;
  return half;
}

/** A whole text as a reader sees it: without hidden characters. */
export function visibleText(text: string): string {
  const normalizer = new TextNormalizer();
  return normalizer.push(text) + normalizer.flush();
}

/** A character reference that render-html.ts did not write itself. */
const OTHER_REFERENCE = /&(?!(?:amp|lt|gt|quot|#39);)/;

/** Whether HTML may show hidden characters: as references, or as what the lexer has made of such. */
export function mayHide(html: string): boolean {
  return OTHER_REFERENCE.test(html) || visibleText(html) !== html;
}
