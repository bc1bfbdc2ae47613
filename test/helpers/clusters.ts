/** Characters as a reader sees them that are several code points: [what, cluster]. */
export const CLUSTERS: readonly (readonly [string, string])[] = [
  ['a letter with a mark', 'e\u0301'],
  ['a letter with three marks', 'a\u0301\u0323\u0304'],
  ['a letter with a mark of two code units', 'a\u{1D165}'],
  ['an emoji', '😀'],
  ['an emoji with a skin tone', '👋🏽'],
  ['an emoji in text turned to colour', '☂\uFE0F'],
  ['a family', '👨‍👩‍👧‍👦'],
  ['a family with skin tones', '👩🏽‍❤️‍💋‍👨🏿'],
  ['a person with a profession', '🧑🏾‍🚀'],
  ['a rainbow flag', '🏳️‍🌈'],
  ['a pirate flag', '🏴‍☠️'],
  ['the flag of Wales, in tag characters', '🏴\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}'],
  ['a country flag', '🇩🇪'],
  ['a keycap of a digit', '1\uFE0F\u20E3'],
  ['a keycap of a hash', '#\uFE0F\u20E3'],
  ['a keycap without selector', '9\u20E3'],
  ['a Devanagari syllable', 'नि'],
  ['a Devanagari syllable with nukta', 'ड़ी'],
  ['a Tamil syllable', 'நி'],
  ['a Thai letter with vowel and tone', 'ที่'],
  ['an Arabic letter with marks', 'بّ\u064E'],
  ['a Hebrew letter with points', 'שּׁ'],
  ['a Hangul syllable in three jamo', '\u1112\u1161\u11AB'],
  ['a Hangul syllable and a final jamo', '가\u11A8'],
  ['a kana with a voiced mark', 'か\u3099'],
  ['a line end of two characters', '\r\n'],
];

/** The clusters with `between` before, after and between them, and the offsets at which that may be cut. */
export function clusterText(between: string): { text: string; boundaries: Set<number> } {
  let text = '';
  const boundaries = new Set([0]);
  const add = (piece: string) => {
    text += piece;
    boundaries.add(text.length);
  };
  for (const [, cluster] of CLUSTERS) {
    for (const character of between) add(character);
    add(cluster);
  }
  for (const character of between) add(character);
  return { text, boundaries };
}
