/** HTML and what else is written in tags, style sheets, Markdown. */
import { BLOCK_COMMENT, DOUBLE, SINGLE, SLASH_COMMENT, until } from './common.js';
import type { Grammar, Rule } from './grammar.js';

const TAG: Rule[] = [
  [/"/, 'string', until('"', 'string')],
  [/'/, 'string', until("'", 'string')],
  [/(?!\s)(?<==\s*)[^\s"'>=]+/, 'string'],
  [/[^\s"'<>=/]+/, 'property'],
];

export const html: Grammar = {
  ignoreCase: true,
  modes: {
    main: {
      rules: [
        [/<!--/, 'comment', until('-->', 'comment')],
        [/<!\[CDATA\[/, 'comment', until(']]>', 'string')],
        [/<[!?]\w[^>]*>?/, 'comment'],
        [/<script(?![\w:.-])/, 'type', 'scriptTag'],
        [/<style(?![\w:.-])/, 'type', 'styleTag'],
        [/<\/?[a-z_][\w:.-]*/, 'type', 'tag'],
        [/&#?\w+;/, 'number'],
      ],
    },
    tag: { rules: [[/\/?>/, 'type', '<'], ...TAG] },
    scriptTag: { rules: [[/\/>/, 'type', '<'], [/>/, 'type', '=script'], ...TAG] },
    styleTag: { rules: [[/\/>/, 'type', '<'], [/>/, 'type', '=style'], ...TAG] },
    script: { rules: [], embedded: { language: 'tsx', until: /(?=<\/script)/gi } },
    style: { rules: [], embedded: { language: 'scss', until: /(?=<\/style)/gi } },
  },
};

const VALUE: Rule[] = [
  BLOCK_COMMENT,
  DOUBLE,
  SINGLE,
  [/#[\da-fA-F]{3,8}\b/, 'number'],
  [/[+-]?(?:\d+\.?\d*|\.\d+)(?:%|[a-zA-Z]+)?/, 'number'],
  [/!\w+/, 'keyword'],
  [/[$@][\w-]+|--[\w-]+/, 'property'],
  [/[\w-]+(?=\()/, 'function'],
  [/[\w-]+/, ''],
];

function styleSheet(...more: readonly Rule[]): Grammar {
  const selectors: Rule[] = [
    BLOCK_COMMENT,
    ...more,
    DOUBLE,
    SINGLE,
    [/@[\w-]+/, 'keyword', 'at'],
    [/(?:--|\$)[\w-]+(?=\s*:)/, 'property', 'declared'],
    [/[.#%][\w-]+/, 'type'],
    [/::?[\w-]+/, 'function'],
    [/\d+%/, 'number'],
    [/[\w-]+/, 'type'],
  ];
  return {
    modes: {
      main: { rules: [[/\{/, '', 'block'], ...selectors] },
      block: {
        rules: [
          [/\{/, '', 'block'],
          [/\}/, '', '<'],
          // What is no selector: a name, a colon, and no brace behind it or the next few.
          [/[\w-]+(?=\s*:(?![^:;{}]*(?::[^:;{}]*){0,19}\{))/, 'property', 'declared'],
          ...selectors,
        ],
      },
      at: { rules: [[/;/, '', '<'], [/\{/, '', '=block'], [/(?=\})/, '', '<'], ...more, ...VALUE] },
      declared: { rules: [[/;/, '', '<'], [/(?=\})/, '', '<'], ...more, ...VALUE] },
    },
  };
}

export const css = styleSheet();
export const scss = styleSheet([/(?<!:)\/\/.*/, SLASH_COMMENT[1]]);

const FENCE = /^\s*(?:```+|~~~)[^`]*$/;

export const markdown: Grammar = {
  modes: {
    main: {
      rules: [
        [
          FENCE,
          'comment',
          (match) => {
            const [mark = '', language = ''] = match.trim().split(/(?<=[`~])(?![`~])\s*/);
            return { language, until: new RegExp(`^\\s*${mark}[\`~]*\\s*$`, 'g') };
          },
        ],
        [/^\s{0,3}#{1,6}\s.*/, 'keyword'],
        [/^\s*>.*/, 'comment'],
        [/^\s*(?:[-*+]|\d+[.)])(?=\s)/, 'number'],
        [/^\s*(?:[-*_]\s*){3,}$/, 'comment'],
        [/`+[^`]*`*/, 'string'],
        [/<!--/, 'comment', until('-->', 'comment')],
        [/<\/?[a-zA-Z][^<>]*>/, 'type'],
        [/!?\[[^\][]*\]/, 'function'],
        [/(?<=\])\([^()]*\)/, 'string'],
      ],
    },
  },
};
