import { expect } from 'chai';
import { beforeFrame, browserClock, ManualClock } from '../../src/pacing/index.js';
import { nextTask } from '../../src/transport/time-slice.js';
import { catchUncaught } from '../helpers/uncaught.js';

describe('ManualClock', () => {
  it('stands still until it is wound, then goes frame by frame', () => {
    const clock = new ManualClock();
    const times: number[] = [];
    const again = (now: number) => {
      times.push(now);
      clock.requestFrame(again);
    };
    clock.requestFrame(again);
    expect([clock.now(), times]).to.deep.equal([0, []]);
    clock.advance(50, 20);
    expect([clock.now(), times]).to.deep.equal([50, [20, 40, 50]]);
  });

  it('forgets a frame that was cancelled', () => {
    const clock = new ManualClock();
    let calls = 0;
    clock.requestFrame(() => calls++)();
    clock.advance(100);
    expect(calls).to.equal(0);
  });
});

describe('browserClock', () => {
  const names = ['setTimeout', 'clearTimeout', 'requestAnimationFrame', 'cancelAnimationFrame'] as const;
  const globals = globalThis as unknown as Record<string, unknown>;
  const originals = names.map((name) => globals[name]);
  let timers: (() => void)[] = [];
  let frames: (() => void)[] = [];

  /** In place of the page's own, so that the test says which comes first. */
  function install(withFrames = true) {
    [timers, frames] = [[], []];
    globals['setTimeout'] = (callback: () => void) => (timers.push(callback), 1);
    globals['clearTimeout'] = () => (timers = []);
    globals['requestAnimationFrame'] = withFrames ? (callback: () => void) => (frames.push(callback), 1) : undefined;
    globals['cancelAnimationFrame'] = () => (frames = []);
  }
  const pending = () => [timers.length, frames.length];

  afterEach(() => names.forEach((name, at) => (globals[name] = originals[at])));

  for (const [what, withFrames, fire] of [
    ['an animation frame', true, () => frames[0]!()],
    ['a timer, where the page is hidden', true, () => timers[0]!()],
    ['a timer, where there are no frames', false, () => timers[0]!()],
  ] as const) {
    it(`calls back once, on ${what}`, () => {
      let calls = 0;
      install(withFrames);
      browserClock.requestFrame(() => calls++);
      expect(calls).to.equal(0);
      fire();
      expect(calls).to.equal(1);
      expect(pending()).to.deep.equal([0, 0]);
    });
  }

  it('sets no timer within a timer where the page is hidden: browsers hold those back', async () => {
    const page: object = (globals['document'] ??= {});
    const had = Object.getOwnPropertyDescriptor(page, 'hidden');
    Object.defineProperty(page, 'hidden', { configurable: true, value: true });
    try {
      install();
      let calls = 0;
      browserClock.requestFrame(() => calls++);
      expect(pending()).to.deep.equal([0, 1]);
      for (let tries = 0; timers.length === 0 && tries < 100; tries++) await nextTask();
      expect(pending()).to.deep.equal([1, 1]);
      timers[0]!();
      expect([calls, ...pending()]).to.deep.equal([1, 0, 0]);
      // Nor is one set for what was called off.
      browserClock.requestFrame(() => expect.fail('called back'))();
      for (let tries = 0; tries < 10; tries++) await nextTask();
      expect(pending()).to.deep.equal([0, 0]);
    } finally {
      if (had) Object.defineProperty(page, 'hidden', had);
      else Reflect.deleteProperty(page, 'hidden');
      if (typeof window === 'undefined') delete globals['document'];
    }
  });

  it('asks the page once for all that wait, and calls them at one time in the order they asked', () => {
    install();
    const calls: string[] = [];
    const times = new Set<number>();
    const callback = (name: string) => (now: number) => {
      calls.push(name);
      times.add(now);
    };
    const twice = callback('twice');
    for (const each of [callback('first'), twice, twice, callback('last')]) browserClock.requestFrame(each);
    expect(pending()).to.deep.equal([1, 1]);
    frames[0]!();
    expect(calls).to.deep.equal(['first', 'twice', 'twice', 'last']);
    expect(times.size).to.equal(1);
    expect(pending()).to.deep.equal([0, 0]);
  });

  it('calls who asks within a frame in the next one', () => {
    install();
    const calls: string[] = [];
    browserClock.requestFrame(() => {
      calls.push('this');
      browserClock.requestFrame(() => calls.push('next'));
    });
    browserClock.requestFrame(() => calls.push('this, too'));
    frames[0]!();
    expect(calls).to.deep.equal(['this', 'this, too']);
    expect(pending()).to.deep.equal([1, 1]);
    frames[0]!();
    expect(calls).to.deep.equal(['this', 'this, too', 'next']);
  });

  it('calls nobody back who cancelled, and asks for nothing more when nobody waits', () => {
    install();
    const calls: string[] = [];
    const fail = () => expect.fail('called back');
    const cancels = [fail, () => calls.push('stays'), fail].map((callback) => browserClock.requestFrame(callback));
    cancels[0]!();
    cancels[2]!();
    expect(pending()).to.deep.equal([1, 1]);
    frames[0]!();
    expect(calls).to.deep.equal(['stays']);
    browserClock.requestFrame(fail)();
    expect(pending()).to.deep.equal([0, 0]);
  });

  it('lets one cancel another within the frame, and a frame of the past without touching the next', () => {
    install();
    const calls: string[] = [];
    const past = browserClock.requestFrame(() => cancelOther());
    const cancelOther = browserClock.requestFrame(() => expect.fail('called back'));
    frames[0]!();
    browserClock.requestFrame(() => calls.push('next'));
    past();
    cancelOther();
    frames[0]!();
    expect(calls).to.deep.equal(['next']);
  });

  it('calls the others where one throws, and reports what it threw', () => {
    install();
    const uncaught = catchUncaught();
    const calls: string[] = [];
    const fault = new Error('of one chat');
    try {
      browserClock.requestFrame(() => {
        throw fault;
      });
      browserClock.requestFrame(() => calls.push('other'));
      frames[0]!();
    } finally {
      uncaught.stop();
    }
    expect(calls).to.deep.equal(['other']);
    expect(uncaught.errors).to.deep.equal([fault]);
  });

  it('calls those before the frame first, and what they ask for in the same frame', () => {
    install();
    const calls: string[] = [];
    browserClock.requestFrame(() => calls.push('frame'));
    beforeFrame(() => {
      calls.push('before');
      browserClock.requestFrame(() => calls.push('asked before'));
      beforeFrame(() => calls.push('next'));
    });
    frames[0]!();
    expect(calls).to.deep.equal(['before', 'frame', 'asked before']);
    expect(pending()).to.deep.equal([1, 1]);
    frames[0]!();
    expect(calls.at(-1)).to.equal('next');
    expect(pending()).to.deep.equal([0, 0]);
  });

  it('asks for no other frame where all that was asked for before one was done in it', () => {
    install();
    let calls = 0;
    beforeFrame(() => browserClock.requestFrame(() => calls++));
    frames[0]!();
    expect([calls, ...pending()]).to.deep.equal([1, 0, 0]);
  });
});
