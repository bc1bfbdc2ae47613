// SseParser against what others say the format is: every case of the web platform tests' EventSource and of
// eventsource-parser's fixtures, and, on random input, that parser itself. Each whole, by byte, by character and at
// seeded cuts. Where this parser differs, it does by a decision, and the difference is listed here with its reason; one
// that no longer shows fails as well, so that the lists stay true.
//
// Compared are names, data, ids and reconnection times; what the frames carry beyond the standard is sse-parser.test.ts's.

import { expect } from 'chai';
import { createParser } from 'eventsource-parser';
import { SseParser } from '../../src/transport/index.js';
import type { StreamFrame } from '../../src/model/index.js';
import { cuts, mulberry32, seededCut, type Cut } from '../helpers/cuts.js';
import { describeData, readData } from '../helpers/data.js';

/** An event as all three can say it. `id`: the last one seen, as `MessageEvent.lastEventId` has it. */
interface Event {
  event: string;
  data: string;
  id: string;
}

interface Read {
  events: Event[];
  /** Reconnection times in milliseconds that an event brought, in their order. */
  retries: number[];
  /** What the end of the stream left open. */
  open: Event[];
}

interface PlatformCase {
  name: string;
  body_base64: string;
  chunks_base64?: string[];
  expected_events?: { event: string; data: string; lastEventId: string }[];
  /** The time in force at the end; null where nothing valid was said. */
  expected_retry?: number | null;
  /** What a new connection would send as Last-Event-ID. */
  expected_last_event_id_on_reconnect?: string;
}

interface FixtureCase {
  name: string;
  body_base64: string;
  chunks_base64: string[];
  /** `id`: null where the event itself has none. */
  expected_events: { event: string; data: string; id: string | null }[];
  retry: number[];
}

const asEvent = ({ event = 'message', data, id = '' }: StreamFrame): Event => ({ event, data, id });

function read(texts: Iterable<string>): Read {
  const parser = new SseParser();
  const frames = [...[...texts].flatMap((text) => parser.push(text)), ...parser.end()];
  return {
    events: frames.filter(({ unterminated }) => !unterminated).map(asEvent),
    retries: frames.flatMap(({ retry = [], unterminated }) => (unterminated ? [] : retry)),
    // Lines that are no field are handed out at the end too; they hold no data.
    open: frames.filter(({ unterminated, data }) => unterminated && data !== '').map(asEvent),
  };
}

/** Bytes as a response's reader decodes them: one byte order mark at the start is dropped, a cut character is joined. */
function decode(pieces: Iterable<Uint8Array>): string[] {
  const decoder = new TextDecoder();
  return [...Array.from(pieces, (piece) => decoder.decode(piece, { stream: true })), decoder.decode()];
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** The body in every way it is cut here: the bytes, the text they say, and the pieces that the case itself asks for. */
function* cutBody({ body_base64, chunks_base64 }: PlatformCase | FixtureCase): Generator<Cut<string>> {
  const bytes = fromBase64(body_base64);
  if (chunks_base64) yield { name: 'cut as there', pieces: decode(chunks_base64.map(fromBase64)) };
  for (const { name, pieces } of cuts(bytes, 20)) yield { name: `bytes ${name}`, pieces: decode(pieces) };
  for (const { name, pieces } of cuts(new TextDecoder().decode(bytes), 20)) yield { name: `text ${name}`, pieces };
}

/** Cases that end inside an event: the standard drops it, here it is handed out, marked. */
const OPEN: Readonly<Record<string, Event[]>> = {
  'data before the final empty line': [{ event: 'message', data: 'test2', id: 'test' }],
  MixedComments: [{ event: 'message', data: '5', id: '' }],
};

/** Cases that are about something else than the text of a stream. */
const NO_TEXT: Readonly<Record<string, string>> = {
  'incorrect MIME type': 'which content types are taken for a stream is decided before the parser',
};

/**
 * Events of the fixtures that have another id here, by case and place. eventsource-parser gives an event only the id that
 * stands in it; by the standard an id holds for all that follow, until there is another.
 */
const LASTING_IDS: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  Identified: { 2: '5' },
  MultibyteEmptyLine: { 1: '1' },
  Multibyte: { 14: '13' },
};

describeData('SseParser over the web platform tests', () => {
  let cases: PlatformCase[] = [];
  before(async () => (cases = JSON.parse(await readData('sse/wpt-eventsource.json')) as PlatformCase[]));

  it('dispatches the events they assert', () => {
    expect(cases).to.have.length.above(30);
    for (const one of cases.filter(({ name }) => !(name in NO_TEXT))) {
      const expected = one.expected_events?.map(({ event, data, lastEventId }) => ({ event, data, id: lastEventId }));
      for (const { name, pieces } of cutBody(one)) {
        const { events, open } = read(pieces);
        expect(events, `${one.name}, ${name}`).to.deep.equal(expected);
        expect(open, `${one.name}, ${name}: what is open`).to.deep.equal(OPEN[one.name] ?? []);
      }
    }
  });

  it('reads the reconnection times they assert', () => {
    const asserted = cases.filter(({ expected_retry }) => expected_retry !== undefined);
    expect(asserted).to.have.length.above(5);
    for (const one of asserted) {
      for (const { name, pieces } of cutBody(one)) {
        expect(read(pieces).retries.at(-1) ?? null, `${one.name}, ${name}`).to.equal(one.expected_retry);
      }
    }
  });

  it('leaves the last id they assert, not one of an event that the end left open', () => {
    const asserted = cases.filter(({ expected_last_event_id_on_reconnect: id }) => id !== undefined);
    expect(asserted).to.have.length.above(2);
    for (const one of asserted) {
      for (const { name, pieces } of cutBody(one)) {
        const last = read(pieces).events.at(-1)?.id;
        expect(last, `${one.name}, ${name}`).to.equal(one.expected_last_event_id_on_reconnect);
      }
    }
  });

  it('says of the cases that it leaves out what they are about', () => {
    const leftOut = cases.filter(({ expected_events }) => !expected_events).map(({ name }) => name);
    expect(leftOut).to.deep.equal(Object.keys(NO_TEXT));
  });
});

describeData('SseParser over the fixtures of eventsource-parser', () => {
  let cases: FixtureCase[] = [];
  before(async () => (cases = JSON.parse(await readData('sse/eventsource-parser-fixtures.json')) as FixtureCase[]));

  it('reads the events and the reconnection times they expect', () => {
    expect(cases).to.have.length.above(10);
    expect(cases.map(({ name }) => name)).to.include.members(Object.keys(LASTING_IDS));
    for (const one of cases) {
      const expected = one.expected_events.map(({ event, data, id }, at) => ({
        event,
        data,
        id: LASTING_IDS[one.name]?.[at] ?? id ?? '',
      }));
      for (const { name, pieces } of cutBody(one)) {
        const { events, retries, open } = read(pieces);
        expect(events, `${one.name}, ${name}`).to.deep.equal(expected);
        expect(retries, `${one.name}, ${name}: retry`).to.deep.equal(one.retry);
        expect(open, `${one.name}, ${name}: what is open`).to.deep.equal(OPEN[one.name] ?? []);
      }
    }
  });
});

/** What makes the format hard: its words, its line ends, what it treats apart, and bytes that are only half a character. */
const ALPHABET: readonly Uint8Array[] = [
  ...['\r', '\n', '\r\n', '\n\n', '\r\r', '\r\n\r\n', ':', ' ', 'data', 'event', 'id', 'retry', 'd', 'ata', 'DATA'],
  ...[
    'data:',
    'data: ',
    '\ndata: x\n\n',
    '\nevent: ',
    '\nid: ',
    'retry:',
    '\nretry: ',
    '\nretry: 12\n',
    '\nid: 1\n',
    '0',
    '12',
    'a',
    '{"a":1}',
    '[DONE]',
  ],
  ...['\0', '\uFEFF', '\u2028', '\u0085', '\v', 'é', '謎', '👩‍🚀'],
].map((text) => new TextEncoder().encode(text));
const TORN: readonly Uint8Array[] = [[0xc3], [0xa9], [0xf0, 0x9f], [0xef, 0xbb], [0xff]].map((one) =>
  Uint8Array.from(one),
);

function randomBytes(seed: number): Uint8Array {
  // Not the numbers that cut these bytes.
  const random = mulberry32(-seed);
  const letters = random() < 0.2 ? [...ALPHABET, ...TORN] : ALPHABET;
  const length = 1 + Math.floor(random() * 100);
  return Uint8Array.from(Array.from({ length }, () => [...letters[Math.floor(random() * letters.length)]!]).flat());
}

/**
 * The id in force at each event, line by line as the standard puts it: eventsource-parser forgets an id at the next blank
 * line, also that of a block without data.
 */
function lastingIds(text: string): string[] {
  const ids: string[] = [];
  let id = '';
  let hasData = false;
  for (const line of text.split(/\r\n|\r|\n/).slice(0, -1)) {
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (line === '' && hasData) ids.push(id);
    if (line === '') hasData = false;
    else if (field === 'data') hasData = true;
    else if (field === 'id' && !value.includes('\0')) id = value;
  }
  return ids;
}

/** The same pieces through eventsource-parser. */
function readThere(texts: readonly string[]): Omit<Read, 'open'> {
  const ids = lastingIds(texts.join(''));
  const events: Event[] = [];
  const retries: number[] = [];
  let retry: number[] = [];
  const parser = createParser({
    onEvent({ event = 'message', data, id = ids[events.length] ?? '' }) {
      events.push({ event, data, id });
      retries.push(...retry);
      retry = [];
    },
    // Of several times before an event the last one holds.
    onRetry: (time) => (retry = [time]),
  });
  for (const text of texts) parser.feed(text);
  // It keeps a CR at the end of a piece back until another line ends, since an LF could follow: here a comment does.
  parser.feed(':\n');
  return { events, retries };
}

describe('SseParser beside eventsource-parser', () => {
  it('reads random bytes alike, cut alike', () => {
    const seen = { events: 0, named: 0, identified: 0, severalLines: 0, retries: 0 };
    for (let seed = 1; seed <= 5000; seed++) {
      const texts = decode(seededCut(randomBytes(seed), seed).pieces);
      const { events, retries } = read(texts);
      expect({ events, retries }, `seed ${seed}: ${JSON.stringify(texts.filter(Boolean))}`).to.deep.equal(
        readThere(texts),
      );
      seen.events += events.length;
      seen.named += events.filter(({ event }) => event !== 'message').length;
      seen.identified += events.filter(({ id }) => id !== '').length;
      seen.severalLines += events.filter(({ data }) => data.includes('\n')).length;
      seen.retries += retries.length;
    }
    // That the input is not too random to say anything.
    for (const [what, count] of Object.entries(seen)) expect(count, what).to.be.above(300);
  });
});
