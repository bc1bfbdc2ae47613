/**
 * Every word the elements say, in one typed table: override any of it through the `strings` property.
 */
import { DEFAULT_MARKDOWN_STRINGS, present, type MarkdownStrings } from '../markdown/markdown-strings.js';
import { visibleText } from '../markdown/normalize-text.js';
import type { RetryNotice } from '../chat/index.js';
import type { ChatError, ErrorCode, MessageStatus, Role } from '../model/index.js';

export interface Strings {
  /** Name of the whole, where there is no `heading`. */
  chat: string;
  conversation: string;
  placeholder: string;
  inputLabel: string;
  send: string;
  stop: string;
  stopHint: string;
  copy: string;
  copied: string;
  copyFailed: string;
  regenerate: string;
  retry: string;
  /** The same button, while the service asks for patience. */
  retryIn: (seconds: number) => string;
  /** The button that asks for the rest of an answer. */
  continue: string;
  jumpToLatest: string;
  reasoning: string;
  reasoningUnderWay: string;
  sources: string;
  toolCall: (name: string) => string;
  /** Accessible name of a message: who speaks, and where it stands in the conversation. */
  messageName: (role: Role, position: number, total: number) => string;
  generating: string;
  /** While nothing comes for long. */
  slow: string;
  /** While the network is away. */
  offline: string;
  /** While another try is waited for: what went wrong, and when it is. */
  retrying: (problem: string, seconds: number) => string;
  /** A picture without a name. */
  image: string;
  /** A file without a name. */
  file: string;
  answerReady: (words: number) => string;
  answerStopped: string;
  emptyAnswer: string;
  /** What stands under a reply that ended otherwise than well. */
  ended: Readonly<Partial<Record<MessageStatus | 'length' | 'content-filter', string>>>;
  /** What the renderer adds to an answer: the buttons of code, the titles of alerts, the names of footnotes. */
  markdown: Readonly<Partial<MarkdownStrings>>;
  /** One plain sentence for each error; `{status}` is the server's, `{seconds}` the limit that passed. */
  errors: Readonly<Partial<Record<ErrorCode, string>>>;
}

export const defaultStrings: Strings & { readonly errors: Readonly<Record<ErrorCode, string>> } = {
  chat: 'Chat',
  conversation: 'Conversation',
  placeholder: 'Ask anything',
  inputLabel: 'Message',
  send: 'Send',
  stop: 'Stop generating',
  stopHint: 'Esc to stop',
  copy: 'Copy answer',
  copied: 'Copied',
  copyFailed: 'Copying was refused by the browser',
  regenerate: 'Regenerate',
  retry: 'Try again',
  retryIn: (seconds) => `Try again (in ${seconds} s)`,
  continue: 'Continue',
  jumpToLatest: 'Jump to latest',
  reasoning: 'Reasoning',
  reasoningUnderWay: 'Thinking…',
  sources: 'Sources',
  toolCall: (name) => `Tool call: ${name}`,
  messageName: (role, position, total) => `${role === 'user' ? 'You' : 'Assistant'}, ${position} of ${total}`,
  generating: 'Generating answer',
  slow: 'This takes longer than usual…',
  offline: 'There is no connection. The question goes out as soon as there is one again.',
  retrying: (problem, seconds) => `${problem} Trying again ${seconds > 0 ? `in ${seconds} s` : 'now'}…`,
  image: 'Picture',
  file: 'File',
  answerReady: (words) => `Answer ready, ${words} ${words === 1 ? 'word' : 'words'}`,
  answerStopped: 'Answer stopped',
  emptyAnswer: 'The answer was empty.',
  ended: {
    stopped: 'Stopped.',
    interrupted: 'The answer was interrupted.',
    length: 'The answer was cut off at its length limit.',
    'content-filter': 'The rest of the answer was withheld by a content filter.',
  },
  markdown: DEFAULT_MARKDOWN_STRINGS,
  errors: {
    'no-endpoint':
      'This chat is not connected to a server yet. Its page has to say where to send messages: endpoint="https://…".',
    'bad-option': 'This chat is set up in a way it cannot use, so nothing was sent. The browser’s console says more.',
    busy: 'An answer is still under way.',
    network: 'The service could not be reached. Check the connection and try again.',
    timeout: 'No answer came within {seconds} seconds.',
    stalled: 'Nothing more came for {seconds} seconds, so the answer is incomplete.',
    unauthorized: 'The service refused access (status {status}). You may have to sign in again.',
    'not-found': 'Nothing answers at the address of this chat (status {status}).',
    'rate-limited': 'The service is receiving too many questions (status {status}). Please wait a moment.',
    rejected: 'The service did not accept the question (status {status}).',
    server: 'The service has a problem of its own (status {status}). Please try again.',
    'unexpected-content': 'The service sent something that is not an answer (status {status}).',
    empty: 'The service sent no answer.',
    interrupted: 'The answer was interrupted. What had arrived is kept.',
    'too-large': 'The service sent more than can be read here. What had arrived is kept.',
    provider: 'The service reported a problem.',
    'not-loaded': 'A part of this chat could not be loaded. Check the connection and try again.',
    internal: 'Something on this page went wrong, so the answer could not be fetched.',
  },
};

const merged = new WeakMap<Partial<Strings>, Strings>();

/** With defaults for what is left out; the same object for the same one. */
export function mergeStrings(strings: Partial<Strings>): Strings {
  let all = merged.get(strings);
  if (!all) {
    const ended = { ...defaultStrings.ended, ...present(strings.ended) };
    const errors = { ...defaultStrings.errors, ...present(strings.errors) };
    merged.set(strings, (all = { ...defaultStrings, ...present(strings), ended, errors }));
  }
  return all;
}

/** The sentence for an error, with the figures that came with it, and what the server itself said. */
export function describeError(error: ChatError, strings: Strings): string {
  const sentence = (strings.errors[error.code] ?? strings.errors.internal ?? defaultStrings.errors.internal)
    .replace('{status}', String(error.status ?? 200))
    .replace('{seconds}', String(error.seconds ?? 0));
  return error.detail && SPEAKING.has(error.code) ? `${sentence} “${visibleText(error.detail)}”` : sentence;
}

/** What is waited for, and for how long. */
export function describeRetry(notice: RetryNotice, strings: Strings, secondsUntil: (time: number) => number): string {
  const { at, error } = notice;
  return at === undefined ? strings.offline : strings.retrying(describeError(error, strings), secondsUntil(at));
}

/** Codes whose detail is a sentence of the server's, or names what is missing. */
const SPEAKING: ReadonlySet<ErrorCode> = new Set([
  'unauthorized',
  'not-found',
  'rate-limited',
  'rejected',
  'server',
  'provider',
  'not-loaded',
]);
