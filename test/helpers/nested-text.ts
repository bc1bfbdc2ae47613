// Random texts of blocks in blocks: what is hardest to read a part at a time.

/** Of containers, and what may stand in them. */
const MARKERS = ['', '', '- ', '* ', '1. ', '2. ', '> ', '>', '  ', '   ', '    ', '\t', '- [ ] ', '[^a]: '];
const CONTENTS = [
  ...['a', 'b c', '', '# d', '---', '===', '```', '~~~', '| e | f |', '|---|---|', '3. g', '-', '1)', '> h'],
  ...['[i]: /u', '[i]', '**j', '[^a]', '<div>', '<details>', '</details>'],
];

/** Some lines, each mostly inside of what the one before it is in, and at times many blank ones. `next`: in [0, 1). */
export function nestedText(next: () => number): string {
  const draw = (from: readonly string[]): string => from[Math.floor(next() * from.length)] ?? '';
  let text = '';
  let around = '';
  for (let lines = 2 + Math.floor(next() * 9); lines > 0; lines -= 1) {
    const marker = draw(MARKERS);
    text += `${around}${marker}${draw(CONTENTS)}\n`;
    around = next() < 0.7 ? (around + marker).replace(/[^>\s]/g, ' ') : draw(['', around, '  ']);
    const blank = `${next() < 0.5 ? '' : around.trimEnd()}\n`;
    if (next() < 0.1) text += blank.repeat(3 + Math.floor(next() * 20));
  }
  return text;
}
