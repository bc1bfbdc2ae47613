// The documents of the benchmark and the pieces they arrive in, of any size and the same on every machine: each shape has
// its seed, and a smaller document is how a larger one begins (but for what closes a fence). Sizes are UTF-16 units.

import { mulberry32 } from '../helpers/cuts.js';

type Random = () => number;

/** Units of text in one of the "10,000 small messages": so many make up the largest size by default, 200 kB. */
const MESSAGE_LENGTH = 20;

/** The mean length of a piece: what a token of a large model comes to in English. */
const PIECE_LENGTH = 4.6;

const WORDS = (
  'a about above account after again all also an and answer any are as at back be because before below between block both ' +
  'browser build but by bytes cache call can case change chat check client code come cost could data day default depends ' +
  'different do document does each early edge end enough error even event every example fails fast field file find first ' +
  'follow for frame from function get give goes grows half has have header here how if in input into is it item its job ' +
  'just keep key kind known large last later layout least less line list little load long longer look made main make many ' +
  'matter may means measure memory message middle might model moment more most much must name need never new next no node ' +
  'not nothing now number of often old on once one only open option or order other our out over page part pass people ' +
  'place point possible problem process question quite rather read reason rendering request response result right row run ' +
  'safe same second see send server set several short should show side since size small so some stand start state step ' +
  'still stop stream string such table take task tell test text than that the their then there these they thing this ' +
  'through time to together too tree true try turn two type under until up update upper use user usual value very view ' +
  'wait was way well were what when where whether which while who why will with within without word work would wrong ' +
  'naïve façade Größe déjà 日本語 漢字 👩‍🚀 🙂'
).split(' ');

const CODE = [
  'import { readFile } from "node:fs/promises";',
  'export interface Entry { key: string; value: number }',
  'const entries = new Map<string, Entry>();',
  'for (const [key, entry] of entries) {',
  '  if (entry.value < limit) continue; // nothing to do yet',
  '  total += entry.value * 1.5;',
  '}',
  '',
  'export async function load(path: string): Promise<Entry[]> {',
  '  const text = await readFile(path, "utf8");',
  '  return text.split("\\n").map((line) => JSON.parse(line) as Entry);',
  '}',
  'function clamp(value: number, low = 0, high = 1) {',
  '  return Math.min(high, Math.max(low, value));',
  '}',
  '/* A note about `limit`: it grows with <T>. */',
];

/** One thing after the other, without an end. */
type Blocks = (random: Random) => Generator<string>;

const SHAPES = {
  mixed: { seed: 11, blocks: mixed },
  fence: { seed: 12, blocks: (random) => after('```ts\n', lines(random, codeLine)), close: '```\n' },
  list: { seed: 13, blocks: (random) => lines(random, () => `- ${itemText(random)}`) },
  'list-nested': { seed: 14, blocks: (random) => lines(random, () => nestedItem(random)) },
  'list-loose': { seed: 15, blocks: (random) => lines(random, () => looseItem(random)) },
  table: { seed: 16, blocks: (random) => after(TABLE_HEAD, lines(random, tableRow)) },
  paragraph: { seed: 17, blocks: (random) => spaced(random, sentence) },
  quote: { seed: 18, blocks: (random) => lines(random, () => quoted(random)) },
} satisfies Record<string, { seed: number; blocks: Blocks; close?: string }>;

export const SHAPE_NAMES = [...(Object.keys(SHAPES) as (keyof typeof SHAPES)[]), 'messages'] as const;
export type ShapeName = (typeof SHAPE_NAMES)[number];

/** Documents of `size` units together (one less where a surrogate pair would be cut): one, or with `messages` many. */
export function makeDocuments(shape: ShapeName, size: number): string[] {
  if (shape === 'messages') return makeMessages(Math.round(size / MESSAGE_LENGTH));
  const { seed, blocks, close = '' }: { seed: number; blocks: Blocks; close?: string } = SHAPES[shape];
  let text = '';
  for (const block of blocks(mulberry32(seed))) {
    if (text.length >= size - close.length) break;
    text += block;
  }
  // A fence closes on a line of its own.
  const end = wholeUnits(text, size - close.length - (close ? 1 : 0));
  return [`${text.slice(0, end)}${close && '\n'}${close}`];
}

/** The pieces of a stream, 1 to 9 units in most cases, at places that only `seed` decides. No surrogate pair is cut. */
export function makePieces(text: string, seed = 1): string[] {
  const random = mulberry32(seed);
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    // Two dice: most pieces are near the mean, which is 1 + 2 · 0.5 · (PIECE_LENGTH − 1).
    const length = 1 + Math.round((random() + random()) * (PIECE_LENGTH - 1));
    const end = Math.max(wholeUnits(text, at + length), at + 1 + Number(isHighSurrogate(text, at)));
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}

/** `at`, or one less, where that is in the middle of a surrogate pair. */
function wholeUnits(text: string, at: number): number {
  return at > 0 && at < text.length && isHighSurrogate(text, at - 1) ? at - 1 : at;
}

function isHighSurrogate(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800;
}

function makeMessages(count: number): string[] {
  const random = mulberry32(19);
  return Array.from({ length: count }, () => {
    const text = words(random, 2, 4);
    return `${capital(text)}${random() < 0.3 ? ` **${word(random)}**` : ''}${random() < 0.1 ? ' `ok`' : ''}.`;
  });
}

/** Like real answers: mostly prose and lists, now and then a fence, a table, a quote. */
function* mixed(random: Random): Generator<string> {
  const kinds: [number, () => string][] = [
    [0.42, () => paragraph(random)],
    [0.12, () => `${'#'.repeat(between(random, 2, 4))} ${capital(words(random, 2, 6))}`],
    [0.2, () => times(random, 3, 7, () => `- ${itemText(random)}`)],
    [0.07, () => times(random, 3, 6, (at) => `${at + 1}. ${itemText(random)}`)],
    [0.09, () => `\`\`\`ts\n${times(random, 4, 14, () => codeLine(random))}\n\`\`\``],
    [0.05, () => TABLE_HEAD + times(random, 3, 8, () => tableRow(random))],
    [0.04, () => times(random, 1, 3, () => `> ${sentence(random)}`)],
    [0.01, () => '---'],
  ];
  for (;;) {
    let left = random();
    const [, make] = kinds.find(([share]) => (left -= share) < 0) ?? kinds[0]!;
    yield `${make()}\n\n`;
  }
}

const TABLE_HEAD = '| Name | Meaning | Default | Since |\n| --- | :-- | --: | :-: |\n';

function tableRow(random: Random): string {
  return `| \`${word(random)}\` | ${inline(random, 3, 8)} | ${between(random, 0, 9999)} | ${words(random, 1, 2)} |`;
}

function codeLine(random: Random): string {
  return CODE[Math.floor(random() * CODE.length)]!;
}

function itemText(random: Random): string {
  return random() < 0.3 ? `**${capital(words(random, 1, 3))}:** ${inline(random, 4, 12)}.` : sentence(random);
}

function nestedItem(random: Random): string {
  const children = () => times(random, 0, 2, () => `\n    - ${inline(random, 3, 8)}`, '');
  return `- ${itemText(random)}${times(random, 0, 3, () => `\n  - ${itemText(random)}${children()}`, '')}`;
}

function looseItem(random: Random): string {
  return `- ${itemText(random)}\n${random() < 0.2 ? `\n  ${paragraph(random)}\n` : ''}`;
}

function quoted(random: Random): string {
  const text = random() < 0.3 ? times(random, 2, 4, () => `> - ${itemText(random)}`) : `> ${paragraph(random)}`;
  return `${text}\n>`;
}

function paragraph(random: Random): string {
  return times(random, 2, 5, () => sentence(random), ' ');
}

function sentence(random: Random): string {
  return `${capital(inline(random, 6, 16))}.`;
}

/** Words, with emphasis, code spans and links among them. */
function inline(random: Random, low: number, high: number): string {
  return times(random, low, high, () => inlinePiece(random), ' ').replace(/,$/, '');
}

function inlinePiece(random: Random): string {
  const kind = random();
  if (kind < 0.03) return `**${words(random, 1, 3)}**`;
  if (kind < 0.05) return `*${words(random, 1, 2)}*`;
  if (kind < 0.08) return `\`${word(random)}_${word(random)}\``;
  if (kind < 0.09) return `[${words(random, 1, 3)}](https://docs.example/${between(random, 1, 999)})`;
  return random() < 0.08 ? `${word(random)},` : word(random);
}

function words(random: Random, low: number, high: number): string {
  return times(random, low, high, () => word(random), ' ');
}

function word(random: Random): string {
  return WORDS[Math.floor(random() * WORDS.length)]!;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

function times(random: Random, low: number, high: number, make: (at: number) => string, separator = '\n'): string {
  return Array.from({ length: between(random, low, high) }, (_, at) => make(at)).join(separator);
}

function* lines(random: Random, make: (random: Random) => string): Generator<string> {
  for (;;) yield `${make(random)}\n`;
}

function* spaced(random: Random, make: (random: Random) => string): Generator<string> {
  for (;;) yield `${make(random)} `;
}

function* after(head: string, rest: Generator<string>): Generator<string> {
  yield head;
  yield* rest;
}
