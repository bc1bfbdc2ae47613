/** Configuration, data, and what tools write. */
import { DOUBLE, HASH_COMMENT, SINGLE, until } from './common.js';
import type { Grammar, Rule } from './grammar.js';

const LITERAL: Rule = [
  /(?<=^|[\s[,:=])(?:true|false|null|yes|no|on|off|[+-]?\d[\d_.]*(?:[eE][+-]?\d+)?)(?=\s*(?:[,\]}#]|$))/,
  'number',
];

function indentation(line: string): number {
  return line.length - line.trimStart().length;
}

/** A key behind the dash of an item stands where the item's other keys do. */
function keyIndentation(line: string): number {
  const { length } = /^\s*(?:-\s+)*/.exec(line)![0];
  return /:\s/.test(line.slice(length)) ? length : indentation(line);
}

export const yaml: Grammar = {
  modes: {
    main: {
      rules: [
        [/(?<=^|\s)#.*/, 'comment'],
        [/^(?:---|\.\.\.)(?=\s|$)/, 'comment'],
        [
          /[|>][+-]?\d?[+-]?\s*$/,
          '',
          (_, line) => {
            const start = keyIndentation(line);
            return {
              kind: 'string',
              endsWith: (next) => (next.trim() !== '' && indentation(next) <= start ? 'before' : null),
            };
          },
        ],
        [/(?:"[^"]*"|'[^']*')(?=\s*:(?:\s|$))/, 'property'],
        // A key may begin behind each dash; few others may be in it, or each would be searched to the end of the line.
        [
          /(?!\s)(?<=(?:^|[{,-])\s*)[^\s#"'{}[\],:&*!|>%@`-](?:[^#:{}[\],-]|-(?!\s))*(?:-\s(?:[^#:{}[\],-]|-(?!\s))*){0,9}(?=:(?:\s|$))/,
          'property',
        ],
        DOUBLE,
        [/(?<=^|[\s[{,:])'[^']*'?/, 'string'],
        [/[&*][\w.-]+|!!?[\w/.-]*/, 'type'],
        LITERAL,
        [/[^\s"'#,[\]{}:]+/, ''],
      ],
    },
  },
};

const SECTION: Rule = [/^\s*\[[^\]]*\]+/, 'type'];
const SETTING: Rule = [/^\s*(?:export\s+)?[^\s=:#;[\]](?:[^=:#;]*[^\s=:#;])?(?=\s*[=:])/, 'property'];

export const toml: Grammar = {
  modes: {
    main: {
      rules: [
        HASH_COMMENT,
        [/"""/, 'string', until('"""', 'string')],
        [/'''/, 'string', until("'''", 'string')],
        SECTION,
        // Told at the start of a name, or behind a string that was its first half, so that it is searched twice at most.
        [/(?<=(?:^|[^\w."'-])(?:[\w.-]*["'])?)[\w."'-]+(?=\s*=)/, 'property'],
        DOUBLE,
        SINGLE,
        [/(?<=[\s[,=])\d{4}-\d\d[\dT:.Z+-]*/, 'number'],
        LITERAL,
      ],
    },
  },
};

export const ini: Grammar = {
  ignoreCase: true,
  modes: {
    main: { rules: [[/^\s*[#;!].*/, 'comment'], SECTION, SETTING, [/(?!\s)(?<=[=:]\s*)"[^"]*"?/, 'string'], LITERAL] },
  },
};

export const diff: Grammar = {
  modes: {
    main: {
      rules: [
        [/^(?:diff|index|new|deleted|old|rename|similarity|Index:|===|---(?= )|\+\+\+(?= )|\*\*\*).*/, 'comment'],
        [/^@@.*?@@/, 'function'],
        [/^[+>].*/, 'inserted'],
        [/^[-<].*/, 'deleted'],
      ],
    },
  },
};

export const http: Grammar = {
  modes: {
    main: {
      rules: [
        [/^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|CONNECT|TRACE)\b/, 'keyword'],
        [/^HTTP\/[\d.]+/, 'keyword'],
        [/(?<=^HTTP\/[\d.]+ )\d+/, 'number'],
        [/^[\w-]+(?=:)/, 'property'],
        [/^(?=[{[])/, '', 'body'],
      ],
    },
    body: { rules: [], embedded: { language: 'json', until: /(?!)/g } },
  },
};

export const gitignore: Grammar = {
  modes: {
    main: {
      rules: [
        [/^#.*/, 'comment'],
        [/^!/, 'keyword'],
        [/[*?]+/, 'number'],
      ],
    },
  },
};
