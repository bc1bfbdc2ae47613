import { expect } from 'chai';
import { ManualClock, Pacer, type PacerOptions, type RevealMode } from '../../src/pacing/index.js';
import { clusterText, CLUSTERS } from '../helpers/clusters.js';
import { cuts } from '../helpers/cuts.js';

const FRAME = 1000 / 60;

/** A pacer on a clock that the test winds, and what it has shown. */
function start(mode: RevealMode = 'smooth') {
  const clock = new ManualClock();
  const shows: { text: string; done: boolean; at: number }[] = [];
  const pacer = new Pacer({ mode, clock, show: (text, done) => shows.push({ text, done, at: clock.now() }) });
  const last = () => shows.at(-1)?.text ?? '';
  return { clock, pacer, shows, last };
}

const MODES: RevealMode[] = ['smooth', 'batch', 'none'];
const KILOBYTE = 'The quick brown fox jumps over the lazy dog, again. '.repeat(20).slice(0, 1000);

describe('Pacer', () => {
  for (const mode of MODES) {
    describe(`in mode ${mode}`, () => {
      it('shows everything in the end, growing, in whole characters, and is done once', () => {
        const { text, boundaries } = clusterText(' ab\n');
        for (const cut of cuts(text)) {
          const { clock, pacer, shows, last } = start(mode);
          let received = '';
          for (const piece of cut.pieces) {
            pacer.receive((received += piece), false);
            clock.advance(FRAME);
          }
          pacer.receive(text, true);
          clock.advance(300);
          expect(last(), cut.name).to.equal(text);
          shows.forEach(({ text: shown }, at) => {
            expect(text.startsWith(shown), `${cut.name}: a beginning of the text`).to.equal(true);
            expect(boundaries.has(shown.length), `${cut.name}: no character cut at ${shown.length}`).to.equal(true);
            if (at > 0) expect(shown.length, `${cut.name}: growing`).to.be.at.least(shows[at - 1]!.text.length);
          });
          expect(
            shows.map(({ done }) => done),
            cut.name,
          ).to.deep.equal(shows.map((_, at) => at === shows.length - 1));
        }
      });

      it('shows the first text in the first frame', () => {
        const { clock, pacer, last } = start(mode);
        clock.advance(1000);
        pacer.receive('Hello ', false);
        expect(last()).to.equal('');
        clock.advance(FRAME);
        expect(last()).to.equal('Hello');
      });

      it('shows all of what ended before its first frame', () => {
        const { clock, pacer, shows } = start(mode);
        pacer.receive(KILOBYTE, true);
        clock.advance(FRAME);
        expect(shows.map(({ text, done }) => [text, done])).to.deep.equal([[KILOBYTE, true]]);
      });

      it('is done with an empty reply', () => {
        const { clock, pacer, shows } = start(mode);
        pacer.receive('', false);
        clock.advance(300);
        expect(shows).to.deep.equal([]);
        pacer.receive('', true);
        clock.advance(300);
        expect(shows.map(({ text, done }) => [text, done])).to.deep.equal([['', true]]);
      });

      it('is done where all was shown before the end', () => {
        const { clock, pacer, shows } = start(mode);
        pacer.receive('Hi\n', false);
        clock.advance(1000);
        expect(shows.at(-1)).to.include({ text: 'Hi\n', done: false });
        pacer.receive('Hi\n', true);
        clock.advance(300);
        expect(shows.at(-1)).to.include({ text: 'Hi\n', done: true });
      });

      it('is done once, however often it is told of the end', () => {
        const { clock, pacer, shows } = start(mode);
        pacer.receive('Hi', true);
        clock.advance(300);
        pacer.receive('Hi', true);
        clock.advance(300);
        pacer.flush();
        expect(shows.filter(({ done }) => done)).to.have.length(1);
      });

      it('shows a last character that nothing joins for a while, also before the end', () => {
        for (const [what, cluster] of CLUSTERS) {
          const { clock, pacer, last } = start(mode);
          pacer.receive(`a${cluster}`, false);
          clock.advance(100);
          expect(last(), what).to.equal(cluster === '\r\n' ? 'a\r\n' : 'a');
          clock.advance(200);
          expect(last(), what).to.equal(`a${cluster}`);
        }
      });

      it('shows a first letter soon, also where nothing follows it', () => {
        const { clock, pacer, last } = start(mode);
        pacer.receive('I', false);
        clock.advance(100);
        expect(last()).to.equal('I');
      });

      it('asks for no frame while half a character waits for its other half', () => {
        const { clock, pacer, last } = start(mode);
        for (const begun of ['\ud83d', '😀\u200d\ud83d']) {
          pacer.receive(`ab ${begun}`, false);
          clock.advance(1000);
          const request = clock.requestFrame.bind(clock);
          let asked = 0;
          clock.requestFrame = (callback) => (asked++, request(callback));
          clock.advance(1000);
          expect(asked, JSON.stringify(begun)).to.equal(0);
          pacer.receive(`ab ${begun}\ude00 `, false);
          clock.advance(1000);
          expect(last()).to.equal(`ab ${begun}\ude00 `);
        }
      });

      it('never shows half a surrogate pair before the end, and the pair once it is whole', () => {
        const { clock, pacer, last } = start(mode);
        pacer.receive('ab\ud83d', false);
        clock.advance(5000);
        expect(last()).to.equal('a');
        pacer.receive('ab😀', false);
        clock.advance(600);
        expect(last()).to.equal('ab😀');
      });

      it('shows all that has arrived on flush, within the call', () => {
        const { clock, pacer, last } = start(mode);
        pacer.receive('Hello', false);
        clock.advance(FRAME);
        pacer.receive(`Hello ${KILOBYTE}`, false);
        pacer.flush();
        expect(last()).to.equal(`Hello ${KILOBYTE}`);
        pacer.receive(`Hello ${KILOBYTE}, and more`, true);
        clock.advance(300);
        expect(last()).to.equal(`Hello ${KILOBYTE}, and more`);
      });

      it('goes on after a flush that was the first to show anything', () => {
        const { clock, pacer, last } = start(mode);
        pacer.receive('Hello', false);
        pacer.flush();
        pacer.receive('Hello, world\n', false);
        clock.advance(500);
        expect(last()).to.equal('Hello, world\n');
      });

      it('shows a text anew that does not go on from the one before', () => {
        const { clock, pacer, shows, last } = start(mode);
        pacer.receive('Good morning, everybody\n', false);
        clock.advance(500);
        pacer.receive('Good evening', true);
        clock.advance(500);
        expect(last()).to.equal('Good evening');
        expect(shows.filter(({ done }) => done)).to.have.length(1);
      });

      it('shows a text anew that is as long as the one before', () => {
        const { clock, pacer, last } = start(mode);
        pacer.receive('Good morning\n', false);
        clock.advance(500);
        pacer.receive('Good evening\n', false);
        clock.advance(500);
        expect(last()).to.equal('Good evening\n');
      });

      it('goes back where the text was shortened', () => {
        const { clock, pacer, shows } = start(mode);
        pacer.receive('abc', true);
        clock.advance(500);
        pacer.receive('ab', true);
        clock.advance(500);
        expect(shows.map(({ text, done }) => [text, done])).to.deep.equal([
          ['abc', true],
          ['ab', true],
        ]);
      });

      it('shows nothing while it is disconnected, and everything after', () => {
        const { clock, pacer, shows, last } = start(mode);
        pacer.receive('Hello\n', false);
        clock.advance(500);
        pacer.receive(`Hello\n${KILOBYTE}`, true);
        pacer.disconnect();
        const before = shows.length;
        clock.advance(2000);
        expect(shows).to.have.length(before);
        pacer.receive(`Hello\n${KILOBYTE}`, true);
        clock.advance(500);
        expect(last()).to.equal(`Hello\n${KILOBYTE}`);
        expect(shows.filter(({ done }) => done)).to.have.length(1);
      });

      it('asks for no frame while nothing waits', () => {
        const { clock, pacer } = start(mode);
        pacer.receive('Hello\n', false);
        clock.advance(500);
        let asked = 0;
        clock.requestFrame = () => {
          asked++;
          return () => undefined;
        };
        clock.advance(500);
        expect(asked).to.equal(0);
        pacer.receive('Hello\nworld', false);
        expect(asked).to.equal(1);
      });
    });
  }

  it('shows every frame a part of a burst, and within 300 ms after the end all of it', () => {
    for (const frame of [1000 / 120, FRAME, 1000 / 30]) {
      const { clock, pacer, shows, last } = start();
      const text = KILOBYTE + KILOBYTE;
      pacer.receive('The ', false);
      clock.advance(2 * frame, frame);
      const first = shows.length;
      pacer.receive(text, true);
      clock.advance(300, frame);
      expect(last(), `frames of ${frame} ms`).to.equal(text);
      expect(shows.length - first).to.be.above(5);
      const steps = shows
        .slice(first)
        .map(({ text: shown }, at) => shown.length - (shows[first + at - 1]?.text.length ?? 0));
      expect(Math.max(...steps)).to.be.below(text.length * 0.75);
    }
  });

  it('spreads a burst also after a pause', () => {
    const { clock, pacer, shows } = start();
    pacer.receive('Hello\n', false);
    clock.advance(3000);
    const first = shows.length;
    pacer.receive(`Hello\n${KILOBYTE}`, false);
    clock.advance(FRAME);
    expect(shows).to.have.length(first + 1);
    expect(shows.at(-1)!.text.length).to.be.below(300);
  });

  it('lags no more than half a second behind a steady flow', () => {
    const { clock, pacer, last } = start();
    const text = KILOBYTE.repeat(3);
    let longestLag = 0;
    for (let length = 5; length <= text.length; length += 5) {
      pacer.receive(text.slice(0, length), false);
      clock.advance(13);
      longestLag = Math.max(longestLag, length - last().length);
    }
    // 5 characters in 13 ms are 192 in half a second.
    expect(longestLag).to.be.below(192);
  });

  describe('with a weight', () => {
    /** What stands in braces weighs nothing; each unit is told by what stands before it. */
    function bracesWeight(text: string, from: number, to: number): number {
      const isHidden = (at: number) => text.lastIndexOf('{', at) > text.lastIndexOf('}', at - 1);
      let weight = 0;
      for (let at = from; at < to; at += 1) weight += isHidden(at) ? 0 : 1;
      return weight;
    }
    const seen = (text: string) => text.replace(/\{[^}]*\}?/g, '').length;

    function startWeighed(text: string, options: Partial<PacerOptions> = {}) {
      const clock = new ManualClock();
      const shows: { text: string; done: boolean }[] = [];
      const show = (shown: string, done: boolean) => shows.push({ text: shown, done });
      const pacer = new Pacer({ clock, weight: bracesWeight, show, ...options });
      pacer.receive('The ', false);
      clock.advance(2 * FRAME);
      shows.length = 0;
      pacer.receive(`The ${text}`, false);
      return { clock, pacer, shows };
    }

    it('shows as much that is seen in each frame, however much is hidden in it', () => {
      const words = 'abcdefghijklmnopqrstuvwxyz'.repeat(8);
      const plain = startWeighed(`${words}\n`);
      const hidden = startWeighed(`${words.replaceAll('g', `g{${'x'.repeat(300)}}`)}\n`);
      for (const { clock } of [plain, hidden]) clock.advance(2000);
      expect(hidden.shows.map(({ text }) => seen(text))).to.deep.equal(plain.shows.map(({ text }) => seen(text)));
      expect(plain.shows.length).to.be.above(5);
    });

    it('shows what is hidden with what stands before it', () => {
      const text = `word {${'x'.repeat(300)}} word{${'y'.repeat(300)}}s\n`;
      const { clock, shows } = startWeighed(text);
      clock.advance(2000);
      expect(
        shows.map((show) => `The ${text}`.slice(show.text.length)).filter((rest) => /^[^{]*\}|^\{/.test(rest)),
      ).to.deep.equal([]);
    });

    it('shows at once what is hidden and arrives when nothing else waits', () => {
      const { clock, pacer, shows } = startWeighed('word\n');
      clock.advance(2000);
      pacer.receive(`The word\n{${'x'.repeat(300)}\n`, false);
      clock.advance(FRAME);
      expect(shows.at(-1)!.text).to.match(/x\n$/);
    });

    for (const mode of MODES) {
      it(`shows all, in whole characters, in mode ${mode}`, () => {
        const { text, boundaries } = clusterText('{ab}c\n');
        const { clock, pacer, shows } = startWeighed(text.slice(0, 20), { mode });
        clock.advance(300);
        pacer.receive(`The ${text}`, true);
        clock.advance(1000);
        expect(shows.at(-1)).to.deep.equal({ text: `The ${text}`, done: true });
        for (const show of shows) expect(boundaries.has(show.text.length - 4), show.text).to.equal(true);
      });
    }

    for (const [what, next] of [
      ['what was shown', ''],
      ['what was given before and does not go on', 'Something else altogether.\n'],
    ] as const) {
      it(`forgets ${what}`, () => {
        const { clock, pacer, shows } = startWeighed(`${KILOBYTE.repeat(3)}\n`);
        if (next) pacer.receive(next, false);
        clock.advance(5000);
        const before = shows.length;
        pacer.receive(`${shows.at(-1)!.text}${KILOBYTE.slice(0, 100)}\n`, false);
        clock.advance(5 * FRAME);
        expect(shows.slice(before)).to.have.length(5);
      });
    }

    for (const [what, weight] of [
      ['is too much', (text, from, to) => seen(text.slice(from, to))],
      ['is too little', (text, from, to) => (to === text.length ? 0 : to - from)],
    ] satisfies [string, PacerOptions['weight']][]) {
      it(`stands still for no weight that ${what} where it arrives`, () => {
        const { clock, pacer, shows } = startWeighed('', { weight });
        const text = `The {${'x'.repeat(300)}} end of it`;
        for (let length = 5; length <= text.length; length += 5) {
          pacer.receive(text.slice(0, length), false);
          clock.advance(FRAME);
        }
        pacer.receive(text, true);
        clock.advance(500);
        expect(shows.at(-1)).to.deep.equal({ text, done: true });
      });
    }

    for (const length of [1000, 1_000_000]) {
      it(`weighs no more than a few times what a frame shows, in few steps, where ${length} wait`, () => {
        let [weighed, steps] = [0, 0];
        // All that is behind the first `length` is hidden.
        const weight = (_: string, from: number, to: number) => {
          weighed += to - from;
          steps += 1;
          return Math.min(length, to) - Math.min(length, from);
        };
        const text = `${KILOBYTE.repeat(length / 1000)}${'x'.repeat(100_000)}`;
        const { clock, shows } = startWeighed(text, { weight });
        for (let frame = 0; frame < 100; frame += 1) {
          const before = shows.at(-1)?.text.length ?? 0;
          [weighed, steps] = [0, 0];
          clock.advance(FRAME, FRAME);
          expect(weighed).to.be.at.most(6 * ((shows.at(-1)?.text.length ?? 0) - before) + 16);
          expect(steps).to.be.at.most(30);
        }
        expect(shows.at(-1)!.text.length).to.be.above(text.length);
      });
    }
  });

  it('shows at most four times a second in batches', () => {
    const { clock, pacer, shows } = start('batch');
    let text = '';
    for (let at = 0; at < 300; at++) {
      pacer.receive((text += `word${at} `), at === 299);
      clock.advance(FRAME);
    }
    clock.advance(300);
    expect(shows.at(-1)).to.include({ text, done: true });
    expect(shows).to.have.length.above(15);
    shows.slice(1).forEach(({ at }, index) => expect(at - shows[index]!.at).to.be.at.least(249.9));
  });

  it('shows everything that has come each frame without pacing', () => {
    const { clock, pacer, last } = start('none');
    let text = '';
    for (let at = 0; at < 50; at++) {
      pacer.receive((text += `line ${at}\n`.repeat(at)), false);
      clock.advance(FRAME);
      expect(last()).to.equal(text);
    }
  });

  it('skips frames where showing is dear, a quarter of a second at most, and none at the end', () => {
    const clock = new ManualClock();
    const shows: number[] = [];
    let dear = 2;
    const show = () => shows.push(Math.round(clock.now()));
    const pacer = new Pacer({ mode: 'none', clock, show, framesToSkip: () => dear });
    let text = '';
    const feed = (frames: number) => {
      for (let frame = 0; frame < frames; frame += 1) {
        pacer.receive((text += 'word '), false);
        clock.advance(10, 10);
      }
    };
    feed(9);
    expect(shows).to.deep.equal([10, 40, 70]);
    dear = 1000;
    feed(60);
    expect(shows.slice(3)).to.deep.equal([320, 570]);
    pacer.receive(text, true);
    clock.advance(10, 10);
    expect(shows.slice(5)).to.deep.equal([700]);
  });

  for (const mode of MODES) {
    it(`gives a frame no more than it has time for, in mode ${mode}`, () => {
      const clock = new ManualClock();
      let spent = 0;
      const shown: number[] = [];
      const pacer = new Pacer({
        mode,
        clock: { now: () => clock.now() + spent, requestFrame: (callback) => clock.requestFrame(callback) },
        show: (text, done) => {
          shown.push(text.length);
          // A fiftieth of a millisecond for each character, so that 400 are what the time allows.
          spent += (text.length - (shown.at(-2) ?? 0)) / 50;
          if (done) shown.push(Infinity);
        },
      });
      const text = KILOBYTE.repeat(40);
      pacer.receive(text, true);
      clock.advance(5000);
      expect(shown.slice(-2)).to.deep.equal([text.length, Infinity]);
      const steps = shown.slice(0, -1).map((length, at) => length - (shown[at - 1] ?? 0));
      expect(steps[0]).to.be.within(4000, 4096);
      expect(Math.max(...steps.slice(1))).to.be.at.most(512);
    });
  }

  it('goes on from what is shown already', () => {
    const clock = new ManualClock();
    const shows: string[] = [];
    const pacer = new Pacer({ clock, shown: KILOBYTE, show: (text) => shows.push(text) });
    pacer.receive(`${KILOBYTE} And more.`, true);
    clock.advance(500);
    expect(shows.every((text) => text.startsWith(KILOBYTE))).to.equal(true);
    expect(shows.at(-1)).to.equal(`${KILOBYTE} And more.`);
  });

  it('takes a change of its mode at the next frame', () => {
    const { clock, pacer, last } = start();
    pacer.receive('Hello\n', false);
    clock.advance(FRAME);
    pacer.receive(`Hello\n${KILOBYTE}\n`, false);
    pacer.mode = 'none';
    clock.advance(FRAME);
    expect(last()).to.equal(`Hello\n${KILOBYTE}\n`);
  });
});
