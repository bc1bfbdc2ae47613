/**
 * Text as it came, which grows at its end: what a reader has selected in it stays selected, and what is there is not read
 * again.
 */
import { noChange } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';
import { TextNormalizer } from '../../markdown/normalize-text.js';

class GrowingText extends Directive {
  #node: Text | undefined;
  #normalizer = new TextNormalizer();
  #text = '';
  #ended = false;
  /** Something was shown at the end that would be something else if more came. */
  #isFlushed = false;

  /** `ended`: nothing follows. */
  render(_text: string, _ended: boolean): typeof noChange {
    return noChange;
  }

  override update({ element }: ElementPart, [text, ended]: [string, boolean]): typeof noChange {
    if (!this.#node) element.append((this.#node = element.ownerDocument.createTextNode('')));
    if (text === this.#text && ended === this.#ended) return noChange;
    if (this.#isFlushed || !text.startsWith(this.#text)) {
      this.#normalizer = new TextNormalizer();
      this.#text = this.#node.data = '';
    }
    const added = this.#normalizer.push(text.slice(this.#text.length));
    const last = ended ? this.#normalizer.flush() : '';
    this.#isFlushed = last !== '';
    if (added + last !== '') this.#node.appendData(added + last);
    this.#text = text;
    this.#ended = ended;
    return noChange;
  }
}

export const growingText = directive(GrowingText);
