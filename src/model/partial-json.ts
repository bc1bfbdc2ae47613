/**
 * The value of JSON text as far as it has arrived: tool arguments and JSON output are shown while they stream, and text
 * that stops in the middle is not JSON for `JSON.parse`.
 *
 * Given is only what later text cannot take back, so that the value grows and never changes its mind:
 * - a string as far as it came, without an escape that is cut (`\u12`) and without the first half of a surrogate pair;
 * - an array or object with what it holds so far; a key once its value has begun to show;
 * - a number when something has followed it, for `12` may become `123`: until then it is left out, as are `-` and `tru`.
 *
 * Two cases change nevertheless. At the top level nothing has to follow a number, so there one counts as soon as it is
 * JSON by itself. And of a key that comes twice the later value is given, as `JSON.parse` has it.
 *
 * Strict as `JSON.parse`: of a complete text the value is the same, and what that refuses is `invalid` here, from the
 * character on that no continuation could save; what stood before it is given. (Models wrap JSON in code fences and
 * words; taking those off is for the caller, who knows whether they can occur.)
 *
 * One pass, in time linear in the text. No recursion, so that no depth of nesting can overflow the stack. A key such as
 * `__proto__` becomes a property of the object itself.
 */

export interface PartialJson {
  /** Undefined while nothing can be given. */
  value: unknown;
  /**
   * - `empty`: nothing but white space yet
   * - `partial`: more has to come
   * - `complete`: JSON as it stands
   * - `invalid`: no continuation could make it JSON
   */
  state: 'empty' | 'partial' | 'complete' | 'invalid';
}

type Container = unknown[] | Record<string, unknown>;

/** What may stand next, white space aside. `element` and `member`: or the end of the container that has just begun. */
type Expected = 'value' | 'element' | 'key' | 'member' | 'colon' | 'comma' | 'nothing';

/** A string, number or literal. */
interface Token {
  /** Undefined where nothing of it can be given. */
  value: unknown;
  state: 'partial' | 'complete' | 'invalid';
  /** Where the text goes on. */
  end: number;
}

export function parsePartialJson(text: string): PartialJson {
  const open: Container[] = [];
  let value: unknown;
  let expected: Expected = 'value';
  let key = '';

  const put = (found: unknown): void => {
    const parent = open.at(-1);
    if (!parent) value = found;
    else if (Array.isArray(parent)) parent.push(found);
    else setOwn(parent, key, found);
  };
  const expectAfterValue = (): Expected => (open.length > 0 ? 'comma' : 'nothing');

  let at = skipSpace(text, 0);
  if (at === text.length) return { value, state: 'empty' };
  while (at < text.length) {
    const char = text.charAt(at);
    const parent = open.at(-1);
    if (char === closingOf(parent) && CLOSABLE.has(expected)) {
      open.pop();
      expected = expectAfterValue();
      at += 1;
    } else if (expected === 'value' || expected === 'element') {
      if (char === '[' || char === '{') {
        const container: Container = char === '[' ? [] : {};
        put(container);
        open.push(container);
        expected = char === '[' ? 'element' : 'member';
        at += 1;
      } else {
        const token = char === '"' ? readString(text, at) : readWord(text, at, open.length === 0);
        if (token.value !== undefined) put(token.value);
        if (token.state !== 'complete') return { value, state: token.state };
        expected = expectAfterValue();
        at = token.end;
      }
    } else if (char === '"' && (expected === 'key' || expected === 'member')) {
      const token = readString(text, at);
      if (token.state !== 'complete') return { value, state: token.state };
      key = token.value;
      expected = 'colon';
      at = token.end;
    } else if (char === ':' && expected === 'colon') {
      expected = 'value';
      at += 1;
    } else if (char === ',' && expected === 'comma') {
      expected = Array.isArray(parent) ? 'value' : 'key';
      at += 1;
    } else {
      return { value, state: 'invalid' };
    }
    at = skipSpace(text, at);
  }
  return { value, state: expected === 'nothing' ? 'complete' : 'partial' };
}

/** Where a container may end. */
const CLOSABLE: ReadonlySet<Expected> = new Set<Expected>(['element', 'member', 'comma']);

function closingOf(container: Container | undefined): string | undefined {
  return container && (Array.isArray(container) ? ']' : '}');
}

/**
 * A name that objects inherit is not assigned, which would call the setter of `__proto__`, and would fail on a page that
 * has frozen what objects inherit. The others are, since that is four times faster.
 */
function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key in object)
    Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
  else object[key] = value;
}

/** JSON knows four characters of white space; a regular expression's `\s` knows many more. */
function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at += 1;
  return at;
}

/** The string whose opening quote stands at `from`. */
function readString(text: string, from: number): Token & { value: string } {
  let value = '';
  /** Where the characters begin that stand for themselves. */
  let start = from + 1;
  let at = start;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '"') return { value: value + text.slice(start, at), state: 'complete', end: at + 1 };
    if (char < ' ') return { value: withoutHalfPair(value + text.slice(start, at)), state: 'invalid', end: at };
    if (char !== '\\') {
      at += 1;
      continue;
    }
    value += text.slice(start, at);
    const escaped = ESCAPED.get(text.charAt(at + 1));
    if (escaped !== undefined) {
      value += escaped;
      at += 2;
    } else {
      const escape = text.slice(at, at + UNICODE_ESCAPE_LENGTH);
      if (!UNICODE_ESCAPE.test(escape)) {
        return { value: withoutHalfPair(value), state: CUT_ESCAPE.test(escape) ? 'partial' : 'invalid', end: at };
      }
      value += String.fromCharCode(parseInt(escape.slice(2), 16));
      at += UNICODE_ESCAPE_LENGTH;
    }
    start = at;
  }
  return { value: withoutHalfPair(value + text.slice(start)), state: 'partial', end: at };
}

const ESCAPED: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
const UNICODE_ESCAPE = /^\\u[\da-fA-F]{4}$/;
const UNICODE_ESCAPE_LENGTH = 6;
/** Shorter than an escape only at the end of the text. */
const CUT_ESCAPE = /^\\(?:u[\da-fA-F]{0,3})?$/;

/** The other half of a pair, written out or as an escape, may be what comes next. */
function withoutHalfPair(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text;
}

/** The number or literal at `from`, together with whatever stands against it that could be part of one. */
function readWord(text: string, from: number, isTopLevel: boolean): Token {
  WORD.lastIndex = from;
  const word = WORD.exec(text)?.[0] ?? '';
  const end = from + word.length;
  const literal = LITERALS.get(word);
  if (literal !== undefined) return { value: literal, state: 'complete', end };
  const mayGoOn = end === text.length;
  if (NUMBER.test(word) && (isTopLevel || !mayGoOn)) return { value: Number(word), state: 'complete', end };
  const isBegun = BEGUN_NUMBER.test(word) || [...LITERALS.keys()].some((name) => name.startsWith(word));
  return { value: undefined, state: mayGoOn && isBegun ? 'partial' : 'invalid', end };
}

const LITERALS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const WORD = /[-+.\w]*/y;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
const BEGUN_NUMBER = /^-?(?:(?:0|[1-9]\d*)(?:\.\d*|(?:\.\d+)?[eE][-+]?\d*)?)?$/;
