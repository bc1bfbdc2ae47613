import { expect } from 'chai';
import { parseRetryAfter } from '../../src/transport/index.js';

const NOW = Date.UTC(2026, 0, 31, 12, 0, 0);

describe('parseRetryAfter', () => {
  const CASES: [string | null, number | undefined][] = [
    [null, undefined],
    ['', undefined],
    ['0', 0],
    ['2', 2],
    [' 120 ', 120],
    ['1.5', 1.5],
    ['3600', 3600],
    ['Sat, 31 Jan 2026 12:00:30 GMT', 30],
    ['Sat, 31 Jan 2026 13:00:00 GMT', 3600],
    ['Sat, 31 Jan 2026 11:00:00 GMT', 0],
    ['-5', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    ['5 seconds', undefined],
    ['soon 5', undefined],
    ['Infinity', undefined],
    ['2026', 2026],
    ['2026-01-31', undefined],
    ['Sat, 99 Foo 2026 12:00:30 GMT', undefined],
  ];
  for (const [value, seconds] of CASES) {
    it(`reads ${JSON.stringify(value)} as ${seconds}`, () => expect(parseRetryAfter(value, NOW)).to.equal(seconds));
  }

  it('rounds the rest of a second up', () => {
    expect(parseRetryAfter('Sat, 31 Jan 2026 12:00:30 GMT', NOW + 500)).to.equal(30);
  });
});
