import { expect } from 'chai';
import { JsonPathWriter } from '../../src/protocols/json-path-writer.js';

type Piece = Record<string, unknown>;
const string = (jsonPath: string, stringValue: string, willContinue?: boolean): Piece => ({
  jsonPath,
  stringValue,
  ...(willContinue !== undefined && { willContinue }),
});

/** [what, pieces, text after each and at the end] */
const CASES: [string, Piece[], string[]][] = [
  ['nothing', [], ['{}']],
  ['a string', [string('$.a', 'x')], ['{"a":"x"', '}']],
  [
    'a string in pieces',
    [string('$.a', 'x', true), string('$.a', '"\n', true), string('$.a', 'y')],
    ['{"a":"x', '\\"\\n', 'y"', '}'],
  ],
  ['a string that is ended by an empty piece', [string('$.a', 'x', true), string('$.a', '')], ['{"a":"x', '"', '}']],
  ['a string that is never ended', [string('$.a', 'x', true)], ['{"a":"x', '"}']],
  ['a string that the next value ends', [string('$.a', 'x', true), string('$.b', 'y')], ['{"a":"x', '","b":"y"', '}']],
  [
    'numbers, booleans and null',
    [
      { jsonPath: '$.n', numberValue: 0 },
      { jsonPath: '$.b', boolValue: false },
      { jsonPath: '$.z', nullValue: 'NULL_VALUE' },
    ],
    ['{"n":0', ',"b":false', ',"z":null', '}'],
  ],
  [
    'objects and arrays',
    [string('$.a[0].x', '1'), string('$.a[0].y', '2'), string('$.a[1].x', '3'), string('$.b', '4')],
    ['{"a":[{"x":"1"', ',"y":"2"', '},{"x":"3"', '}],"b":"4"', '}'],
  ],
  ['arrays of arrays', [string('$[0][0]', '1'), string('$[0][1]', '2')], ['[["1"', ',"2"', ']]']],
  [
    'names in quotes, and names that look like others',
    [string(`$['a.b']["c d"]`, 'x'), string('$.0', 'y')],
    ['{"a.b":{"c d":"x"', '},"0":"y"', '}'],
  ],
  ['a name that objects inherit', [string('$.__proto__.x', '1')], ['{"__proto__":{"x":"1"', '}}']],
  ['pieces without a place', [{ stringValue: 'x' }, string('$', 'x')], ['', '', '{}']],
  [
    'half a surrogate pair',
    [string('$.a', '\ud83d', true), string('$.a', '\ude00')],
    ['{"a":"\\ud83d', '\\ude00"', '}'],
  ],
];

describe('JsonPathWriter', () => {
  for (const [what, pieces, texts] of CASES) {
    it(`writes ${what}`, () => {
      const writer = new JsonPathWriter();
      const written = [...pieces.map((piece) => writer.write(piece)), writer.end()];
      expect(written).to.deep.equal(texts);
      expect(() => JSON.parse(written.join('')) as unknown).not.to.throw();
    });
  }
});
