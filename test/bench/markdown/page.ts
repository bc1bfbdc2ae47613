// The page's side of the benchmark: feeds a subject and follows the end, as a chat does.
//
// A frame shows what has come, then scrolls to the end. Of the fire hose, the pieces come after it, in one task, and two
// empty tasks follow, so that schedulers (React's, Lit's) have their turn; of a paced stream, each comes at its time, in a
// task of its own. Nothing is measured here but what needs the page; main-thread time is asked for by the driver
// (measure.ts) around a run.

import { makeDocuments, makePieces, type ShapeName } from '../documents.js';
import { lettersIn } from '../nodes.js';
import type { Answer, Subject } from './subject.js';
import { watchPage, type Seen, type Watched } from './watch.js';

export interface Feed {
  shape: ShapeName;
  size: number;
  /** Pieces a frame; or with `every`, one piece each so many milliseconds. */
  pieces: number;
  every?: number;
  /** The run stops, and says so, when it has taken so many milliseconds. */
  cap: number;
  /** Nothing has been shown on the page before, so that what it holds is of this feed alone. */
  cold?: boolean;
  /** Slow: the time of such a run says nothing. */
  watch?: Watched;
}

export interface Fed extends Partial<Seen> {
  answers: number;
  pieces: number;
  piecesDone: number;
  units: number;
  unitsDone: number;
  updates: number;
  frames: number;
  /** Letters and digits on the page at the end. */
  letters: number;
  /** The longest task in milliseconds, by the wall clock; 0 where none took 50. */
  longestTask: number;
  /** Frames of 60 a second that did not come. Only of use where the rate is that of a screen. */
  missedFrames: number;
}

/** Messages to a group, as a chat that keeps its log cheap would have them: the same for every subject. */
const GROUP = 50;

const SETTLE_FRAMES = 3;
const FRAME_MS = 1000 / 60;

/** What the driver calls. */
export interface Bench {
  /** Runs a few kilobytes, so that what is measured is not the compiling of scripts. */
  warmUp(shape: ShapeName): Promise<void>;
  /** `probes`: of each piece, for `watch: 'latency'` (letters.ts). */
  feed(feed: Feed, probes: readonly unknown[]): Promise<Fed>;
  /** Those of the last feed, which a page with them on it would have hold of. */
  answers: readonly Answer[];
}

declare global {
  var bench: Bench | undefined;
}

export function install(subject: Subject): void {
  const bench: Bench = {
    async warmUp(shape) {
      await feedSubject(subject, { shape, size: 4000, pieces: 20, cap: 10_000 });
      document.body.replaceChildren();
    },
    async feed(feed, probes) {
      const { fed, answers } = await feedSubject(subject, feed, probes);
      bench.answers = answers;
      return fed;
    },
    answers: [],
  };
  globalThis.bench = bench;
}

async function feedSubject(
  subject: Subject,
  feed: Feed,
  probes: readonly unknown[] = [],
): Promise<{ fed: Fed; answers: Answer[] }> {
  const documents = makeDocuments(feed.shape, feed.size).map((text) => makePieces(text));
  const scroller = makeScroller();
  const watch = feed.watch && watchPage(feed.watch, scroller, documents.flat().join(''), probes);
  const tasks = watchLongTasks();
  const fed: Fed = {
    answers: documents.length,
    pieces: documents.reduce((sum, pieces) => sum + pieces.length, 0),
    piecesDone: 0,
    units: documents.reduce((sum, pieces) => sum + pieces.join('').length, 0),
    unitsDone: 0,
    updates: 0,
    frames: 0,
    letters: 0,
    longestTask: 0,
    missedFrames: 0,
  };
  const ended: Answer[] = [];
  const makeBox = boxes(scroller, documents.length > 1);
  let open: { answer: Answer; pieces: string[]; at: number } | undefined;
  /** Those that may have something to show yet. */
  let growing: Answer[] = [];
  let started = 0;

  /** Hands over the next piece; an answer ends with its last one. */
  const next = (arrived: number): void => {
    if (!open) {
      open = { answer: subject.create(makeBox()), pieces: documents[started++]!, at: 0 };
      growing.push(open.answer);
    }
    const piece = open.pieces[open.at++]!;
    watch?.handed?.(fed.piecesDone, arrived);
    open.answer.write(piece);
    fed.piecesDone++;
    fed.unitsDone += piece.length;
    if (open.at < open.pieces.length) return;
    open.answer.end();
    ended.push(open.answer);
    open = undefined;
  };
  let last = 0;
  const showFrame = (): void => {
    const now = performance.now();
    fed.frames++;
    if (last > 0) fed.missedFrames += Math.max(0, Math.round((now - last) / FRAME_MS) - 1);
    last = now;
    watch?.before?.();
    for (const answer of growing) answer.frame?.();
    growing = open ? [open.answer] : [];
    watch?.after?.(fed.piecesDone / fed.pieces);
    scroller.scrollTop = 1e9;
  };

  const start = performance.now();
  const goesOn = (): boolean => fed.piecesDone < fed.pieces && performance.now() - start < feed.cap;
  const hose = (): void => {
    for (let count = 0; count < feed.pieces && fed.piecesDone < fed.pieces; count++) next(performance.now());
  };
  /** By the clock: a page that lags has to catch up, as with a network. */
  const arriveEvery = async (every: number): Promise<void> => {
    for (let due = start; goesOn();) {
      await timer(due - performance.now(), () => {
        for (; due <= performance.now() && fed.piecesDone < fed.pieces; due += every) next(due);
      });
    }
  };

  await nextFrame(showFrame);
  const arriving = feed.every === undefined ? undefined : arriveEvery(feed.every);
  while (goesOn()) {
    if (!arriving) {
      await nextTask(hose);
      await nextTask();
      await nextTask();
    }
    await nextFrame(showFrame);
  }
  await arriving;
  const isDone = fed.piecesDone < fed.pieces ? () => true : () => ended.every(isSettled);
  for (let count = 0; count < SETTLE_FRAMES || !isDone(); count++) {
    if (performance.now() - start > 2 * feed.cap) break;
    await nextFrame(showFrame);
  }

  const answers = open ? [...ended, open.answer] : ended;
  for (const answer of answers) fed.updates += answer.updates;
  fed.longestTask = tasks();
  fed.letters = lettersIn(scroller).length;
  return { fed: { ...fed, ...watch?.result() }, answers };
}

const isSettled = (answer: Answer): boolean => answer.settled?.() ?? true;

function makeScroller(): HTMLElement {
  const scroller = document.createElement('div');
  scroller.style.cssText = 'inline-size: 720px; block-size: 600px; overflow-y: auto; overflow-anchor: none';
  document.body.append(scroller);
  return scroller;
}

/** Makes blocks for answers, one after the other. */
function boxes(scroller: HTMLElement, grouped: boolean): () => HTMLElement {
  let parent = scroller;
  let count = 0;
  return () => {
    if (grouped && count++ % GROUP === 0) {
      parent = document.createElement('div');
      parent.style.contain = 'content';
      scroller.append(parent);
    }
    const box = document.createElement('div');
    parent.append(box);
    return box;
  };
}

// Work is done in the callbacks themselves: only there does the browser count it as a script's.

function nextFrame(work: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    requestAnimationFrame(() => attempt(work, resolve, reject));
  });
}

function timer(milliseconds: number, work: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    setTimeout(() => attempt(work, resolve, reject), milliseconds);
  });
}

const channel = new MessageChannel();
channel.port1.start();

/** A task of its own; without work, one in which others have their turn. */
function nextTask(work: () => void = () => {}): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.port1.addEventListener('message', () => attempt(work, resolve, reject), { once: true });
    channel.port2.postMessage(null);
  });
}

function attempt(work: () => void, resolve: () => void, reject: (reason: unknown) => void): void {
  try {
    work();
    resolve();
  } catch (error) {
    reject(error);
  }
}

function watchLongTasks(): () => number {
  let longest = 0;
  const read = (entries: PerformanceEntryList): void => {
    for (const { duration } of entries) longest = Math.max(longest, duration);
  };
  const observer = new PerformanceObserver((list) => read(list.getEntries()));
  observer.observe({ type: 'longtask' });
  return () => {
    read(observer.takeRecords());
    observer.disconnect();
    return longest;
  };
}
