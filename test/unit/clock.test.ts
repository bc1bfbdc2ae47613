import { expect } from 'chai';
import { browserClock, ManualClock } from '../../src/pacing/index.js';

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
  let timer: (() => void) | undefined;
  let frame: (() => void) | undefined;

  /** In place of the page's own, so that the test says which comes first. */
  function install(withFrames: boolean) {
    timer = frame = undefined;
    globals['setTimeout'] = (callback: () => void) => ((timer = callback), 1);
    globals['clearTimeout'] = () => (timer = undefined);
    globals['requestAnimationFrame'] = withFrames ? (callback: () => void) => ((frame = callback), 1) : undefined;
    globals['cancelAnimationFrame'] = () => (frame = undefined);
  }
  const restore = () => names.forEach((name, at) => (globals[name] = originals[at]));

  for (const [what, withFrames, fire] of [
    ['an animation frame', true, () => frame!()],
    ['a timer, where the page is hidden', true, () => timer!()],
    ['a timer, where there are no frames', false, () => timer!()],
  ] as const) {
    it(`calls back once, on ${what}`, () => {
      let calls = 0;
      install(withFrames);
      try {
        browserClock.requestFrame(() => calls++);
        expect(calls).to.equal(0);
        fire();
      } finally {
        restore();
      }
      expect(calls).to.equal(1);
      expect([timer, frame]).to.deep.equal([undefined, undefined]);
    });
  }

  it('calls nobody back who cancelled', () => {
    install(true);
    try {
      browserClock.requestFrame(() => expect.fail('called back'))();
    } finally {
      restore();
    }
    expect([timer, frame]).to.deep.equal([undefined, undefined]);
  });
});
