/**
 * What has been read of a stream whose events have ids, so that a server asked to go on after one of them may repeat
 * itself without anything being shown twice. Servers number every event or only some; some begin with the last one again,
 * some from the start.
 */
import { ChatError, type StreamFrame } from '../model/index.js';

export class ReplayGuard {
  /** Milliseconds to wait before asking again, as the server said last. */
  retry: number | undefined;
  /** Every event, in short, in the order it came, under the id that it or the one before it carried; first under none. */
  readonly #read = new Map<string, string[]>([[NO_ID, []]]);
  /** The id, and how many of its events this connection has said. */
  #id = NO_ID;
  #place = 0;
  /** The id that the frames of this connection carry until another comes; none has yet. */
  #carried: string | undefined;
  /** Ids that come again by themselves, or that do not count up, number nothing. */
  #isNumbered = true;
  /** How many events are kept in short, until there are too many of them. */
  #kept = 0;
  /** Ids so far: one alone says nothing of how they go on. */
  #ids = 0;
  /** The first event, in short: one that comes again under a new number begins the reply anew. */
  #first: string | undefined;
  /** The reply's own id within the events, where all that had one had the same. */
  #reply: string | undefined | null;
  #phase: Phase = 'reading';

  /** The last id that an event carried; undefined where a server could not go on from it. */
  get lastEventId(): string | undefined {
    const says = this.#ids > 1 || /^\d+$/.test(this.#id);
    return this.#isNumbered && says && this.#id !== NO_ID ? this.#id : undefined;
  }

  /**
   * Whether the event has not been read before.
   *
   * @throws ChatError `interrupted` where another stood in its place: then this is not the rest of that reply
   */
  isNew(frame: StreamFrame): boolean {
    const { id, retry = this.retry } = frame;
    this.retry = retry;
    if (!this.#read.has(NO_ID)) return true;
    const event = inShort(frame);
    this.#checkReply(frame);
    if (id !== undefined && id !== this.#carried) {
      this.#carried = id;
      this.#enter(id, event);
    } else if (this.#phase === 'resumed' && this.#next !== event && this.#read.get(NO_ID)![0] === event) {
      this.#enter(NO_ID, event);
    }
    if (this.#phase === 'resumed') this.#phase = 'going on';
    this.#first ??= event;
    const known = this.#next;
    if (known === event && this.#phase !== 'reading') {
      this.#place++;
      return false;
    }
    if (known !== undefined && this.#phase === 'repeating') {
      this.#refuse();
    }
    const events = this.#read.get(this.#id)!;
    this.#place = events.push(event);
    if (++this.#kept >= (this.#ids > 0 ? MAX_KEPT : MAX_UNNUMBERED)) {
      this.#isNumbered = false;
      this.#read.clear();
    }
    return true;
  }

  /** Whether half of the event is missing, and the whole can be asked for. */
  isTorn({ unterminated, data }: StreamFrame): boolean {
    return unterminated === true && this.lastEventId !== undefined && TORN_JSON.test(data) && !isJson(data);
  }

  /** From here on events come that the server was asked for once more: those behind the last id. */
  resume(): void {
    this.#phase = 'resumed';
    this.#carried = undefined;
    this.#place = this.#id === NO_ID ? 0 : 1;
  }

  /** What this connection would say next if it said what is known. */
  get #next(): string | undefined {
    return this.#read.get(this.#id)![this.#place];
  }

  #enter(id: string, event: string): void {
    const isKnown = this.#read.has(id);
    const follows = this.#id === NO_ID ? numbersOf(id).length > 0 : countsUp(this.#id, id);
    if (!isKnown) {
      // A reply that begins anew, or one whose ids tell nothing, is not the rest of this one.
      const beginsAnew = this.#phase === 'resumed' && event === this.#first;
      if (this.#phase !== 'reading' && id !== NO_ID && (!follows || beginsAnew)) this.#refuse();
      this.#read.set(id, []);
      this.#ids++;
    }
    if (this.#phase === 'reading' && (isKnown || !follows)) this.#isNumbered = false;
    if (this.#phase !== 'reading') this.#phase = isKnown ? 'repeating' : 'going on';
    this.#id = id;
    this.#place = 0;
  }

  /** An event of another reply, as its own id says. */
  #checkReply({ data }: StreamFrame): void {
    const reply = REPLY_ID.exec(data)?.[1];
    if (reply === undefined || reply === this.#reply) return;
    if (this.#phase === 'reading') this.#reply = this.#reply === undefined ? reply : null;
    else if (this.#reply !== null) this.#refuse();
  }

  #refuse(): never {
    this.#isNumbered = false;
    throw new ChatError('interrupted', `expected the rest of the reply, got another behind the event "${this.#id}"`);
  }
}

/**
 * Of a connection: the first · asked to go on, with nothing read yet · saying what has been read · saying something else,
 * or what stood behind the id
 */
type Phase = 'reading' | 'resumed' | 'repeating' | 'going on';

/** A stream that has said so many events without an id numbers none. */
const MAX_UNNUMBERED = 100;

/** A reply of more events is not taken up again: an endless one must not fill the memory. */
const MAX_KEPT = 100_000;

/** No id is empty. */
const NO_ID = '';

/** Where providers say which reply an event is of. */
const REPLY_ID = /^\s*\{\s*"id"\s*:\s*"([^"]+)"/;

function numbersOf(id: string): string[] {
  return id.match(/\d+/g) ?? [];
}

/** Whether `next` is `id` with greater numbers in it, the first that differs counting (`1707756341:9`, `1707756342:0`). */
function countsUp(id: string, next: string): boolean {
  if (id.replace(/\d+/g, '#') !== next.replace(/\d+/g, '#')) return false;
  const before = numbersOf(id);
  const after = numbersOf(next);
  const at = before.findIndex((number, index) => number !== after[index]);
  return at >= 0 && Number(after[at]) > Number(before[at]);
}

/** How JSON begins and bare text does not. */
const TORN_JSON = /^\s*[{[]\s*(?:["{]|$)/;

function isJson(data: string): boolean {
  try {
    JSON.parse(data);
    return true;
  } catch {
    // Which is the answer.
    return false;
  }
}

/** Enough to tell two events apart, without keeping both. */
function inShort({ event = '', data }: StreamFrame): string {
  return `${event}\n${data.length}\n${data.slice(0, 64)}\n${data.slice(-64)}`;
}
