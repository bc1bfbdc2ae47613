/** Shells, and the languages in which a line is a statement. */
import {
  BLOCK_COMMENT,
  DOUBLE,
  HASH_COMMENT,
  hereDocument,
  quoted,
  simple,
  SINGLE,
  SLASH_COMMENT,
  until,
  WORD,
} from './common.js';
import type { Classify, Grammar, Rule } from './grammar.js';

const PYTHON_KEYWORDS =
  'and as assert async await break case class continue def del elif else except finally for from global if import in is ' +
  'lambda match nonlocal not or pass raise return try type while with yield';

export const python = simple(
  [
    HASH_COMMENT,
    [/(?:\b[rRbBuUfFtT]{1,2})?"""/, 'string', until('"""', 'string')],
    [/(?:\b[rRbBuUfFtT]{1,2})?'''/, 'string', until("'''", 'string')],
    [/\b[rRbBuUfFtT]{1,2}(?=["'])/, 'string'],
    DOUBLE,
    SINGLE,
    [/(?!\s)(?<=^\s*)@[\w.]+/, 'property'],
    [/^\s*(?:>>>|\.\.\.)(?=\s|$)/, 'comment'],
    // A soft keyword is one only at the start of a line, and only before what it is about.
    [/\b(?<=^\s*)(?:match|case)(?=\(.*:\s*(?:#.*)?$)/, 'keyword'],
    [/\b(?<!\.)(?:match|case|type)(?=\()/, 'function'],
    [/\b(?:match|case|type)\b(?!\()(?<!^\s*\w+)/, ''],
    [/\b(?<=^\s*)(?:match|case|type)(?=\s*(?:[=.,)\]:]|[-+*/%&|^]=|$)|\[|\s+(?:is|and|or|in)\b)/, ''],
  ],
  {
    keywords: PYTHON_KEYWORDS,
    constants: 'True False None NotImplemented Ellipsis',
    types: 'bool bytearray bytes complex dict float frozenset int list object set str tuple self cls',
  },
);

const SHELL_KEYWORDS = new Set(
  'if then else elif fi for in do done while until case esac function select return break continue'.split(' '),
);
const SHELL_OPENERS = new Set('if then else elif do while until sudo time exec env command xargs nohup !'.split(' '));
const SHELL_BUILTINS = new Set('export local declare readonly alias unset source set eval trap'.split(' '));

/** The first word of a command is what it does. */
const shellWord: Classify = (text, line, at) => {
  // No opener is longer than seven letters.
  const before = line.slice(0, at).trimEnd().slice(-8);
  const isFirst = before === '' || /[|;&({`$]$/.test(before) || SHELL_OPENERS.has(/\S+$/.exec(before)?.[0] ?? '');
  if (SHELL_KEYWORDS.has(text) && (isFirst || text === 'in')) return 'keyword';
  if (SHELL_BUILTINS.has(text) && isFirst) return 'keyword';
  return isFirst && !text.startsWith('-') ? 'function' : '';
};

const VARIABLE: Rule = [/\$(?:\{[^}]*\}?|\w+|[@#?*$!-])/, 'property'];

const SHELL: Rule[] = [
  [/(?<=^|\s)#.*/, 'comment'],
  [/^\s*[$%](?=\s)/, 'comment'],
  // Neither `<<< word` nor a shift. Only the few before it are passed on the way back to what makes it one.
  [/<<(?!<)(?<!<<<|\(\((?:(?:[^)<]|\)(?!\))|<(?!<))*<<){1,9})-?\s*['"]?[A-Za-z_]\w*['"]?/, 'string', hereDocument],
  [/\\./, ''],
  [/"/, 'string', 'double'],
  // In the middle of a word it is an apostrophe, of what a command says.
  [/\$?'(?!(?<=(?:^|\s)[A-Za-z]+')[a-z])/, 'string', until("'", 'string')],
  [/\$\(/, '', 'substituted'],
  VARIABLE,
  [/\b[A-Za-z_]\w*(?==)(?<=(?:^|[\s;])[A-Za-z_]\w*)/, 'property'],
  [/(?<=\s)--?[A-Za-z][\w-]*/, 'property'],
  [/(?<=[\s=])\d+(?=\s|$)/, 'number'],
  [/[\w\u0080-\uffff.~/@:+-][\w\u0080-\uffff.~/@:+%,=-]*/, shellWord],
];

export const shell: Grammar = {
  modes: {
    main: { rules: SHELL },
    substituted: { rules: [[/\)/, '', '<'], [/\(/, '', 'substituted'], ...SHELL] },
    double: quoted(/"/, [/\$\(/, '', 'substituted'], VARIABLE),
  },
};

export const docker: Grammar = {
  modes: {
    ...shell.modes,
    main: {
      rules: [
        [/^\s*#.*/, 'comment'],
        [
          /^\s*(?:ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)(?=\s|$)/,
          'keyword',
        ],
        [/\bAS\b/, 'keyword'],
        ...SHELL.filter(([, kind]) => kind !== shellWord),
        [/[\w./:-]+/, ''],
      ],
    },
  },
};

export const make: Grammar = {
  modes: {
    ...shell.modes,
    main: {
      rules: [
        [/^(?:[\w./%-]|\$\([^)]*\))[^:=#]*(?=:(?!=))/, 'function'],
        [
          /^\s*-?(?:include|ifeq|ifneq|ifdef|ifndef|else|endif|define|endef|export|override|unexport|vpath)\b/,
          'keyword',
        ],
        [/^[\w.-]+(?=\s*[:+?]*=)/, 'property'],
        [/\$\([^)]*\)?|\$\{[^}]*\}?|\$[@<^?*%]/, 'property'],
        ...SHELL,
      ],
    },
  },
};

export const ruby = simple(
  [
    HASH_COMMENT,
    [
      /^=begin\b.*/,
      'comment',
      () => ({ kind: 'comment', endsWith: (line) => (/^=end\b/.test(line) ? 'behind' : null) }),
    ],
    [/<<[~-]?['"]?[A-Z]\w*['"]?/, 'string', hereDocument],
    DOUBLE,
    SINGLE,
    [/`[^`]*`?/, 'string'],
    [/(?!\s)(?<=[=(,|&]\s*|\b(?:when|if|unless)\s+)\/(?:[^\\/]|\\.)+\/\w*/, 'string'],
    [/(?<!:):[A-Za-z_]\w*[?!]?/, 'number'],
    [/\b[a-z_]\w*:(?!:)/, 'property'],
    [/@@?\w+|\$\w+/, 'property'],
    [/\b(?<=\bdef\s+(?:self\.)?)\w+[?!=]?/, 'function'],
  ],
  {
    keywords:
      'BEGIN END alias and attr_accessor attr_reader attr_writer begin break case class def defined? do else elsif end ' +
      'ensure extend for if in include loop module next not or prepend private protected public puts raise redo require ' +
      'require_relative rescue retry return self super then undef unless until when while yield',
    constants: 'true false nil',
  },
);

export const lua = simple(
  [
    [/--\[=*\[/, 'comment', (match) => ({ kind: 'comment', end: `]${match.slice(3, -1)}]` })],
    [/--.*/, 'comment'],
    [/\[=*\[/, 'string', (match) => ({ kind: 'string', end: `]${match.slice(1, -1)}]` })],
    DOUBLE,
    SINGLE,
  ],
  {
    keywords: 'and break do else elseif end for function goto if in local not or repeat return then until while',
    constants: 'true false nil self',
  },
);

export const perl = simple(
  [
    [
      /^=\w+.*/,
      'comment',
      () => ({ kind: 'comment', endsWith: (line) => (line.startsWith('=cut') ? 'behind' : null) }),
    ],
    [/(?<!\$)#.*/, 'comment'],
    [/<<~?['"]?[A-Z]\w*['"]?/, 'string', hereDocument],
    DOUBLE,
    SINGLE,
    [/(?!\s)(?<=~\s*)(?:m|s|qr|tr|y)?\/(?:[^\\/]|\\.)*\/(?:(?:[^\\/]|\\.)*\/)?\w*/, 'string'],
    [/\bqw?\([^)]*\)?/, 'string'],
    [/[$@%]#?(?:\w+|[&_!@/\\,;.])/, 'property'],
  ],
  {
    keywords:
      'and chomp close die do else elsif eq for foreach ge gt if keys last le local lt my ne next no not open or our ' +
      'package print printf push require return say shift sub undef unless until use while xor',
  },
);

export const r = simple(
  [HASH_COMMENT, DOUBLE, SINGLE, [/`[^`]*`?/, 'property'], [/<<?-|->>?|%[^%\s]*%|\|>/, 'keyword']],
  {
    keywords: 'break else for function if in library next repeat require return while',
    constants: 'FALSE Inf NA NULL NaN TRUE T F',
  },
);

export const julia = simple(
  [
    [/#=/, 'comment', until('=#', 'comment')],
    HASH_COMMENT,
    [/"""/, 'string', until('"""', 'string')],
    DOUBLE,
    [/'(?:[^'\\]|\\.)'/, 'string'],
    [/@\w+/, 'property'],
    [/(?<![\w)]):\w+/, 'number'],
  ],
  {
    keywords:
      'abstract baremodule begin break catch const continue do else elseif end export finally for function global if import ' +
      'in let local macro module mutable primitive quote return struct try type using where while',
    constants: 'true false nothing missing Inf NaN',
  },
);

export const elixir = simple(
  [
    HASH_COMMENT,
    [/(?:~[a-zA-Z])?"""/, 'string', until('"""', 'string')],
    DOUBLE,
    SINGLE,
    // Of the brackets that begin one, few are in another: where none ends, each would be searched to the end of the line.
    [
      /~[a-zA-Z](?:\/[^/]*\/|\([^()]*(?:\([^()]*){0,9}\)|\[[^[\]]*(?:\[[^[\]]*){0,9}\]|\{[^{}]*(?:\{[^{}]*){0,9}\}|"[^"]*")\w*/,
      'string',
    ],
    [/(?<!:):[a-z_]\w*[?!]?/, 'number'],
    [/\b[a-z_]\w*[?!]?:(?!:)/, 'property'],
    [/@\w+/, 'property'],
  ],
  {
    keywords:
      'after alias and case catch cond def defdelegate defexception defguard defimpl defmacro defmodule defp defprotocol ' +
      'defstruct do else end fn for if import in not or quote raise receive rescue require try unless unquote use when with',
    constants: 'true false nil',
  },
);

export const powershell = simple(
  [
    [/<#/, 'comment', until('#>', 'comment')],
    HASH_COMMENT,
    [/@"/, 'string', until('"@', 'string')],
    [/@'/, 'string', until("'@", 'string')],
    [/"(?:[^"`]|`.?)*"?/, 'string'],
    [/'[^']*'?/, 'string'],
    [/\$(?:\{[^}]*\}?|[\w:]+|[?_^$])/, 'property'],
    [/\[[A-Za-z][\w.]*(?:\[\])?\]/, 'type'],
    [/\b[A-Za-z]+-[A-Za-z]\w*/, 'function'],
    [/(?<=\s)-[A-Za-z]+/, 'property'],
  ],
  {
    keywords:
      'begin break catch class continue data do dynamicparam else elseif end enum exit filter finally for foreach function ' +
      'if in param process return switch throw trap try until using while',
  },
  true,
);

export const batch = simple(
  [
    [/^\s*(?:rem\b|::).*/, 'comment'],
    DOUBLE,
    [/%[^%\s]+%|%~?\w+|![^!\s]+!/, 'property'],
    [/^\s*:\w+/, 'function'],
    [/(?<=\s)\/[a-z]\b/, 'property'],
  ],
  {
    keywords:
      'call cd cls copy defined del do echo else endlocal exist exit for goto if in mkdir not pause set setlocal start',
  },
  true,
);

export const sql = simple(
  [
    [/--.*/, 'comment'],
    BLOCK_COMMENT,
    [/'(?:[^'\\]|\\.?|'')*'?/, 'string'],
    [/"[^"]*"?|`[^`]*`?/, 'property'],
    [/[@:$]\w+/, 'property'],
  ],
  {
    keywords:
      'add after all alter analyze and any as asc auto_increment before begin between by cascade case check collate column ' +
      'commit conflict constraint create cross cube current database declare default deferrable delete desc describe ' +
      'distinct do drop each else elsif end except execute exists explain fetch filter first following for foreign from ' +
      'full function generated grant group having identity if ignore ilike in index inner insert intersect into is ' +
      'isnull join key language last lateral left like limit loop materialized merge natural next not nothing notnull ' +
      'nulls of offset on only or order outer over partition pragma preceding primary procedure range recursive ' +
      'references refresh rename replace restrict returning returns revoke right rollback rollup row rows savepoint ' +
      'schema select sequence set show some table tables temp temporary then to transaction trigger truncate union ' +
      'unique unbounded update use using values view when where window with without',
    types:
      'bigint bigserial binary blob bool boolean bytea char character date datetime decimal double enum float int integer ' +
      'interval json jsonb money numeric nvarchar precision real serial smallint text time timestamp timestamptz tinyint ' +
      'uuid varbinary varchar xml',
    constants: 'true false null',
  },
  true,
);

export const haskell = simple(
  [
    [/\{-/, 'comment', until('-}', 'comment')],
    [/--(?![!#$%&*+./<=>?@^|~]).*/, 'comment'],
    DOUBLE,
    [/'(?:[^'\\]|\\[^']+)'/, 'string'],
    [/^[a-z_][\w']*(?=\s*::)/, 'function'],
  ],
  {
    keywords:
      'as case class data default deriving do else family forall foreign hiding if import in infix infixl infixr instance ' +
      'let mdo module newtype of qualified rec then type where',
    constants: 'True False Nothing',
  },
);

export const ml = simple(
  [
    [/\(\*(?!\))/, 'comment', until('*)', 'comment')],
    SLASH_COMMENT,
    [/"""/, 'string', until('"""', 'string')],
    DOUBLE,
    [/'(?:[^'\\]|\\[^']+)'/, 'string'],
    [/'[a-z]\w*/, 'type'],
  ],
  {
    keywords:
      'abstract and as assert async begin class constraint do done downto elif else end exception external finally for fun ' +
      'function functor if in include inherit inline initializer interface lazy let match member method module mutable ' +
      'namespace new object of open or private rec return sig static struct then to try type use val virtual when while ' +
      'with yield',
    constants: 'true false None',
    types: 'bool char float int list option string unit',
  },
);

export const lisp: Grammar = {
  modes: {
    main: {
      rules: [
        [/;.*/, 'comment'],
        [/#\|/, 'comment', until('|#', 'comment')],
        [/"/, 'string', 'string'],
        [
          /(?<=\()(?:def[\w-]*\*?|lambda|fn|let\*?|letrec|if|cond|when|unless|do|loop|recur|case|ns|require|use|set!|setq|progn|begin|and|or|not|quote)(?=[\s)])/,
          'keyword',
        ],
        [/(?!\s)(?<=\(def\S*\s+|\()[^\s()[\]{}"';]+/, 'function'],
        [/(?<=[\s([{]|^)[:'][^\s()[\]{}"';]+/, 'number'],
        [/(?<=[\s([{]|^)-?\d[\d./]*(?=[\s)\]}]|$)/, 'number'],
        [/[^\s()[\]{}"';]+/, ''],
      ],
    },
    string: quoted(/"/),
  },
};

const BASIC_WORDS = {
  keywords:
    'addhandler and andalso as byref byval call case catch class const declare dim do each else elseif end enum exit ' +
    'explicit finally for friend function get handles if implements imports in inherits interface is isnot let like loop ' +
    'me mod module mustinherit mustoverride mybase namespace new next not of on option optional or orelse overridable ' +
    'overrides private property protected public raiseevent readonly redim return select set shared step structure sub ' +
    'then throw to try until using wend when while with',
  constants: 'true false nothing empty null',
  types: 'boolean byte char date decimal double integer long object short single string variant',
};

export const basic = simple(
  [
    [/(?:'|\brem\b).*/, 'comment'],
    [/"[^"]*"?/, 'string'],
    [/^\s*#\w+/, 'keyword'],
  ],
  BASIC_WORDS,
  true,
);

export const pascal = simple(
  [
    SLASH_COMMENT,
    [/\{/, 'comment', until('}', 'comment')],
    [/\(\*/, 'comment', until('*)', 'comment')],
    [/'[^']*'?/, 'string'],
  ],
  {
    keywords:
      'and array as begin case class const constructor destructor div do downto else end except file finally for function ' +
      'if implementation in inherited inline interface is mod nil not object of on or out override packed private ' +
      'procedure program property protected public published raise record repeat set shl shr string then to try type unit ' +
      'until uses var virtual while with xor',
    types: 'boolean byte cardinal char double integer int64 longint real shortint single string word',
    constants: 'true false',
  },
  true,
);

export const matlab = simple(
  [
    [
      /^\s*%\{\s*$/,
      'comment',
      () => ({ kind: 'comment', endsWith: (line) => (line.trim() === '%}' ? 'behind' : null) }),
    ],
    [/[%#].*/, 'comment'],
    [/"[^"]*"?/, 'string'],
    [/(?<![\w)\]}.'])'[^']*'?/, 'string'],
  ],
  {
    keywords:
      'break case catch classdef continue else elseif end endfunction endif endwhile for function global if methods ' +
      'otherwise parfor persistent properties return switch try while',
    constants: 'true false inf nan pi eps',
  },
);

export const assembly: Grammar = {
  modes: {
    main: {
      rules: [
        [/(?:;|\/\/|#(?!\d)).*/, 'comment'],
        DOUBLE,
        SINGLE,
        [/^\s*[.\w$@]+:/, 'function'],
        [/\b(?<=^\s*)(?:section|global|extern|bits|org|db|dw|dd|dq|equ)\b/, 'property'],
        [/(?!\s)(?<=^\s*)\.\w+/, 'property'],
        [/\b(?<=^\s*)[a-zA-Z][\w.]*/, 'keyword'],
        [/%\w+|\b(?:[re]?[abcd]x|[re]?[sd]i|[re]?[sbi]p|r\d+[dwb]?|[xw]\d+|sp|lr|pc|[abcd][lh])\b/, 'type'],
        [/[#$]?-?\b(?:0x[\da-fA-F]+|\d[\da-fA-F]*h?)\b/, 'number'],
        [WORD, ''],
      ],
    },
  },
};

export const nix = simple(
  [
    HASH_COMMENT,
    BLOCK_COMMENT,
    [/''/, 'string', until("''", 'string')],
    DOUBLE,
    [/(?<![\w-])[\w-]+(?=\s*=)/, 'property'],
  ],
  { keywords: 'assert else if import in inherit let or rec then with', constants: 'true false null' },
);

export const cmake = simple([HASH_COMMENT, DOUBLE, [/\$\{[^}]*\}?/, 'property'], [/\b[A-Z_]{2,}\b/, 'number']], {
  keywords: 'if elseif else endif foreach endforeach while endwhile function endfunction macro endmacro return',
});

export const nginx: Grammar = {
  modes: {
    main: {
      rules: [
        HASH_COMMENT,
        DOUBLE,
        SINGLE,
        [/\$\w+/, 'property'],
        [/\b(?<=^\s*|[{;]\s*)[a-z_]\w*/, 'keyword'],
        [/\b\d+[a-z]?\b/, 'number'],
        [/[\w./:-]+/, ''],
      ],
    },
  },
};

export const latex: Grammar = {
  modes: {
    main: {
      rules: [
        [/\\[\\%&#$_{}]/, ''],
        [/%.*/, 'comment'],
        [/\\(?:begin|end|documentclass|usepackage|(?:sub)*section|chapter)\b\*?/, 'keyword'],
        [/\\[a-zA-Z@]+\*?|\\./, 'function'],
        [/\$\$?/, 'string'],
        [/(?<=\\(?:begin|end)\s*\{)[^}]+/, 'type'],
      ],
    },
  },
};
