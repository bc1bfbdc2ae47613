// What takes looking at the page while it changes, which costs time: never part of a run whose time counts.

import { eachLayout } from '../layouts.js';
import { lettersIn, lettersOf, nodesIn, textNodesIn } from '../nodes.js';

export const WATCHED = ['painted', 'latency', 'first-selection', 'growing-selection'] as const;
export type Watched = (typeof WATCHED)[number];

export interface Seen {
  /** Nodes that were there when a frame began, and were gone when a later one did. */
  removed: number;
  /** Nodes that were painted, taken out and put in again between two frames, which costs a selection in them. */
  moved: number;
  /** Milliseconds from the arrival of a piece to the frame that shows its last letter: of half of them, of 95 in 100. */
  latency50: number;
  latency95: number;
  /** Pieces that could be told on the page, of those that end in a text that is unlike any before. */
  found: number;
  probes: number;
  /** Selections that were made, and that were the same later. */
  selected: number;
  kept: number;
}

export interface Watch {
  /** A frame begins. */
  before?(): void;
  /** A frame's work is done; so much of the text, 0 to 1, has been handed over. */
  after?(share: number): void;
  /** A piece is handed over, which arrived at that time. */
  handed?(piece: number, arrived: number): void;
  result(): Partial<Seen>;
}

export function watchPage(watched: Watched, root: HTMLElement, source: string, probes: readonly unknown[]): Watch {
  switch (watched) {
    case 'painted':
      return watchPainted(root);
    case 'latency':
      return watchLatency(root, probes);
    case 'first-selection':
      return watchSelection(root, source, true);
    case 'growing-selection':
      return watchSelection(root, source, false);
  }
}

function watchPainted(root: Node): Watch {
  let painted = new Set<Node>();
  let taken = new Set<Node>();
  const result = { removed: 0, moved: 0 };
  const observed = new Set<Node>();
  const observer = new MutationObserver((records) => take(records));
  const take = (records: MutationRecord[]): void => {
    for (const { removedNodes } of records) for (const node of removedNodes) taken.add(node);
  };
  return {
    before() {
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

function watchLatency(root: Node, probes: readonly unknown[]): Watch {
  let waiting: { probe: string; arrived: number }[] = [];
  const latencies: number[] = [];
  const stop = eachLayout(() => {
    const shown = lettersIn(root);
    const now = performance.now();
    waiting = waiting.filter(({ probe, arrived }) => {
      if (!shown.includes(probe)) return true;
      latencies.push(now - arrived);
      return false;
    });
  });
  return {
    handed(piece, arrived) {
      const probe = probes[piece];
      if (typeof probe === 'string') waiting.push({ probe, arrived });
    },
    result() {
      stop();
      latencies.sort((a, b) => a - b);
      const quantile = (share: number) => latencies[Math.floor(share * latencies.length)] ?? NaN;
      const found = latencies.length;
      return { latency50: quantile(0.5), latency95: quantile(0.95), found, probes: found + waiting.length };
    },
  };
}

/** So often something is selected where the text grows. */
const SELECTIONS = 10;
const SELECTED_LENGTH = 12;
/** The last letters are left out, as who selects words does. */
const LEFT_OUT = 2;

/** A selection in the first block, once for the whole stream; or ten, one after the other, at the end of what is there. */
function watchSelection(root: Node, source: string, isFirst: boolean): Watch {
  const letters = lettersOf(source);
  let selected = 0;
  let kept = 0;
  let text = '';
  const check = (): void => {
    if (text !== '' && String(getSelection()) === text) kept++;
    text = '';
  };
  const select = (): void => {
    const nodes = [...textNodesIn(root)].filter(({ data }) => data.trim() !== '');
    const ranges = nodes.map((_, at) => rangeUpTo(nodes.slice(0, at + 1), letters));
    const range = isFirst ? ranges.find(Boolean) : ranges.findLast(Boolean);
    if (!range) return;
    const { startContainer, startOffset, endContainer, endOffset } = range;
    getSelection()!.setBaseAndExtent(startContainer, startOffset, endContainer, endOffset);
    text = String(getSelection());
    if (text !== '') selected++;
  };
  return {
    after(share) {
      if (share >= 1 || share < (selected + 1) / (SELECTIONS + 1) || (isFirst && selected > 0)) return;
      check();
      select();
    },
    result() {
      check();
      return { selected, kept };
    },
  };
}

/** Before the end of the last of these nodes: of the answer, not of what a page may have around it. */
function rangeUpTo(nodes: readonly Text[], letters: string): Range | undefined {
  let text = '';
  for (const node of nodes.toReversed()) {
    text = node.data + text;
    const surplus = text.length - SELECTED_LENGTH - LEFT_OUT;
    if (surplus < 0) continue;
    if (lettersOf(text).length < SELECTED_LENGTH || !letters.includes(lettersOf(text.slice(surplus)))) return undefined;
    const range = new Range();
    range.setStart(node, surplus);
    const [last, before] = [nodes.at(-1)!, nodes.at(-2)];
    if (last.length > LEFT_OUT) range.setEnd(last, last.length - LEFT_OUT);
    else if (before) range.setEnd(before, before.length);
    return range;
  }
  return undefined;
}
