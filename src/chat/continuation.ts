/**
 * The rest of a reply that was cut off, as more of the message it was: its text goes on in the part that was cut off,
 * whatever the new reply calls its own; files and data replace nothing that the message has under the same id, and a source
 * that it names already is left out.
 */
import { newId } from '../conversation/index.js';
import type { Delta, MessagePart } from '../model/index.js';
import { reasoningAbout } from '../model/message.js';

export class Continuation {
  /** The text that is written on; behind anything else a new one begins. */
  #part: string;
  readonly #own = newId();
  readonly #sources: ReadonlySet<string>;

  /** `part`: the one that was cut off; `parts`: all there are. */
  constructor(part: string, parts: readonly MessagePart[]) {
    this.#part = part;
    this.#sources = new Set(parts.flatMap((each) => (each.type === 'source' ? [each.url] : [])));
  }

  /** The delta as one of the message; undefined where that has it. */
  read(delta: Delta): Delta | undefined {
    switch (delta.type) {
      case 'text':
        return { ...delta, part: this.#part };
      // What is thought about the text comes behind it.
      case 'reasoning':
        return { ...delta, part: reasoningAbout(this.#part) };
      case 'source':
        return this.#sources.has(delta.url) ? undefined : delta;
      case 'tool-call-start':
        this.#part = newId();
        return delta;
      case 'file':
      case 'data': {
        this.#part = newId();
        return delta.id === undefined ? delta : { ...delta, id: `${this.#own} ${delta.id}` };
      }
      default:
        return delta;
    }
  }
}
