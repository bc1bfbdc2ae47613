// The benchmark's tables: what a reader compares has to stand in its place.

import { expect } from 'chai';
import { replaceBetween } from '../bench/results.js';
import { joinTables, tableText, times, type Table } from '../bench/table.js';

const SPEED: Table = {
  title: 'Speed',
  head: ['', 'CPU', 'frames'],
  rows: [
    ['a', '1', '2'],
    ['b', '3', '4'],
  ],
};
const SIZE: Table = { title: 'Size', head: ['', 'kB'], rows: [['b', '5']] };

describe("the benchmark's tables", () => {
  it('are Markdown, with figures to the right', () => {
    expect(tableText(SPEED)).to.equal(
      'Speed:\n\n|  | CPU | frames |\n| --- | --: | --: |\n| a | 1 | 2 |\n| b | 3 | 4 |',
    );
  });

  it('are joined by their rows', () => {
    const joined = joinTables('Both', [
      [SPEED, 'frames', 'missed'],
      [SIZE, 'kB', 'script'],
    ]);
    expect(joined).to.deep.equal({
      title: 'Both',
      head: ['', 'missed', 'script'],
      rows: [
        ['a', '2', ''],
        ['b', '4', '5'],
      ],
    });
    expect(() => joinTables('', [[SIZE, 'CPU', '']])).to.throw('expected a column "CPU", got , kB');
  });

  it('say multiples with two digits', () => {
    expect([0.451, 0.996, 9.94, 9.96, 123.4].map(times)).to.deep.equal(['0.45×', '1.0×', '9.9×', '10×', '123×']);
  });

  it('leave what is written by hand', () => {
    expect(replaceBetween('a\n<!-- bench -->\nold\n<!-- /bench -->\nb', 'new')).to.equal(
      'a\n<!-- bench -->\n\nnew\n\n<!-- /bench -->\nb',
    );
    expect(() => replaceBetween('<!-- /bench --><!-- bench -->', '')).to.throw('expected <!-- bench -->');
  });
});
