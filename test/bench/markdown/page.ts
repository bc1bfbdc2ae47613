// The page's side of the benchmark: feeds a subject and follows the end, as a chat does.
//
// A frame shows what has come, then scrolls to the end; the pieces come after it, in one task, and two empty tasks follow,
// so that schedulers (React's, Lit's) have their turn. Nothing is measured here but what needs the page; main-thread time
// is asked for by the driver (measure.ts) around a run.

import { makeDocuments, makePieces, type ShapeName } from '../documents.js';
import type { Answer, Subject } from './subject.js';

export interface Feed {
  shape: ShapeName;
  size: number;
  /** Pieces a frame; or with `every`, one piece each so many milliseconds. */
  pieces: number;
  every?: number;
  /** The run stops, and says so, when it has taken so many milliseconds. */
  cap: number;
  /** Slow: counts painted nodes that go. */
  observe?: boolean;
}

export interface Fed {
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
  removed: number;
  moved: number;
}

/** Messages to a group, as a chat that keeps its log cheap would have them: the same for every subject. */
const GROUP = 50;

const SETTLE_FRAMES = 3;
const FRAME_MS = 1000 / 60;

/** What the driver calls. */
export interface Bench {
  /** Runs a few kilobytes, so that what is measured is not the compiling of scripts. */
  warmUp(shape: ShapeName): Promise<void>;
  feed(feed: Feed): Promise<Fed>;
}

declare global {
  var bench: Bench | undefined;
}

export function install(subject: Subject): void {
  globalThis.bench = {
    async warmUp(shape) {
      await feedSubject(subject, { shape, size: 4000, pieces: 20, cap: 10_000 });
      document.body.replaceChildren();
    },
    feed: (feed) => feedSubject(subject, feed),
  };
}

async function feedSubject(subject: Subject, feed: Feed): Promise<Fed> {
  const documents = makeDocuments(feed.shape, feed.size).map((text) => makePieces(text));
  const scroller = makeScroller();
  const watch = feed.observe ? watchPainted(scroller) : undefined;
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
    removed: 0,
    moved: 0,
  };
  const ended: Answer[] = [];
  const makeBox = boxes(scroller, documents.length > 1);
  let open: { answer: Answer; pieces: string[]; at: number } | undefined;
  /** Those that may have something to show yet. */
  let growing: Answer[] = [];
  let started = 0;

  /** Hands over the next piece; an answer ends with its last one. */
  const next = (): void => {
    if (!open) {
      open = { answer: subject.create(makeBox()), pieces: documents[started++]!, at: 0 };
      growing.push(open.answer);
    }
    const piece = open.pieces[open.at++]!;
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
    watch?.look();
    for (const answer of growing) answer.frame?.();
    growing = open ? [open.answer] : [];
    scroller.scrollTop = 1e9;
  };
  const arrive = (): void => {
    if (feed.every === undefined) {
      for (let count = 0; count < feed.pieces && fed.piecesDone < fed.pieces; count++) next();
    } else {
      // By the clock, not one timer each: a page that lags has to catch up, as with a network.
      for (; due <= performance.now() && fed.piecesDone < fed.pieces; due += feed.every) next();
    }
  };

  const start = performance.now();
  let due = start;
  await nextFrame(showFrame);
  while (fed.piecesDone < fed.pieces && performance.now() - start < feed.cap) {
    await nextTask(arrive);
    await nextTask();
    await nextTask();
    await nextFrame(showFrame);
  }
  const isOver = fed.piecesDone < fed.pieces ? () => true : () => ended.every(isSettled);
  for (let count = 0; count < SETTLE_FRAMES || !isOver(); count++) {
    if (performance.now() - start > 2 * feed.cap) break;
    await nextFrame(showFrame);
  }

  for (const answer of open ? [...ended, open.answer] : ended) fed.updates += answer.updates;
  fed.longestTask = tasks();
  fed.letters = countLetters(scroller);
  return { ...fed, ...watch?.result() };
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

/**
 * Painted means there when a frame begins. Removed: painted, and gone from the page when a later one begins. Moved: taken
 * out and put in again between two frames, which costs a selection in it.
 */
function watchPainted(root: Node): { look(): void; result(): Pick<Fed, 'removed' | 'moved'> } {
  let painted = new Set<Node>();
  let taken = new Set<Node>();
  const result = { removed: 0, moved: 0 };
  const observed = new Set<Node>();
  const observer = new MutationObserver((records) => take(records));
  const take = (records: MutationRecord[]): void => {
    for (const { removedNodes } of records) for (const node of removedNodes) taken.add(node);
  };
  return {
    look() {
      take(observer.takeRecords());
      const now = new Set<Node>();
      for (const node of nodesIn(root)) {
        now.add(node);
        if (node !== root && !(node instanceof ShadowRoot)) continue;
        if (!observed.has(node)) observer.observe(node, { childList: true, subtree: true });
        observed.add(node);
      }
      for (const node of painted) if (!now.has(node)) result.removed++;
      for (const node of taken) if (painted.has(node) && now.has(node)) result.moved++;
      painted = now;
      taken = new Set();
    },
    result: () => result,
  };
}

/** Every node below, shadow trees too. */
function* nodesIn(root: Node): Generator<Node> {
  yield root;
  if (root instanceof Element && root.shadowRoot) yield* nodesIn(root.shadowRoot);
  for (const child of root.childNodes) yield* nodesIn(child);
}

/** Style sheets in the page are no text of its. */
const NOT_TEXT = new Set(['STYLE', 'SCRIPT']);

function countLetters(root: Node): number {
  let letters = 0;
  for (const node of nodesIn(root)) {
    if (!(node instanceof Text) || NOT_TEXT.has(node.parentElement?.tagName ?? '')) continue;
    letters += node.data.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  }
  return letters;
}
