import { expect } from 'chai';
import { parsePartialJson, type PartialJson } from '../../src/model/index.js';
import { mulberry32 } from '../helpers/cuts.js';
import { dataIndex, describeData, readData } from '../helpers/data.js';

type State = PartialJson['state'];

/** [text, state, value] */
const CASES: [string, State, unknown][] = [
  ['', 'empty', undefined],
  [' \t\r\n', 'empty', undefined],

  ['{', 'partial', {}],
  ['{}', 'complete', {}],
  ['{ } \n', 'complete', {}],
  ['{"', 'partial', {}],
  ['{"ke', 'partial', {}],
  ['{"key"', 'partial', {}],
  ['{"key" :', 'partial', {}],
  ['{"key":"', 'partial', { key: '' }],
  ['{"key":"va', 'partial', { key: 'va' }],
  ['{"key":"value"', 'partial', { key: 'value' }],
  ['{"key":"value",', 'partial', { key: 'value' }],
  ['{"key":"value","b', 'partial', { key: 'value' }],
  ['{"key":[', 'partial', { key: [] }],
  ['{"key":[{"b":', 'partial', { key: [{}] }],
  ['{"":1}', 'complete', { '': 1 }],
  ['{"a":1,"a":2}', 'complete', { a: 2 }],
  ['{"a":1,"a":"x', 'partial', { a: 'x' }],
  ['{"\\u0061":1}', 'complete', { a: 1 }],

  ['[', 'partial', []],
  ['[]', 'complete', []],
  ['[[[', 'partial', [[[]]]],
  ['[[],[', 'partial', [[], []]],
  ['["a","b', 'partial', ['a', 'b']],
  ['["a",', 'partial', ['a']],
  [' [ 1 , 2 ] ', 'complete', [1, 2]],

  ['[1', 'partial', []],
  ['[1 ', 'partial', [1]],
  ['[1,', 'partial', [1]],
  ['[1,-', 'partial', [1]],
  ['[1,-2.', 'partial', [1]],
  ['[1,-2.5e', 'partial', [1]],
  ['[1,-2.5E+', 'partial', [1]],
  ['[1,-2.5E+3', 'partial', [1]],
  ['[1,-2.5E+3]', 'complete', [1, -2500]],
  ['{"a":12', 'partial', {}],
  ['{"a":12}', 'complete', { a: 12 }],
  ['12', 'complete', 12],
  [' 12 ', 'complete', 12],
  ['-', 'partial', undefined],
  ['1.', 'partial', undefined],
  ['1e', 'partial', undefined],
  ['0', 'complete', 0],
  ['-0', 'complete', -0],
  ['1e400', 'complete', Infinity],
  ['0.1', 'complete', 0.1],

  ['tru', 'partial', undefined],
  ['true', 'complete', true],
  ['[fals', 'partial', []],
  ['[false', 'partial', [false]],
  ['{"a":n', 'partial', {}],
  ['{"a":null', 'partial', { a: null }],
  ['null', 'complete', null],

  ['"', 'partial', ''],
  ['"text', 'partial', 'text'],
  ['"text"', 'complete', 'text'],
  ['"a\\', 'partial', 'a'],
  ['"a\\n', 'partial', 'a\n'],
  ['"a\\u', 'partial', 'a'],
  ['"a\\u00e', 'partial', 'a'],
  ['"a\\u00e9', 'partial', 'aé'],
  ['"a\\u00E9b', 'partial', 'aéb'],
  ['"\\"\\\\\\/\\b\\f\\n\\r\\t"', 'complete', '"\\/\b\f\n\r\t'],
  ['"a\u2028\u007F\u0080"', 'complete', 'a\u2028\u007F\u0080'],

  ['"a\\ud83d', 'partial', 'a'],
  ['"a\\ud83d\\', 'partial', 'a'],
  ['"a\\ud83d\\ude0', 'partial', 'a'],
  ['"a\\ud83d\\ude00', 'partial', 'a😀'],
  ['"a\ud83d', 'partial', 'a'],
  ['"a\ud83d\ude00', 'partial', 'a😀'],
  ['"a\\ud83db', 'partial', 'a\ud83db'],
  ['"a\\ud83d\\n', 'partial', 'a\ud83d\n'],
  ['"a\\ud83d"', 'complete', 'a\ud83d'],
  ['"a\\ude00', 'partial', 'a\ude00'],

  // What no continuation makes JSON: the value is what stands before it.
  ['{}}', 'invalid', {}],
  ['[1]2', 'invalid', [1]],
  ['1 2', 'invalid', 1],
  ['"a" b', 'invalid', 'a'],
  ['hello', 'invalid', undefined],
  ['```json\n{}', 'invalid', undefined],
  ['\uFEFF{}', 'invalid', undefined],
  ['\u00A0{}', 'invalid', undefined],
  ['[1,]', 'invalid', [1]],
  ['[,', 'invalid', []],
  ['[1 2', 'invalid', [1]],
  ['[1}', 'invalid', [1]],
  ['["a"}', 'invalid', ['a']],
  ['{"a":1]', 'invalid', { a: 1 }],
  ['{"a":1,}', 'invalid', { a: 1 }],
  ['{,', 'invalid', {}],
  ['{"a"}', 'invalid', {}],
  ['{"a" "b"', 'invalid', {}],
  ['{"a":}', 'invalid', {}],
  ['{"a"::', 'invalid', {}],
  ['{a', 'invalid', {}],
  ["{'a'", 'invalid', {}],
  ['{1', 'invalid', {}],
  ['{"a":"x" "b"', 'invalid', { a: 'x' }],
  ['{"a\nb', 'invalid', {}],
  ['"a\nb', 'invalid', 'a'],
  ['["a\tb', 'invalid', ['a']],
  ['"a\\x', 'invalid', 'a'],
  ['"a\\u12g', 'invalid', 'a'],
  ['"a\\u12"', 'invalid', 'a'],
  ['"a\\N', 'invalid', 'a'],
  ['"a\\U', 'invalid', 'a'],
  ['[01', 'invalid', []],
  ['01', 'invalid', undefined],
  ['[-,', 'invalid', []],
  ['[1.,', 'invalid', []],
  ['[.5', 'invalid', []],
  ['[+1', 'invalid', []],
  ['[1x', 'invalid', []],
  ['[0x1', 'invalid', []],
  ['1.2.3', 'invalid', undefined],
  ['trux', 'invalid', undefined],
  ['[truee', 'invalid', []],
  ['TRUE', 'invalid', undefined],
  ['NaN', 'invalid', undefined],
  ['[undefined', 'invalid', []],
  ['// a', 'invalid', undefined],
];

/** JSON.parse, or undefined (which JSON cannot express) where it throws. */
function parseWhole(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Random = () => number;
const below = (limit: number, random: Random) => Math.floor(random() * limit);
const pick = <T>(from: readonly T[], random: Random) => from[below(from.length, random)]!;

const WORDS = [
  '',
  'a',
  'é',
  '👩‍🚀',
  '\ud83d',
  '\ude00',
  '"',
  '\\',
  '/',
  '\n',
  '\t',
  '\0',
  '\u2028',
  'null',
  '12',
  '{',
  '],',
];
const SCALARS = ['true', 'false', 'null', '0', '-0', '12', '-1.5', '1e5', '2.5E-3', '123456789012345678901'];
const NAMES = ['a', 'b', 'key', '', '1', '0', '__proto__', 'constructor', 'toString', 'é', '"', '\\', '\ud83d', 'x y'];

/** A string as JSON may write it: any of its units as an escape, of the letters the short ones too. */
function writeString(text: string, random: Random): string {
  const written = Array.from({ length: text.length }, (_, at) => {
    const escape = `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;
    const plain = text.charAt(at) === '/' && random() < 0.5 ? '\\/' : JSON.stringify(text.charAt(at)).slice(1, -1);
    return random() < 0.2 ? escape : plain;
  });
  return `"${written.join('')}"`;
}

/** Random JSON, with random white space in it. No key comes twice in an object: there a value is not bound to grow. */
function writeValue(random: Random, depth: number): string {
  const space = () => (random() < 0.1 ? pick([' ', '\n', '\t\r\n'], random) : '');
  const kind = below(depth > 0 ? 4 : 2, random);
  if (kind === 0) return pick(SCALARS, random);
  if (kind === 1)
    return writeString(Array.from({ length: below(5, random) }, () => pick(WORDS, random)).join(''), random);
  if (kind === 2) {
    const elements = Array.from({ length: below(5, random) }, () => space() + writeValue(random, depth - 1) + space());
    return `[${elements.join(',')}${elements.length > 0 ? '' : space()}]`;
  }
  const names = new Set(Array.from({ length: below(5, random) }, () => pick(NAMES, random)));
  const members = [...names].map(
    (name) => `${space()}${writeString(name, random)}${space()}:${space()}${writeValue(random, depth - 1)}${space()}`,
  );
  return `{${members.join(',')}${members.length > 0 ? '' : space()}}`;
}

/** Whether `part` is what can be there of `whole` while it arrives; all but the last element or member is there as it is. */
function isPrefix(part: unknown, whole: unknown): boolean {
  if (typeof part === 'string') return typeof whole === 'string' && whole.startsWith(part);
  if (Array.isArray(part)) {
    if (!Array.isArray(whole) || part.length > whole.length) return false;
    return part.every((one, at) => (at < part.length - 1 ? isSame(one, whole[at]) : isPrefix(one, whole[at])));
  }
  if (typeof part === 'object' && part !== null) {
    if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) return false;
    const unfinished = Object.entries(part).filter(
      ([key, value]) => !Object.hasOwn(whole, key) || !isSame(value, (whole as Record<string, unknown>)[key]),
    );
    return (
      unfinished.length <= 1 &&
      unfinished.every(
        ([key, value]) => Object.hasOwn(whole, key) && isPrefix(value, (whole as Record<string, unknown>)[key]),
      )
    );
  }
  return part === undefined || Object.is(part, whole);
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The text, closed: at each step by the first of these that does not make it invalid. */
function continued(text: string): string {
  let whole = text;
  for (let step = 0; step < 100 && parseWhole(whole) === undefined; step++) {
    whole += [...'"]}:0rueals'].find((next) => parsePartialJson(whole + next).state !== 'invalid') ?? '';
  }
  return whole;
}

describe('parsePartialJson', () => {
  for (const [text, state, value] of CASES) {
    it(`takes ${JSON.stringify(text)} for ${state}`, () => {
      expect(parsePartialJson(text)).to.deep.equal({ value, state });
    });
  }

  it('calls complete what JSON.parse takes, with the same value, and partial what can be continued to that', () => {
    for (const [text, state] of CASES) {
      const parsed = parseWhole(text);
      expect(state === 'complete', text).to.equal(parsed !== undefined);
      if (state === 'complete') expect(parsePartialJson(text).value, text).to.deep.equal(parsed);
      else if (state === 'partial') expect(parseWhole(continued(text)), text).not.to.equal(undefined);
    }
  });

  it('gives of each beginning of a JSON text a beginning of its value, which only grows', () => {
    for (let seed = 1; seed <= 1000; seed++) {
      const text = `[${writeValue(mulberry32(seed), 4)}]`;
      const whole: unknown = JSON.parse(text);
      let before: unknown;
      for (let end = 0; end < text.length; end++) {
        const { value, state } = parsePartialJson(text.slice(0, end));
        const name = `seed ${seed}: ${text.slice(0, end)}`;
        expect(state, name).to.equal(end === 0 ? 'empty' : 'partial');
        expect(isPrefix(value, whole), `${name} is a beginning`).to.equal(true);
        expect(isPrefix(before, value), `${name} has grown`).to.equal(true);
        before = value;
      }
      expect(parsePartialJson(text), `seed ${seed}: ${text}`).to.deep.equal({ value: whole, state: 'complete' });
      expect(parsePartialJson(text.slice(1, -1)).value, `seed ${seed}`).to.deep.equal((whole as unknown[])[0]);
    }
  });

  it('says of a text with one character changed what JSON.parse says of it', () => {
    const alphabet = [...'{}[]":,\\/0189.-+eEutfnalrs \n\t\u0001x'];
    let invalid = 0;
    for (let seed = 1; seed <= 3000; seed++) {
      const random = mulberry32(seed);
      const text = writeValue(random, 3);
      const at = below(text.length, random);
      const changed = text.slice(0, at) + pick(alphabet, random) + text.slice(at + below(2, random));
      const parsed = parseWhole(changed);
      const { value, state } = parsePartialJson(changed);
      const name = `seed ${seed}: ${changed}`;
      expect(state === 'complete', name).to.equal(parsed !== undefined);
      if (state === 'complete') expect(value, name).to.deep.equal(parsed);
      if (state === 'partial') expect(parseWhole(continued(changed)), name).not.to.equal(undefined);
      // Once invalid, a text stays so, and its value is what it was.
      if (state === 'invalid') {
        invalid += 1;
        expect(parsePartialJson(`${changed}"]}`), name).to.deep.equal({ value, state });
      }
    }
    expect(invalid).to.be.above(500);
  });

  it('makes every key a property of the object itself', () => {
    const text = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":"x"}';
    for (let end = 0; end <= text.length; end++) {
      const { value } = parsePartialJson(text.slice(0, end));
      if (value === undefined) continue;
      expect(Object.getPrototypeOf(value)).to.equal(Object.prototype);
      expect((value as { polluted?: unknown }).polluted).to.equal(undefined);
    }
    const { value } = parsePartialJson(text);
    expect(Object.keys(value as object)).to.deep.equal(['__proto__', 'constructor', 'toString']);
    expect(({} as { polluted?: unknown }).polluted).to.equal(undefined);
    expect(Object.getOwnPropertyDescriptor(value, '__proto__')).to.deep.equal(
      Object.getOwnPropertyDescriptor(JSON.parse(text), '__proto__'),
    );
  });

  it('follows any depth of nesting', () => {
    const depthOf = (value: unknown) => {
      let depth = 0;
      for (let at = value; typeof at === 'object' && at !== null; depth++) at = Object.values(at)[0];
      return depth;
    };
    const deep: [string, State][] = [
      ['['.repeat(100_000), 'partial'],
      ['{"a":'.repeat(100_000), 'partial'],
      ['['.repeat(100_000) + ']'.repeat(100_000), 'complete'],
      ['[{"a":'.repeat(50_000) + '}]'.repeat(50_000), 'invalid'],
    ];
    for (const [text, expected] of deep) {
      const { value, state } = parsePartialJson(text);
      expect(state).to.equal(expected);
      expect(depthOf(value)).to.equal(100_000);
    }
  });

  it('takes time in proportion to the text', () => {
    const long: [string, State][] = [
      [`"${'a'.repeat(1_000_000)}`, 'partial'],
      [`"${'\\n'.repeat(1_000_000)}"`, 'complete'],
      ['1'.repeat(1_000_000), 'complete'],
      [`${'1'.repeat(1_000_000)}x`, 'invalid'],
      [`1.${'1'.repeat(1_000_000)}e${'1'.repeat(1_000_000)}x`, 'invalid'],
      [`[${'1,'.repeat(1_000_000)}`, 'partial'],
      [' '.repeat(1_000_000), 'empty'],
    ];
    for (const [text, state] of long) expect(parsePartialJson(text).state).to.equal(state);
  });
});

const index = await dataIndex();

describeData('parsePartialJson over recorded tool arguments', () => {
  const expectations = index.filter(({ kind }) => kind === 'stream-expected');

  it('gives of each beginning a beginning', async () => {
    let count = 0;
    for (const { file } of expectations) {
      const { tool_calls = [] } = JSON.parse(await readData(file)) as { tool_calls?: { arguments: unknown }[] };
      for (const { arguments: text } of tool_calls) {
        if (typeof text !== 'string' || parseWhole(text) === undefined) continue;
        count += 1;
        const whole: unknown = JSON.parse(text);
        // Every place in a short text, some in a long one.
        const step = Math.ceil(text.length / 500);
        for (let end = 0; end < text.length; end += step) {
          const { value, state } = parsePartialJson(text.slice(0, end));
          expect(state, `${file} to ${end}`).to.be.oneOf(['empty', 'partial']);
          expect(isPrefix(value, whole), `${file} to ${end}`).to.equal(true);
        }
        expect(parsePartialJson(text), file).to.deep.equal({ value: whole, state: 'complete' });
      }
    }
    expect(count).to.be.above(20);
  });
});
