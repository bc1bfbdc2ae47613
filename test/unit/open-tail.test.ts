import { expect } from 'chai';
import { completeInline, visibleTail } from '../../src/markdown/open-tail.js';

describe('open tail', () => {
  describe('what an unfinished run becomes', () => {
    const pairs: [string, string][] = [
      ['plain', 'plain'],
      ['**bo', '**bo**'],
      ['a **bold', 'a **bold**'],
      ['a **bold ', 'a **bold** '],
      ['a **', 'a '],
      ['a *', 'a '],
      ['**bold*', '**bold**'],
      ['**bold**', '**bold**'],
      ['*it', '*it*'],
      ['_it', '_it_'],
      ['***both', '***both***'],
      ['**a *b', '**a *b***'],
      ['**a *b* c', '**a *b* c**'],
      ['~~gone', '~~gone~~'],
      ['about ~5', 'about ~5'],
      ['2 * 3', '2 * 3'],
      ['2*3', '2*3'],
      ['snake_case', 'snake_case'],
      ['`code', '`code`'],
      ['`', ''],
      ['a `', 'a '],
      ['``co`de', '``co`de``'],
      ['``code`', '``code``'],
      ['`a*b', '`a*b`'],
      ['**`co', '**`co`**'],
      ['`a` **b', '`a` **b**'],
      ['\\*a', '\\*a'],
      ['a\\', 'a'],
      ['see [te', 'see te'],
      ['see [text]', 'see text'],
      ['see [text](', 'see text'],
      ['see [text](http://a.b/c_d', 'see text'],
      ['see [text](u "ti', 'see text'],
      ['see [text](u)', 'see [text](u)'],
      ['see [text] and', 'see [text] and'],
      ['see [text][la', 'see text'],
      ['see [**bo', 'see **bo**'],
      ['**see [te', '**see te**'],
      ['![al', ''],
      ['a ![alt](http', 'a '],
      ['a ![alt](u) b', 'a ![alt](u) b'],
      ['a <kb', 'a '],
      ['a <b>x', 'a <b>x'],
      ['1 < 2', '1 < 2'],
    ];
    for (const [input, output] of pairs) {
      it(JSON.stringify(input), () => {
        expect(completeInline(input)).to.equal(output);
      });
    }
  });

  describe('a last line that does not say yet what it is', () => {
    const held = [
      '-',
      '- ',
      '*',
      '1',
      '1.',
      '12. ',
      '#',
      '### ',
      '```',
      '```js',
      '~~~ py',
      '=',
      '---',
      '***',
      '> ',
      '> -',
      '|',
      '|--',
      '| :-: |',
    ];
    for (const line of [...held, '[label]: http', '<', '<det', '</summ', '  - ', '']) {
      it(`is held back: ${JSON.stringify(line)}`, () => {
        expect(visibleTail(`a\n${line}`)).to.equal('a\n');
      });
    }
    for (const line of [
      '- a',
      'a',
      '1. a',
      '# a',
      '> a',
      '| a',
      '**b',
      '2 < 3',
      '[label] is',
      '[x]: not a definition',
    ]) {
      it(`is shown: ${JSON.stringify(line)}`, () => {
        expect(visibleTail(`a\n${line}`)).to.equal(`a\n${line}`);
      });
    }
    it('is shown once its line has ended', () => {
      expect(visibleTail('a\n-\n')).to.equal('a\n-\n');
    });
  });
});
