import { expect } from 'chai';
import { ChatError, type ChatErrorInit, type ErrorCode } from '../../src/model/index.js';
import { MAX_WAIT, parseRetryAfter, retryDelay } from '../../src/transport/index.js';

const NOW = Date.UTC(2026, 0, 31, 12, 0, 0);
const dated = (date: string) => ({ status: 503, retryAfter: parseRetryAfter(date, NOW) });

const failure = (code: ErrorCode, init: ChatErrorInit = {}) => new ChatError(code, 'expected better', init);

/** Milliseconds before the second, third… seventh try. */
const delays = (error: ChatError, random: number) =>
  [1, 2, 3, 4, 5, 6].map((attempt) => retryDelay(error, attempt, random));

const GROWING = [500, 1000, 2000, 4000, 8000, 8000];

describe('retryDelay', () => {
  const PASSING: [ErrorCode, ChatErrorInit][] = [
    ['network', {}],
    ['interrupted', {}],
    ['rejected', { status: 408 }],
    ['rejected', { status: 409 }],
    ['rejected', { status: 425 }],
    ['rate-limited', { status: 429 }],
    ['server', { status: 500 }],
    ['server', { status: 502 }],
    ['server', { status: 503 }],
    ['server', { status: 504 }],
    ['server', { status: 522 }],
    ['server', { status: 529 }],
    // Reported within a stream.
    ['provider', { status: 503 }],
  ];
  for (const [code, init] of PASSING) {
    it(`grows for ${code} ${init.status ?? ''}`, () => {
      expect(delays(failure(code, init), 0)).to.deep.equal(GROWING);
    });
  }

  it('takes up to a quarter off at random', () => {
    const expected = GROWING.map((delay) => delay * 0.7525);
    delays(failure('network'), 0.99).forEach((delay, at) => expect(delay).to.be.closeTo(expected[at]!, 1e-6));
  });

  /** [what the server asked for, milliseconds] */
  const ASKED: [string, ChatErrorInit, number | undefined][] = [
    ['0 s', { status: 503, retryAfter: 0 }, 0],
    ['2 s', { status: 429, retryAfter: 2 }, 2000],
    ['1.5 s', { status: 503, retryAfter: 1.5 }, 1500],
    ['60 s', { status: 503, retryAfter: MAX_WAIT }, 60_000],
    ['61 s', { status: 503, retryAfter: MAX_WAIT + 1 }, undefined],
    ['an hour', { status: 429, retryAfter: 3600 }, undefined],
    ['a moment in 30 s', dated('Sat, 31 Jan 2026 12:00:30 GMT'), 30_000],
    ['a moment that has passed', dated('Sat, 31 Jan 2026 11:59:00 GMT'), 0],
    ['a moment in an hour', dated('Sat, 31 Jan 2026 13:00:00 GMT'), undefined],
    ['words that say nothing', dated('soon'), 500],
  ];
  for (const [what, init, delay] of ASKED) {
    it(`${delay === undefined ? 'does not wait' : `waits ${delay} ms`} where the server asks for ${what}`, () => {
      const expected = what.startsWith('words') ? GROWING : Array.from({ length: 6 }, () => delay);
      for (const random of what.startsWith('words') ? [0] : [0, 0.99]) {
        expect(delays(failure('server', init), random)).to.deep.equal(expected);
      }
    });
  }

  const LASTING: [ErrorCode, ChatErrorInit][] = [
    ['no-endpoint', {}],
    ['bad-option', {}],
    ['busy', {}],
    ['timeout', { seconds: 60 }],
    ['stalled', { seconds: 45 }],
    ['unauthorized', { status: 401 }],
    ['unauthorized', { status: 403 }],
    ['not-found', { status: 404 }],
    ['rejected', { status: 400 }],
    ['rejected', { status: 413 }],
    ['rejected', { status: 422 }],
    // Patience does not help against these.
    ['rejected', { status: 400, retryAfter: 1 }],
    ['server', { status: 501 }],
    ['server', { status: 505 }],
    ['unexpected-content', { status: 200 }],
    ['empty', {}],
    ['too-large', {}],
    ['provider', {}],
    ['provider', { status: 400 }],
    // A provider's own code.
    ['provider', { status: 1301 }],
    ['internal', {}],
  ];
  for (const [code, init] of LASTING) {
    it(`never repeats ${code} ${init.status ?? ''}${init.retryAfter ? ' with Retry-After' : ''}`, () => {
      expect(delays(failure(code, init), 0)).to.deep.equal(GROWING.map(() => undefined));
    });
  }
});
