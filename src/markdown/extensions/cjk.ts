/**
 * Problem: CommonMark tells the beginning of emphasis from its end by the spaces and the punctuation around, and
 * Chinese, Japanese and Korean put no spaces there: `**重要（です）**と` is no emphasis to it, and an address in the
 * middle of a sentence takes the rest of the sentence along, up to another host.
 * Choice: to a run of `*` or `~` beside such a character, punctuation is a letter like any other, so that the run may
 * both open and close (in the spirit of markdown-cjk-friendly). `_` stays as it is, as do all texts without such
 * characters: the rules are marked's own then. An address ends at full-width punctuation, and its host before a letter.
 * Bound: the same regular expressions with other classes in them; nothing reads the text once more.
 */
import type { Tokenizer } from 'marked';

type Rules = Tokenizer['rules'];

/**
 * The blocks of letters and punctuation of these scripts, and full-width forms; not their space (U+3000), nor emoji.
 * Blocks, since an engine takes three times as long for the rules with scripts in them, and engines differ in those.
 */
const CJK = String.raw`[\u1100-\u11ff\u2e80-\u2fff\u3001-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe6f\uff01-\uffee\u{16fe0}-\u{16fff}\u{1aff0}-\u{1b16f}\u{1d360}-\u{1d37f}\u{1f200}-\u{1f2ff}\u{20000}-\u{3ffff}\u{e0100}-\u{e01ef}]`;

/** As marked puts it: what stands around a run of `*`, for which `~` is no punctuation, and around one of `~`. */
const AROUND = {
  '*': { punctuation: String.raw`(?!${CJK}|[*~])[\p{P}\p{S}]`, word: String.raw`(?:[^\s\p{P}\p{S}]|~|${CJK})` },
  '~': { punctuation: String.raw`(?!${CJK}|~)[\p{P}\p{S}]`, word: String.raw`(?:[^\s\p{P}\p{S}]|${CJK})` },
};

/**
 * The runs that may end what is open, numbered as marked's tokenizer wants them: (1) (2) end only, (3) (4) begin only,
 * (5) (6) either. `skip` is marked's own: what is passed over on the way to a run.
 */
function endRule(char: '*' | '~', run: string, ...skip: string[]): RegExp {
  const { punctuation, word } = AROUND[char];
  const none = `(?![${char}])`;
  const either = String.raw`(?:${CJK}${run}[^\s${char}]|[^\s${char}]${run}${CJK})`;
  const rules = [
    String.raw`${punctuation}(${run})(?=\s|$)`,
    String.raw`(?!${either})${word}(${run})${none}(?=\s|${punctuation}|$)`,
    String.raw`(?!${either})(?:\s|${punctuation})(${run})(?=${word})`,
    String.raw`\s(${run})${none}(?=${punctuation})`,
    `${punctuation}(${run})${none}(?=${punctuation})`,
    String.raw`(?:${word}(?=${run}${word})|(?=${either})[^])(${run})(?=\S)`,
  ];
  return new RegExp([...skip, ...rules].join('|'), 'gu');
}

export interface CjkRules {
  readonly marked: Rules;
  readonly friendly: Rules;
  /** Where punctuation follows the run: it opens after a CJK character as it does after punctuation. */
  readonly beforePunctuation: Rules;
}

/** Made when they are needed: an engine takes its time with such classes. */
let patterns: ReturnType<typeof makePatterns> | undefined;

function makePatterns() {
  const { punctuation } = AROUND['*'];
  return {
    inline: {
      emStrongLDelim: new RegExp(String.raw`^\*+(?:(${punctuation})|([^\s*]))?()()`, 'u'),
      emStrongRDelimAst: endRule(
        '*',
        String.raw`\*+`,
        String.raw`^[^_*]*?__[^_*]*?\*[^_*]*?(?=__)`,
        String.raw`[^*]+(?=[^*])`,
      ),
      delLDelim: new RegExp(String.raw`^~~?(?:(${AROUND['~'].punctuation})|[^\s~])`, 'u'),
      delRDelim: endRule('~', '~~?', String.raw`^[^~]+(?=[^~])`),
      punctuation: new RegExp(String.raw`^(?![*_]|${CJK})[\s\p{P}\p{S}]`, 'u'),
    },
    // marked asks with the last code unit: half a character is a rare ideograph or an emoji.
    afterCjk: new RegExp(String.raw`^(?![*_])(?:[\s\p{P}\p{S}\udc00-\udfff]|${CJK})`, 'u'),
    /** Runs of `*` and `~` before punctuation that is not CJK's. */
    beforePunctuation: new RegExp(String.raw`^(?:\*+|~+)(?!${CJK}|[*~])[\p{P}\p{S}]`, 'u'),
  };
}

export function cjkRules(marked: Rules): CjkRules {
  const { inline, afterCjk } = (patterns ??= makePatterns());
  const friendly = { ...marked.inline, ...inline };
  return {
    marked,
    friendly: { ...marked, inline: friendly },
    beforePunctuation: { ...marked, inline: { ...friendly, punctuation: afterCjk } },
  };
}

/** Text without any such character is marked's alone. Some others pass, for which the rules come to the same. */
export function mayBeCjk(text: string): boolean {
  return /[\u1100-\u11ff\u2e80-\udbff\uf900-\uffee]/.test(text);
}

/** The rules by which the run at the start of `text` opens, if it does. */
export function rulesFor(text: string, rules: CjkRules): Rules {
  if (text.startsWith('_')) return rules.marked;
  return patterns?.beforePunctuation.test(text) ? rules.beforePunctuation : rules.friendly;
}

/** Where an address ends that marked took for longer. */
const END_OF_ADDRESS = new RegExp(
  String.raw`^(?:https?://|ftp://|www\.)[\w.-]*\.\w[\w-]*(?=${CJK})|[。．，、？！：；（）【】「」『』〈〉《》〔〕［］｛｝“”｡｢｣､]`,
  'iu',
);

/** Length of the address at the start of `address`; all of it where nothing ends it before. */
export function addressLength(address: string): number {
  const end = END_OF_ADDRESS.exec(address);
  return end ? end.index + (end.index === 0 ? end[0].length : 0) : address.length;
}
