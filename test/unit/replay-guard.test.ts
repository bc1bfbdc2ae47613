import { expect } from 'chai';
import { ReplayGuard } from '../../src/chat/replay-guard.js';
import { ChatError, type StreamFrame } from '../../src/model/index.js';
import { SseParser } from '../../src/transport/index.js';

/** `1:a` is an event with the id 1, `a` one without; every connection has its own parser, which repeats the id. */
const connection = (events: readonly string[]): StreamFrame[] => {
  const parser = new SseParser();
  return events.flatMap((event) => {
    const [, id, data] = /^(?:(\w+):)?(.*)$/.exec(event)!;
    return parser.push(`${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`);
  });
};

/** The data that is new of each connection; the last is `interrupted` where the guard threw. */
function news(connections: readonly (readonly string[])[]): { guard: ReplayGuard; read: string[] } {
  const guard = new ReplayGuard();
  const read = connections.map((events, at) => {
    if (at > 0) guard.resume();
    const fresh: string[] = [];
    try {
      for (const frame of connection(events)) if (guard.isNew(frame)) fresh.push(frame.data);
    } catch (error) {
      expect(error).to.be.instanceOf(ChatError).with.property('code', 'interrupted');
      fresh.push('interrupted');
    }
    return fresh.join(' ');
  });
  return { guard, read };
}

const numbered = ['1:a', '2:b', '3:c'];
const some = ['1:a', 'b', '2:c', 'd', 'e'];
const late = ['h', 'i', '1:a', 'b'];
const one = ['m:a', 'm:b', 'm:c'];

describe('ReplayGuard', () => {
  /** [what the server does when asked to go on, what it sent before, what it sends then, what of that is new] */
  const RESUMED: [string, string[], string[], string][] = [
    ['goes on behind the last event', numbered, ['4:d', '5:e'], 'd e'],
    ['begins with the last event once more', numbered, ['3:c', '4:d'], 'd'],
    ['begins in the middle', numbered, ['2:b', '3:c', '4:d'], 'd'],
    ['begins again from the start', numbered, [...numbered, '4:d'], 'd'],
    ['says again nothing but what is known', numbered, numbered, ''],
    ['says what it has said before, under a new id', numbered, ['4:c', '5:c'], 'c c'],
    ['goes on, and comes to say what it began with', numbered, ['4:d', '5:a', '6:e'], 'd a e'],
    ['repeats the last event, and goes on with what it began with', numbered, ['3:c', '4:a'], 'a'],
    ['begins again from the start under new ids', numbered, ['4:a', '5:b'], 'interrupted'],
    ['writes another answer', numbered, ['1:x', '2:y'], 'interrupted'],
    ['writes another answer that begins alike', numbered, ['1:a', '2:y'], 'interrupted'],
    ['says something else under the last id', numbered, ['3:x', '4:d'], 'interrupted'],

    ['numbers only some, and repeats those behind the last number', some, ['d', 'e', 'f', '3:g', 'h'], 'f g h'],
    ['numbers only some, and goes on where it was', some, ['f', '3:g'], 'f g'],
    ['numbers only some, and goes on with a number', some, ['3:f', 'g'], 'f g'],
    ['numbers only some, and begins with the last number', some, ['2:c', 'd', 'e', 'f'], 'f'],
    ['numbers only some, and begins again from the start', some, [...some, 'f', '3:g'], 'f g'],
    ['numbers only some, and writes another answer', some, ['1:a', 'x', '2:c'], 'interrupted'],
    ['numbers only some, and keeps only those', some, ['1:a', '2:c', '3:f'], 'f'],

    ['numbers late, and goes on', late, ['2:c'], 'c'],
    ['numbers late, and repeats what stands behind the number', late, ['b', '2:c'], 'c'],
    ['numbers late, goes on, and comes to say what it began with', late, ['c', 'h'], 'c h'],
    ['numbers late, and begins again from the start', late, [...late, 'c'], 'c'],
    ['numbers late, and writes another answer', late, ['h', 'x', '1:a'], 'interrupted'],

    ['has one id for all, and begins again', one, [...one, 'm:d'], 'd'],
    ['has one id for all, and writes another answer', one, ['m:a', 'm:x'], 'interrupted'],
  ];
  for (const [what, before, after, fresh] of RESUMED) {
    it(`reads ${fresh || 'nothing'} of a server that ${what}`, () => {
      const { read } = news([before, after]);
      expect(read[1]).to.equal(fresh);
    });
  }

  for (const [name, events] of Object.entries({ numbered, some, late, one })) {
    it(`reads everything once of a reply (${name}) that is taken up wherever it was lost, and again`, () => {
      for (let first = events.findIndex((event) => event.includes(':')) + 1; first < events.length; first++) {
        for (let second = first; second < events.length; second++) {
          const { read } = news([events.slice(0, first), events.slice(0, second), events]);
          const all = connection(events).map(({ data }) => data);
          expect(read.filter(Boolean).join(' '), `lost at ${first} and ${second}`).to.equal(all.join(' '));
        }
      }
    });
  }

  /** What is said twice was meant twice, as long as nobody asked for it again. */
  const UNASKED: [string, string[]][] = [
    ['without ids', ['a', 'a', 'b', 'a']],
    ['of one id', ['1:a', '1:a', 'a']],
    ['of ids that come again', ['1:a', '2:a', '1:a', '2:b', '1:c']],
  ];
  for (const [what, events] of UNASKED) {
    it(`takes all events ${what} for new on the first connection`, () => {
      expect(news([events]).read[0]).to.equal(
        connection(events)
          .map(({ data }) => data)
          .join(' '),
      );
    });
  }

  /** [events, the id to go on from] */
  const LAST_IDS: [string[], string | undefined][] = [
    [[], undefined],
    [['a', 'b'], undefined],
    [numbered, '3'],
    [some, '2'],
    [late, '1'],
    // These number nothing: a server could not know where to go on.
    [['1:a', '2:b', '1:c'], undefined],
  ];
  for (const [events, id] of LAST_IDS) {
    it(`goes on from ${id} behind ${events.join(' ') || 'nothing'}`, () => {
      expect(news([events]).guard.lastEventId).to.equal(id);
    });
  }

  it('gives up on a stream that goes on and on without ids, and one that does with them', () => {
    const guard = new ReplayGuard();
    for (let at = 0; at < 100; at++) expect(guard.isNew({ data: 'a' })).to.equal(true);
    expect(guard.isNew({ data: 'a', id: '1' })).to.equal(true);
    expect(guard.lastEventId, 'of ids that come too late').to.equal(undefined);

    const numbering = new ReplayGuard();
    for (let id = 1; id < 100_000; id++) numbering.isNew({ data: 'a', id: `${id}` });
    expect(numbering.lastEventId).to.equal('99999');
    expect(numbering.isNew({ data: 'a', id: '100000' })).to.equal(true);
    expect(numbering.lastEventId, 'of too many').to.equal(undefined);
  });

  it('knows the last wait that the server asked for', () => {
    const guard = new ReplayGuard();
    expect(guard.retry).to.equal(undefined);
    guard.isNew({ data: 'a', id: '1', retry: 100 });
    guard.isNew({ data: 'b', id: '2' });
    expect(guard.retry).to.equal(100);
    guard.isNew({ data: 'c', id: '3', retry: 0 });
    expect(guard.retry).to.equal(0);
  });

  /** [event, whether an event with an id came before it, torn] */
  const TORN: [StreamFrame, boolean, boolean][] = [
    [{ data: '{"a":', unterminated: true }, true, true],
    [{ data: '{', unterminated: true }, true, true],
    [{ data: '[{"a"', unterminated: true }, true, true],
    [{ data: '{"a":1}', unterminated: true }, true, false],
    [{ data: '[DONE]', unterminated: true }, true, false],
    [{ data: '{"a":' }, true, false],
    // Bare text is whole wherever it ends; many servers forget the last blank line.
    [{ data: 'Good', unterminated: true }, true, false],
    [{ data: '[a link](b', unterminated: true }, true, false],
    // Nobody can ask for the whole.
    [{ data: '{"a":', unterminated: true }, false, false],
  ];
  for (const [frame, hasId, torn] of TORN) {
    it(`takes ${JSON.stringify(frame)} ${hasId ? 'behind' : 'without'} an id for ${torn ? 'torn' : 'whole'}`, () => {
      const guard = new ReplayGuard();
      guard.isNew({ data: '{}', ...(hasId && { id: '1' }) });
      expect(guard.isTorn(frame)).to.equal(torn);
    });
  }

  it('tells events apart by their names, and by what they end with', () => {
    for (const other of [
      { event: 'x', data: 'a'.repeat(200) },
      { data: 'a'.repeat(199) + 'b' },
      { data: 'b' + 'a'.repeat(199) },
      { data: 'a'.repeat(201) },
    ]) {
      const guard = new ReplayGuard();
      guard.isNew({ id: '1', data: 'a'.repeat(200) });
      guard.resume();
      expect(() => guard.isNew({ id: '1', ...other })).to.throw(ChatError);
    }
  });
});
