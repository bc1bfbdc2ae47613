/**
 * What is said of a turn, and to whom: events to the page, a few words to screen readers, and what the page's author has
 * to see to, once, in the console.
 */
import type { ErrorCode, Message } from '../../model/index.js';
import { ChatError } from '../../model/index.js';
import { ChatErrorEvent, ChatMessageEvent } from '../events.js';
import { describeError, type Strings } from '../strings.js';
import { endingOf, shownNames, shownText } from '../views/message-view.js';
import type { Announcer } from './announcer.js';

/** What the element says of itself (stream-chat.ts). */
interface Host extends EventTarget {
  readonly announce: 'turns' | 'none';
  readonly reasoning: 'collapsed' | 'open' | 'hidden';
}

/** What the page's author has to see to: in the console, too. */
const FOR_AUTHORS: ReadonlySet<ErrorCode> = new Set(['internal', 'bad-option', 'not-loaded']);

export class TurnReports {
  readonly #host: Host;
  readonly #announcer: Announcer;
  readonly #strings: () => Strings;
  readonly #logged = new Set<string>();

  constructor(host: Host, announcer: Announcer, strings: () => Strings) {
    this.#host = host;
    this.#announcer = announcer;
    this.#strings = strings;
  }

  /** `question`: the message that the turn began with, if it is a new one. */
  begins(question: Message | undefined): void {
    this.#say(this.#strings().generating);
    if (question?.role === 'user') this.#host.dispatchEvent(new ChatMessageEvent('message', question));
  }

  /** `words`: what is shown to a reader who waits. */
  waits(words: string): void {
    this.#say(words);
  }

  ends(reply: Message): void {
    const strings = this.#strings();
    const { status, error } = reply;
    if (error) {
      this.#announcer.alert(describeError(error, strings));
      if (FOR_AUTHORS.has(error.code)) console.error(error);
      this.#host.dispatchEvent(new ChatErrorEvent(error));
    } else if (status === 'stopped') {
      this.#say(strings.answerStopped);
      this.#host.dispatchEvent(new ChatMessageEvent('abort', reply));
    } else {
      this.#sayReady(reply);
      this.#host.dispatchEvent(new ChatMessageEvent('message', reply));
    }
    this.#host.dispatchEvent(new ChatMessageEvent('responseend', reply));
  }

  /** A message of another's has come, in no turn. */
  comes(message: Message): void {
    if (message.role === 'assistant') this.#sayReady(message);
  }

  /** An error before anything was sent. */
  problem(error: ChatError): void {
    this.#announcer.alert(describeError(error, this.#strings()));
    this.#once(error.message, (text) => console.error(text));
    this.#host.dispatchEvent(new ChatErrorEvent(error));
  }

  readonly warn = (message: string): void => this.#once(message, (text) => console.warn(text));

  #sayReady(reply: Message): void {
    // Words are counted only where they are told.
    if (this.#host.announce === 'none') return;
    const strings = this.#strings();
    const words = countWords(shownText(reply));
    const said = words > 0 ? strings.answerReady(words) : shownNames(reply, strings);
    this.#announcer.say(
      endingOf(reply, { strings, reasoning: this.#host.reasoning }) ?? (said || strings.answerReady(0)),
    );
  }

  #say(text: string): void {
    if (this.#host.announce !== 'none') this.#announcer.say(text);
  }

  #once(message: string, log: (text: string) => void): void {
    if (this.#logged.has(message)) return;
    this.#logged.add(message);
    log(`<stream-chat>: ${message}`);
  }
}

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Where words have no spaces between them, as the language's dictionary divides it. */
function countWords(text: string): number {
  if (!UNSPACED.test(text)) return text.match(/\S+/g)?.length ?? 0;
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
  let count = 0;
  // Engines copy the text for each segment, so it is given in small pieces.
  for (const [piece] of text.matchAll(/[^\n。！？]{1,500}/g)) {
    for (const { isWordLike } of segmenter.segment(piece)) count += Number(isWordLike);
  }
  return count;
}
