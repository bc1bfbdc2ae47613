/**
 * Values that come one by one, each with its place (`$.city`, `$.days[0]['high']`) → the JSON text of the whole, as far as it
 * is certain: tool arguments can be shown while they arrive. One pass; it counts on the order in which a model writes,
 * so that a container which has been left is never returned to.
 */
import type { JsonRecord } from './json.js';
import { asString, stringifyJson } from './json.js';

export class JsonPathWriter {
  /** The place written last; its containers are open. */
  #path: (string | number)[] = [];
  /** The place is a string that goes on. */
  #continues = false;

  /** The text that one value adds; `willContinue`: its string has not ended. */
  write(piece: JsonRecord): string {
    const path = readPath(asString(piece['jsonPath']) ?? '');
    const text = stringifyJson(valueOf(piece)) ?? 'null';
    const isString = text.startsWith('"');
    const willContinue = isString && piece['willContinue'] === true;
    if (path.length === 0) return '';
    if (this.#continues && isString && samePlace(path, this.#path)) {
      this.#continues = willContinue;
      return text.slice(1, willContinue ? -1 : undefined);
    }
    const opening = this.#moveTo(path);
    this.#continues = willContinue;
    return opening + (willContinue ? text.slice(0, -1) : text);
  }

  /** What is still open. */
  end(): string {
    return this.#path.length === 0 ? '{}' : this.#close(0);
  }

  #moveTo(path: (string | number)[]): string {
    const before = this.#path;
    let shared = 0;
    while (shared < Math.min(path.length, before.length) - 1 && path[shared] === before[shared]) shared++;
    const text = before.length === 0 ? bracket(path[0], 0) : `${this.#close(shared + 1)},`;
    this.#path = path;
    return (
      text +
      path
        .slice(shared)
        .map((key, at) => (at > 0 ? bracket(key, 0) : '') + label(key))
        .join('')
    );
  }

  /** Ends the string, and the containers from `depth` on. */
  #close(depth: number): string {
    const quote = this.#continues ? '"' : '';
    this.#continues = false;
    return (
      quote +
      this.#path
        .slice(depth)
        .map((key) => bracket(key, 1))
        .reverse()
        .join('')
    );
  }
}

/** The bracket that opens (0) or closes (1) what holds this key. */
const bracket = (key: string | number | undefined, side: 0 | 1) => (typeof key === 'number' ? '[]' : '{}')[side]!;

const label = (key: string | number) => (typeof key === 'number' ? '' : `${JSON.stringify(key)}:`);

const samePlace = (one: readonly unknown[], other: readonly unknown[]) =>
  one.length === other.length && one.every((key, at) => key === other[at]);

function readPath(path: string): (string | number)[] {
  return [...path.matchAll(STEP)].map(([, name, index, , quoted]) => (index ? Number(index) : (name ?? quoted ?? '')));
}

/** `.name`, `[0]`, `['name']` */
const STEP = /\.([^.[\]]+)|\[(\d+)\]|\[(["'])(.*?)\3\]/g;

function valueOf(piece: JsonRecord): unknown {
  return (
    ['stringValue', 'numberValue', 'boolValue'].map((name) => piece[name]).find((value) => value !== undefined) ?? null
  );
}
