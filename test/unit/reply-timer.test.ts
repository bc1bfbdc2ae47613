import { expect } from 'chai';
import type { ChatError } from '../../src/model/index.js';
import { ReplyTimer, systemTimers, type TimeLimits } from '../../src/transport/index.js';
import { ManualTimers, settle } from '../helpers/manual-timers.js';

type Step = 'touch' | 'begin' | 'expectEnd' | 'expectMore' | 'wait' | number;

const never = () => new Promise<never>(() => undefined);

/** Takes the steps: a number passes so many seconds, `wait` waits for something that comes at once. */
async function take(timer: ReplyTimer, timers: ManualTimers, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    if (typeof step === 'number') await timers.advance(step * 1000);
    else if (step === 'wait') await timer.wait(Promise.resolve());
    else timer[step]();
  }
}

describe('ReplyTimer', () => {
  it('goes by the time that passes, whatever is done to the clock', async () => {
    const timers = new ManualTimers();
    let clock = 0;
    const put = { ticks: () => timers.now(), now: () => clock, after: timers.after.bind(timers) };
    const timer = new ReplyTimer({}, put);
    await timer.wait(Promise.resolve());
    clock += 3_600_000;
    void timer.wait(never()).catch(() => undefined);
    expect(timers.waiting).to.deep.equal([60_000]);
  });

  /** [what, limits, what has happened, seconds that it still waits, code, the limit that is told] */
  const LIMITS: [string, TimeLimits, Step[], number?, string?, number?][] = [
    ['the first event, from the start', {}, [], 60, 'timeout', 60],
    ['the first event, however often it waits for it', {}, ['wait', 20, 'wait', 30], 10, 'timeout', 60],
    ['the first event, of one second', { timeout: 1 }, [], 1, 'timeout', 1],
    ['the first event, of half a second', { timeout: 0.5 }, [], 0.5, 'timeout', 0.5],
    ['nothing, where both limits are off', { timeout: 0, idleTimeout: 0 }, ['touch', 'begin', 'touch']],
    ['nothing before the first piece, where only the silence is limited', { timeout: 0 }, []],
    ['nothing, where the limits are endless', { timeout: Infinity, idleTimeout: Infinity }, ['touch', 'begin']],
    ['the first event, though heartbeats come', {}, ['wait', 'touch', 40, 'wait', 'touch'], 20, 'timeout', 60],
    ['more, behind a heartbeat and before the first event', {}, ['touch'], 45, 'timeout', 45],
    ['more, where the first event has no limit', { timeout: 0, idleTimeout: 7 }, ['touch'], 7, 'timeout', 7],
    ['the first event, where silence has no limit', { idleTimeout: 0 }, ['wait', 'touch', 50], 10, 'timeout', 60],
    ['more', {}, ['touch', 'begin'], 45, 'stalled', 45],
    ['more, from the last piece on', {}, ['touch', 'begin', 44, 'wait', 'touch'], 45, 'stalled', 45],
    ['more, long after the limit of the first event', {}, ['touch', 'begin', 3600], 45, 'stalled', 45],
    ['more, where that is less than what is left for the first event', {}, ['wait', 30, 'touch'], 30, 'timeout', 60],
    ['nothing of a reply that speaks, where silence has no limit', { idleTimeout: 0 }, ['touch', 'begin']],
    ['the close', {}, ['touch', 'begin', 'expectEnd'], 3, 'stalled', 3],
    ['more, where the end was none', {}, ['touch', 'begin', 'expectEnd', 'expectMore'], 45, 'stalled', 45],
    ['the close, in less than silence may take', { idleTimeout: 2 }, ['touch', 'begin', 'expectEnd'], 2, 'stalled', 2],
    ['nothing, not even the close, where silence has no limit', { idleTimeout: 0 }, ['touch', 'begin', 'expectEnd']],
  ];
  for (const [what, limits, steps, seconds, code, told] of LIMITS) {
    it(`waits for ${what}`, async () => {
      const timers = new ManualTimers();
      const timer = new ReplyTimer(limits, timers);
      await take(timer, timers, steps);
      let lapsed: ChatError | undefined;
      void timer.wait(never()).catch((error: ChatError) => (lapsed = error));
      if (seconds === undefined) {
        expect(timers.waiting).to.deep.equal([]);
        return;
      }
      await timers.advance(seconds * 1000 - 1);
      expect(lapsed).to.equal(undefined);
      await timers.advance(1);
      expect(lapsed).to.include({ code, seconds: told });
      expect(lapsed!.message).to.match(/^expected .* within .* s, got silence$/);
      expect(timers.waiting).to.deep.equal([]);
    });
  }

  it('gives what comes in time, and leaves no timer behind', async () => {
    const timers = new ManualTimers();
    const timer = new ReplyTimer({}, timers);
    expect(await timer.wait(Promise.resolve('here'))).to.equal('here');
    const broken = new Error('broken');
    expect(await timer.wait(Promise.reject(broken)).catch((error: unknown) => error)).to.equal(broken);
    expect(timers.waiting).to.deep.equal([]);
  });

  it('counts from the first wait, not from the time that a token takes', async () => {
    const timers = new ManualTimers();
    const timer = new ReplyTimer({}, timers);
    await timers.advance(300_000);
    void timer.wait(never()).catch(() => undefined);
    expect(timers.waiting).to.deep.equal([60_000]);
  });

  it('lapses at once where the time has passed while nobody waited', async () => {
    const timers = new ManualTimers();
    const timer = new ReplyTimer({}, timers);
    await timer.wait(Promise.resolve());
    await timers.advance(61_000);
    const lapsed = timer.wait(never()).catch((error: unknown) => error);
    await timers.advance(0);
    expect(await lapsed).to.include({ code: 'timeout' });
  });

  it('lapses once after a sleep of the machine, a little later', async () => {
    const timers = new ManualTimers();
    const timer = new ReplyTimer({}, timers);
    timer.touch();
    timer.begin();
    const errors: unknown[] = [];
    void timer.wait(never()).catch((error: unknown) => errors.push(error));
    await timers.jump(3_600_000);
    expect(timers.waiting).to.deep.equal([3000]);
    expect(errors).to.deep.equal([]);
    await timers.jump(3_600_000);
    expect(errors).to.have.length(1);
    expect(errors[0]).to.include({ code: 'stalled' });
    expect(timers.waiting).to.deep.equal([]);
  });

  it('hears first what has come while the page stood still, and does not count that time', async () => {
    const timers = new ManualTimers();
    const timer = new ReplyTimer({}, timers);
    let come = (_piece: string) => {};
    const piece = timer.wait(new Promise<string>((resolve) => (come = resolve)));
    await timers.advance(10_000);
    await timers.jump(3_600_000);
    come('a heartbeat');
    expect(await piece).to.equal('a heartbeat');
    timer.touch();
    void timer.wait(never()).catch(() => undefined);
    expect(timers.waiting).to.deep.equal([3000]);
  });

  it('leaves alone what fails after it has lapsed', async () => {
    const timers = new ManualTimers();
    let fail = (_error: Error) => {};
    const late = new Promise<never>((_resolve, reject) => (fail = reject));
    const lapsed = new ReplyTimer({ timeout: 1 }, timers).wait(late).catch((error: unknown) => error);
    await timers.advance(1000);
    fail(new Error('late'));
    await settle();
    expect(await lapsed).to.include({ code: 'timeout' });
  });

  it('does not take a limit beyond what a browser can count for none at all', async () => {
    let rang = false;
    const cancel = systemTimers.after(3_600_000_000, () => (rang = true));
    await new Promise((resolve) => setTimeout(resolve, 10));
    cancel();
    expect(rang).to.equal(false);
  });
});
