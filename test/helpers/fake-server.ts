// A chat with a server that gives the answers it was told, and with time, network and randomness in the test's hand.

import { expect } from 'chai';
import {
  createChat,
  messageText,
  type ChatOptions,
  type Delta,
  type Message,
  type RetryNotice,
} from '../../src/chat/index.js';
import { FakeConnectivity, ManualTimers, settle } from './manual-timers.js';
import { chunk, EVENT_STREAM, FedResponse, replyOf, sseEvent } from './responses.js';

export const ENDPOINT = 'https://api.example/v1/chat/completions';
export const HOUR = 3_600_000;

export interface Asked {
  url: string;
  method: string;
  headers: Headers;
  /** As sent: JSON text. */
  body: string | undefined;
  signal: AbortSignal;
}

export type Answer = (signal: AbortSignal) => Response | Promise<Response>;

/** A server that gives the answers it was told, one a request, and none where there is none left. */
export class FakeServer {
  readonly requests: Asked[] = [];
  readonly answers: Answer[] = [];

  readonly fetch: typeof fetch = async (input, init = {}) => {
    const { method = 'GET', headers, body, signal } = init;
    const asked = {
      url: input as string,
      method,
      headers: new Headers(headers),
      body: body as string,
      signal: signal!,
    };
    this.requests.push(asked);
    return (this.answers.shift() ?? silence)(asked.signal);
  };

  /** The texts that the last request carried. */
  get said(): string[] {
    const { messages } = JSON.parse(this.requests.at(-1)!.body!) as { messages: { content: string }[] };
    return messages.map(({ content }) => content);
  }
}

/** No headers ever come; as in a browser, an abort ends the wait. */
export const silence: Answer = (signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
export const refused: Answer = () => Promise.reject(new TypeError('Failed to fetch'));
export const streamed =
  (body: string, headers: HeadersInit = EVENT_STREAM): Answer =>
  () =>
    new Response(body, { headers });
export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  () =>
    new Response(code === 204 ? null : '{"error":{"message":"WORDS OF THE SERVER"}}', {
      status: code,
      headers: { 'content-type': 'application/json', ...headers },
    });
/** Says so much, and then breaks off. */
export const broken =
  (body: string): Answer =>
  () => {
    const fed = new FedResponse();
    if (body) fed.write(body);
    // Breaking it drops what nobody has taken yet.
    void fed.whenAwaited.then(settle).then(() => fed.fail());
    return fed.response;
  };
export const fine = streamed(replyOf('fine'));

export const say = (content: string) => sseEvent(chunk({ content }));
export const stop = sseEvent(chunk({}, 'stop'));
export const done = stop + sseEvent('[DONE]');

export function start(options: ChatOptions = {}) {
  const server = new FakeServer();
  const timers = new ManualTimers();
  const connectivity = new FakeConnectivity();
  const notices: RetryNotice[] = [];
  /** The deltas that end a reply. */
  const ends: Delta[] = [];
  const chat = createChat({
    endpoint: ENDPOINT,
    fetch: server.fetch,
    timers,
    connectivity,
    random: () => 0,
    onRetry: (notice) => void notices.push(notice),
    onDelta: (delta) => {
      if (delta.type === 'end' || delta.type === 'error') ends.push(delta);
    },
    ...options,
  });
  const text = () => messageText(chat.messages.at(-1)!);
  /** Sends, winds the time on through every wait, and gives what came of it. */
  const turn = async (reply: Promise<Message> = chat.send('Hi')): Promise<Message> => {
    const outcome: Message[] = [];
    void reply.then((message) => outcome.push(message));
    for (let turns = 0; outcome.length === 0 && turns < 500; turns++) {
      await timers.advance(chat.retry?.at === undefined ? 0 : chat.retry.at - timers.now());
      await settle();
    }
    expect(outcome, 'the reply is finished').to.have.length(1);
    expect(chat.readyState).to.equal('idle');
    expect(chat.snapshot()).not.to.have.property('retry');
    expect(timers.waiting, 'no timer is left').to.deep.equal([]);
    return outcome[0]!;
  };
  return { server, timers, connectivity, notices, ends, chat, text, turn };
}

export type Setup = ReturnType<typeof start>;

/** One end, or one error, whatever it took. */
export function expectOneEnd({ ends }: Setup, type: 'end' | 'error' = 'end'): void {
  expect(ends.map((delta) => delta.type)).to.deep.equal([type]);
}

export const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
