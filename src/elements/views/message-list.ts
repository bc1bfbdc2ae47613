/**
 * Problem: to render ten thousand messages takes seconds, and a browser walks through all of them in every frame in which
 * one of them grows.
 * Choice: messages stand in groups that the browser lays out and paints by themselves (`.group` in styles/chat.ts). What
 * there is to render is rendered from the newest to the oldest, as much a frame as its time allows; a message for which
 * nothing has changed is not rendered again.
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
  /** Of the last message. */
  context: MessageContext;
  /** The message that was copied just now. */
  copiedId: string | undefined;
  clock?: FrameClock;
}

/** Measured: with so many a frame costs least, whether it is in them or among them that something grows. */
const GROUP = 50;
/** Messages are of a few kilobytes: more of them may take longer than all the time there is. */
const STEP = 4;
/** A question, and its answer. */
const MESSAGES_A_TURN = 2;
/** Milliseconds of the update in which messages came, and of each frame afterwards. */
const FIRST_MS = 40;
const FRAME_MS = 12;

interface Group {
  readonly element: HTMLElement;
  /** What is rendered, place by place. (Two lists, since that is the fastest to compare.) */
  readonly messages: (Message | undefined)[];
  readonly contexts: (MessageContext | undefined)[];
}

/** Needs no end: it asks for frames only while something is left to render. */
class MessageListDirective extends Directive {
  readonly #groups: Group[] = [];
  #options: MessageListOptions | undefined;
  /** Of the last message, of the others among the last `GROUP`, of those before them, and of the one that was copied. */
  #last: MessageContext | undefined;
  #recent: MessageContext | undefined;
  #earlier: MessageContext | undefined;
  #copied: MessageContext | undefined;
  #cancelFrame: (() => void) | undefined;

  render(_options: MessageListOptions): typeof nothing {
    return nothing;
  }

  override update({ element }: ElementPart, [options]: [MessageListOptions]): typeof nothing {
    const { messages, context } = options;
    // Nothing of another conversation stays until its turn to be rendered anew.
    if (isAnother(this.#options?.messages ?? [], messages)) this.#keepGroups(0);
    this.#options = options;
    // Nor does what a policy allows no longer.
    const isUrgent = this.#last && this.#last.policy !== context.policy;
    const late = context.total - (this.#earlier?.total ?? 0);
    const isTurn = context.busy && !context.disabled && late > 0 && late <= MESSAGES_A_TURN;
    this.#last = sameOr(this.#last, context);
    this.#recent = sameOr(this.#recent, { ...context, isLast: false, waiting: undefined, retrySeconds: 0 });
    this.#earlier = sameOr(this.#earlier, {
      ...this.#recent,
      total: context.total - (isTurn ? late : 0),
      busy: context.disabled,
    });
    const count = Math.ceil(messages.length / GROUP);
    this.#keepGroups(count);
    while (this.#groups.length < count) this.#groups.push(addGroup(element));
    this.#renderSlice(isUrgent ? Infinity : this.#cancelFrame ? FRAME_MS : FIRST_MS);
    return nothing;
  }

  #keepGroups(count: number): void {
    for (const group of this.#groups.splice(count)) group.element.remove();
  }

  #renderSlice(milliseconds: number): void {
    const { clock = browserClock } = this.#options!;
    this.#cancelFrame?.();
    this.#cancelFrame = undefined;
    const end = clock.now() + milliseconds;
    for (let at = this.#groups.length - 1; at >= 0; at--) {
      let changed;
      do {
        changed = this.#renderStep(this.#groups[at]!, at * GROUP);
        if (changed > 0 && clock.now() >= end) {
          this.#cancelFrame = clock.requestFrame(() => this.#renderSlice(FRAME_MS));
          return;
        }
      } while (changed > STEP);
    }
  }

  /** Renders a few messages of a group, the first of which is at `start`; more than `STEP` if there is more to render. */
  #renderStep(group: Group, start: number): number {
    const { messages } = this.#options!;
    const count = Math.min(GROUP, messages.length - start);
    const isShorter = count < group.messages.length;
    const values: unknown[] = Array.from({ length: count });
    group.messages.length = group.contexts.length = count;
    let changed = 0;
    for (let place = count - 1; place >= 0; place--) {
      const message = messages[start + place]!;
      const context = this.#contextAt(start + place);
      if (message === group.messages[place] && context === group.contexts[place]) continue;
      if (++changed > STEP) break;
      group.messages[place] = message;
      group.contexts[place] = context;
      values[place] = keyed(message.id, messageView(message, start + place + 1, context));
    }
    if (changed > 0 || isShorter) {
      render(
        values.map((value) => value ?? noChange),
        group.element,
      );
    }
    return changed;
  }

  #contextAt(index: number): MessageContext {
    const { messages, copiedId } = this.#options!;
    const behind = messages.length - 1 - index;
    const context = (behind === 0 ? this.#last : behind < GROUP ? this.#recent : this.#earlier)!;
    if (!copiedId || messages[index]!.id !== copiedId) return context;
    return (this.#copied = sameOr(this.#copied, { ...context, copied: true }));
  }
}

function addGroup(container: Element): Group {
  const element = container.ownerDocument.createElement('div');
  element.className = 'group';
  container.append(element);
  return { element, messages: [], contexts: [] };
}

/** Whether these are the messages of another conversation, and not of one that goes on, at either end. */
export function isAnother(before: readonly Message[], now: readonly Message[]): boolean {
  return before[0]?.id !== now[0]?.id && before.at(-1)?.id !== now.at(-1)?.id;
}

export const messageList = directive(MessageListDirective);
