/** JavaScript and TypeScript, with the elements that JSX puts into them, and JSON. */
import { BLOCK_COMMENT, classifyWords, DOUBLE, NUMBER, quoted, SINGLE, SLASH_COMMENT, WORD } from './common.js';
import type { Grammar, Rule } from './grammar.js';

const KEYWORDS =
  'as async await break case catch class const continue debugger default delete do else export extends finally for from ' +
  'function get if import in instanceof let new of return set static super switch this throw try typeof var void while ' +
  'with yield';
const CONSTANTS = 'true false null undefined NaN Infinity';
const TYPE_KEYWORDS =
  ' abstract asserts declare enum implements infer interface is keyof namespace override private protected public ' +
  'readonly satisfies type unique';
const TYPES = 'any bigint boolean never number object string symbol unknown';

/** Behind these a slash begins a pattern, and `<` an element. */
const BEFORE_VALUE = String.raw`(?:^|[=(,:!&|?{}[;>+]|\b(?:return|default|case|typeof|await|yield))\s*`;

/** Few opening brackets are in it: each begins a class where none ends, and would be searched to the end of the line. */
const CLASS = String.raw`\[(?:[^[\]\\]|\\.)*(?:\[(?:[^[\]\\]|\\.)*){0,9}\]`;

const PATTERN: Rule = [
  new RegExp(String.raw`\/(?![*/])(?<=${BEFORE_VALUE}\/)(?:[^\\/[]|\\.|${CLASS})+\/[a-z]*`),
  'string',
];
/** Not the parameters of a type: `<T,>(…)`, `<T extends U>(…)`, `<T>(…)`. */
const ELEMENT: Rule = [
  new RegExp(
    String.raw`<(?=[A-Za-z_\u0080-\uffff>])(?!\w+(?:\s*,|\s+extends\b)|[A-Z]\w?>\s*\()(?<=${BEFORE_VALUE}<)[\w\u0080-\uffff.:-]*`,
  ),
  'type',
  'tag',
];
const ATTRIBUTE: Rule = [/[A-Za-z_\u0080-\uffff][\w\u0080-\uffff:.-]*/, 'property'];

function makeScript(elements: boolean, more: { keywords: string; types: string }): Grammar {
  const classify = classifyWords({ keywords: KEYWORDS + more.keywords, constants: CONSTANTS, types: more.types });
  const common: Rule[] = [
    SLASH_COMMENT,
    BLOCK_COMMENT,
    DOUBLE,
    SINGLE,
    [/`/, 'string', 'template'],
    PATTERN,
    ...(elements ? [ELEMENT] : []),
    [/@[A-Za-z_\u0080-\uffff][\w\u0080-\uffff.]*/, 'property'],
    [/#[A-Za-z_\u0080-\uffff]\w*/, 'property'],
    NUMBER,
    [WORD, classify],
  ];
  const braces: Rule[] = [[/\{/, '', 'braces'], [/\}/, '', '<'], ...common];
  return {
    modes: {
      main: { rules: common },
      braces: { rules: braces },
      template: quoted(/`/, [/\$\{/, '', 'braces']),
      tag: {
        rules: [DOUBLE, SINGLE, [/\{/, '', 'braces'], [/\/>/, 'type', '<'], [/>/, 'type', '=children'], ATTRIBUTE],
      },
      children: {
        rules: [
          [/<\/[^>]*>?/, 'type', '<'],
          [/<[A-Za-z_\u0080-\uffff][\w\u0080-\uffff.:-]*|<(?=>)/, 'type', 'tag'],
          [/\{/, '', 'braces'],
          [/&#?\w+;/, 'number'],
        ],
      },
    },
  };
}

export const javascript = makeScript(true, { keywords: '', types: '' });
export const typescript = makeScript(false, { keywords: TYPE_KEYWORDS, types: TYPES });
export const tsx = makeScript(true, { keywords: TYPE_KEYWORDS, types: TYPES });

const VALUES: Rule[] = [
  SLASH_COMMENT,
  BLOCK_COMMENT,
  [/\{/, '', 'object'],
  [/\[/, '', 'array'],
  DOUBLE,
  SINGLE,
  [/-?\b\d[\d.]*(?:[eE][+-]?\d+)?\b/, 'number'],
  [/\b(?:true|false|null)\b/, 'number'],
];

/** A name is told from a text by where it stands, so that it has its colour from its first letter. */
export const json: Grammar = {
  modes: {
    main: { rules: VALUES },
    array: { rules: [[/\]/, '', '<'], ...VALUES] },
    object: {
      rules: [
        [/\}/, '', '<'],
        [/:/, '', 'value'],
        SLASH_COMMENT,
        BLOCK_COMMENT,
        [DOUBLE[0], 'property'],
        [SINGLE[0], 'property'],
        [/[A-Za-z_\u0080-\uffff$][\w$]*/, 'property'],
      ],
    },
    value: { rules: [[/,/, '', '<'], [/(?=[}\]])/, '', '<'], ...VALUES] },
  },
};
