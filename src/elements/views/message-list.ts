/**
 * Problem: to render ten thousand messages takes seconds, and a browser walks through all of them in every frame in which
 * one of them grows.
 * Choice: messages stand in groups that the browser lays out and paints by themselves (`.group` in styles/chat.ts). What
 * there is to render is rendered from the newest to the oldest, as much a frame as its time allows; a message for which
 * nothing has changed is not rendered again, also where earlier ones come or go.
 * Bound: a frame compares the list with the last one, and renders at least `STEP` messages of what has changed. What a turn
 * changes in all messages (that none can be asked for again, how many there are) it changes in the last `GROUP` at once; in
 * the others nobody is told of the first, and the second follows when it is over.
 */
import { noChange, nothing, render } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';
import { keyed } from 'lit/directives/keyed.js';
import type { Message } from '../../model/index.js';
import { browserClock, type FrameClock } from '../../pacing/index.js';
import { sameOr } from '../same-or.js';
import { messageView, type MessageContext } from './message-view.js';

export interface MessageListOptions {
  messages: readonly Message[];
  /** Of the last message. What in it is about a turn is about its reply. */
  context: MessageContext;
  /** The last turn's; undefined: the last message. */
  replyId?: string | undefined;
  /** The message that was copied just now. */
  copiedId: string | undefined;
  clock?: FrameClock;
}

/** Measured: with so many a frame costs least, whether it is in them or among them that something grows. */
const GROUP = 50;
/** There may be so many, and twice as many as there have to be: earlier messages may have come a few at a time. */
const MOST_GROUPS = 200;
/** Messages are of a few kilobytes: more of them may take longer than all the time there is. */
const STEP = 4;
/** A question, and its answer. */
const MESSAGES_A_TURN = 2;
/** Milliseconds of the update in which a conversation came, and of each frame afterwards. */
const FIRST_MS = 40;
const FRAME_MS = 12;

interface Group {
  readonly element: HTMLElement;
  /** How many messages it was made for, and how many of the first of those are gone. */
  readonly size: number;
  gone: number;
  /** The number of the message in its first place. */
  first: number;
  /** What is rendered, place by place. (Two lists, since that is the fastest to compare.) */
  readonly messages: (Message | undefined)[];
  readonly contexts: (MessageContext | undefined)[];
}

/** Needs no end: it asks for frames only while something is left to render. */
class MessageListDirective extends Directive {
  readonly #groups: Group[] = [];
  #options: MessageListOptions | undefined;
  /**
   * Of the last message, of the last turn's reply, of the others among the last `GROUP`, of those before them, and of the
   * one that was copied.
   */
  #last: MessageContext | undefined;
  #reply: MessageContext | undefined;
  #recent: MessageContext | undefined;
  #earlier: MessageContext | undefined;
  #copied: MessageContext | undefined;
  #cancelFrame: (() => void) | undefined;

  render(_options: MessageListOptions): typeof nothing {
    return nothing;
  }

  override update({ element }: ElementPart, [options]: [MessageListOptions]): typeof nothing {
    const { messages, context, replyId } = options;
    const before = this.#options?.messages ?? [];
    const isNew = before.length === 0 || isAnother(before, messages);
    // Nothing of another conversation stays until its turn to be rendered anew.
    if (isNew) this.#keepGroupsFor(0);
    else {
      this.#dropFirst(goneFrom(before, messages));
      this.#addGroupsBefore(element, earlierThan(before, messages));
    }
    this.#options = options;
    // Nor does what a policy allows no longer.
    const isUrgent = this.#last && this.#last.policy !== context.policy;
    const late = context.total - (this.#earlier?.total ?? 0);
    const isTurn = context.busy && !context.disabled && late > 0 && late <= MESSAGES_A_TURN;
    const isReply = replyId === undefined || messages.at(-1)?.id === replyId;
    this.#recent = sameOr(this.#recent, { ...context, isLast: false, waiting: undefined, retrySeconds: 0 });
    this.#reply = sameOr(this.#reply, { ...context, isLast: isReply });
    this.#last = isReply ? this.#reply : sameOr(this.#last, { ...this.#recent, isLast: true });
    this.#earlier = sameOr(this.#earlier, {
      ...this.#recent,
      total: context.total - (isTurn ? late : 0),
      busy: context.disabled,
    });
    let size = this.#keepGroupsFor(messages.length);
    // Where they came one by one, it takes too many groups.
    if (this.#groups.length > MOST_GROUPS + (2 * messages.length) / GROUP) size = this.#keepGroupsFor(0);
    for (; size < messages.length; size += GROUP) {
      const group = newGroup(element, GROUP);
      element.append(group.element);
      this.#groups.push(group);
    }
    this.#renderSlice(isUrgent ? Infinity : isNew ? FIRST_MS : FRAME_MS);
    return nothing;
  }

  /** Takes those away that so many messages do not need; how many there is room for in the others. */
  #keepGroupsFor(count: number): number {
    let size = 0;
    let kept = 0;
    for (; kept < this.#groups.length && size < count; kept++) size += sizeOf(this.#groups[kept]!);
    for (const group of this.#groups.splice(kept)) group.element.remove();
    return size;
  }

  /** So many of the first messages are gone: all others stay where they are. */
  #dropFirst(count: number): void {
    for (const group of this.#groups) {
      const gone = Math.min(count, sizeOf(group));
      group.gone += gone;
      count -= gone;
    }
    while (this.#groups[0] && sizeOf(this.#groups[0]) === 0) this.#groups.shift()!.element.remove();
  }

  /** For so many messages before the first one: all others stay in their groups, and so does what is read. */
  #addGroupsBefore(container: Element, count: number): void {
    for (; count > 0; count -= GROUP) {
      const group = newGroup(container, Math.min(GROUP, count));
      container.prepend(group.element);
      this.#groups.unshift(group);
    }
  }

  #renderSlice(milliseconds: number): void {
    const { clock = browserClock } = this.#options!;
    this.#cancelFrame?.();
    this.#cancelFrame = undefined;
    const end = clock.now() + milliseconds;
    let start = this.#groups.reduce((sum, group) => sum + sizeOf(group), 0);
    for (let at = this.#groups.length - 1; at >= 0; at--) {
      const group = this.#groups[at]!;
      start -= sizeOf(group);
      let changed;
      do {
        changed = this.#renderStep(group, start - group.gone);
        if (changed > 0 && clock.now() >= end) {
          this.#cancelFrame = clock.requestFrame(() => this.#renderSlice(FRAME_MS));
          return;
        }
      } while (changed > STEP);
    }
  }

  /** Renders a few messages of a group, of which the first place is at `first`; more than `STEP` if there is more to render. */
  #renderStep(group: Group, first: number): number {
    const { messages } = this.#options!;
    const count = Math.min(group.size, messages.length - first);
    const isShorter = count < group.messages.length || group.messages[group.gone - 1] !== undefined;
    group.messages.length = group.contexts.length = count;
    // Each says which it is.
    if (group.first !== first) group.contexts.fill(undefined);
    group.first = first;
    // Mostly nothing has changed, and thousands are asked in every frame.
    let values: unknown[] | undefined;
    let changed = 0;
    for (let place = count - 1; place >= group.gone; place--) {
      const message = messages[first + place]!;
      const context = this.#contextAt(first + place);
      if (message === group.messages[place] && context === group.contexts[place]) continue;
      if (++changed > STEP) break;
      group.messages[place] = message;
      group.contexts[place] = context;
      values ??= Array.from({ length: count }, () => noChange);
      values[place] = keyed(message.id, messageView(message, first + place + 1, context));
    }
    if (isShorter) values ??= Array.from({ length: count }, () => noChange);
    if (isShorter) values!.fill(nothing, 0, group.gone);
    group.messages.fill(undefined, 0, group.gone);
    if (values) render(values, group.element);
    return changed;
  }

  #contextAt(index: number): MessageContext {
    const { messages, copiedId, replyId } = this.#options!;
    const behind = messages.length - 1 - index;
    let context = (behind === 0 ? this.#last : behind < GROUP ? this.#recent : this.#earlier)!;
    if (context === this.#recent && messages[index]!.id === replyId) context = this.#reply!;
    if (!copiedId || messages[index]!.id !== copiedId) return context;
    return (this.#copied = sameOr(this.#copied, { ...context, copied: true }));
  }
}

function newGroup({ ownerDocument }: Element, size: number): Group {
  const element = ownerDocument.createElement('div');
  element.className = 'group';
  return { element, size, gone: 0, first: -1, messages: [], contexts: [] };
}

function sizeOf({ size, gone }: Group): number {
  return size - gone;
}

/** How many messages have come before those that there were, which still stand one behind the other. */
function earlierThan(before: readonly Message[], now: readonly Message[]): number {
  if (before[0]?.id === now[0]?.id) return 0;
  const count = now.findIndex(({ id }) => id === before[0]?.id);
  return count > 0 && now[count + before.length - 1]?.id === before.at(-1)?.id ? count : 0;
}

/** How many of the first messages are gone, as a window of the last hundred moves on. */
function goneFrom(before: readonly Message[], now: readonly Message[]): number {
  const count = before.findIndex(({ id }) => id === now[0]?.id);
  return count > 0 && now[before.length - 1 - count]?.id === before.at(-1)!.id ? count : 0;
}

/** Whether these are the messages of another conversation, and not of one that grows, at either end or at both. */
export function isAnother(before: readonly Message[], now: readonly Message[]): boolean {
  if (before.at(-1)?.id === now.at(-1)?.id) return false;
  if (before[0]?.id !== now[0]?.id) return earlierThan(before, now) + goneFrom(before, now) === 0;
  // All may begin with the same greeting.
  if (Math.min(before.length, now.length) < 3 || before[1]!.id === now[1]!.id) return false;
  const known = new Set(before.slice(1).map(({ id }) => id));
  return !now.slice(1).some(({ id }) => known.has(id));
}

export const messageList = directive(MessageListDirective);
