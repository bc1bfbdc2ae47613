/**
 * One question to an endpoint and its reply, with all the tries that takes: while nothing has arrived the request is
 * repeated by itself; afterwards never, for an answer costs its asker money, unless the server gave ids to go on from.
 */
import { describeValue } from '../conversation/index.js';
import { ChatError, messageText, type Delta, type Message, type StreamFrame } from '../model/index.js';
import { findProtocol, protocolForEndpoint } from '../protocols/detect.js';
import type { Protocol, ProtocolRequest } from '../protocols/index.js';
import {
  browserConnectivity,
  headerEntries,
  MAX_WAIT,
  openSocket,
  readFrames,
  ReplyTimer,
  retryDelay,
  sendRequest,
  sleep,
  systemTimers,
} from '../transport/index.js';
import type { ExchangeOptions, RetryNotice } from './options.js';
import { decodeFrames } from './reply.js';

export interface ExchangeHooks {
  signal: AbortSignal;
  /** The id of the answer that is asked for again. */
  regenerates?: string | undefined;
  /** A listener does not want the request to be sent: aborts the signal. */
  onCalledOff: () => void;
  /** The endpoint has answered; nothing readable has come. */
  onAnswer: () => void;
  /** Another try is about to be waited for. */
  onRetry: (notice: RetryNotice) => void;
  /** The wait is over. */
  onTry: () => void;
}

/**
 * The deltas of the reply. Whatever goes wrong is the last of them.
 *
 * @throws the signal's reason when aborted
 */
export async function* exchange(
  messages: readonly Message[],
  options: ExchangeOptions,
  hooks: ExchangeHooks,
): AsyncGenerator<Delta> {
  const { signal } = hooks;
  const { timers = systemTimers, random = Math.random, connectivity = browserConnectivity } = options;
  let mayAskHeaders = typeof options.headers === 'function';
  const retry = Number.isFinite(options.retry) ? options.retry! : 2;
  let tries = 1;

  /** Waits as long as another try should; false where none should be made. */
  const mayTryAgain = async (error: ChatError): Promise<boolean> => {
    if (error.status === 401 && mayAskHeaders) {
      mayAskHeaders = false;
      return true;
    }
    if (tries > retry) return false;
    if (error.code === 'network' && connectivity.isOffline()) {
      hooks.onRetry({ attempt: tries, error });
      await connectivity.whenOnline(signal);
      hooks.onTry();
      return true;
    }
    const delay = retryDelay(error, tries, random());
    if (delay === undefined) return false;
    hooks.onRetry({ attempt: tries, error, at: timers.now() + delay });
    await sleep(delay, signal, timers);
    hooks.onTry();
    tries++;
    return true;
  };

  for (;;) {
    const failure = yield* tryOnce(messages, options, hooks, mayTryAgain);
    if (!failure) return;
    if (await mayTryAgain(failure)) continue;
    yield { type: 'error', error: failure };
    return;
  }
}

/** Loads the format that such a question is asked in, where it has to be loaded. */
export async function prepare(options: ExchangeOptions): Promise<void> {
  await readProtocol(options);
}

/** One try; returns what went wrong before anything arrived. */
async function* tryOnce(
  messages: readonly Message[],
  options: ExchangeOptions,
  hooks: ExchangeHooks,
  mayTryAgain: (error: ChatError) => Promise<boolean>,
): AsyncGenerator<Delta, ChatError | undefined> {
  const { signal } = hooks;
  const timer = new ReplyTimer(options, options.timers);
  let expected: Protocol;
  let connection: Connection;
  try {
    expected = await readProtocol(options);
    connection = await connect(messages, options, expected, hooks, timer);
  } catch (error) {
    signal.throwIfAborted();
    // What is no error of ours was thrown by something that the page supplied.
    if (!(error instanceof ChatError)) throw error;
    return error;
  }
  /** Goes on where the connection was lost. */
  const resume = async (
    lastEventId: string,
    error: ChatError,
    wait: number | undefined,
  ): Promise<AsyncIterable<StreamFrame> | undefined> => {
    for (let failure = error; await mayTryAgain(asLost(failure, wait));) {
      try {
        const { frames } = await connect(messages, options, expected, hooks, timer, lastEventId);
        return frames;
      } catch (again) {
        signal.throwIfAborted();
        if (!(again instanceof ChatError)) throw again;
        failure = again;
      }
    }
    return undefined;
  };
  const { frames, headers } = connection;
  /** The count of a try, which may turn out to be worth another. */
  let counts: Delta | undefined;
  let arrived = false;
  for await (const delta of decodeFrames(frames, headers, { expected, signal, timer, resume })) {
    if (!arrived && delta.type === 'error' && retryDelay(delta.error, 1, 0) !== undefined) return delta.error;
    if (delta.type === 'metadata' && delta.metrics) counts = delta;
    else {
      if (delta.type !== 'metadata' && delta.type !== 'usage') arrived = true;
      if (counts) yield counts;
      counts = undefined;
      yield delta;
    }
  }
  return undefined;
}

/** Silence is a lost connection, too; a status speaks for itself. `wait`: in milliseconds, as the stream asked. */
function asLost(error: ChatError, wait?: number): ChatError {
  if (error.status !== undefined || !LOSSES.has(error.code)) return error;
  const retryAfter = wait === undefined ? undefined : Math.min(wait / 1000, MAX_WAIT);
  return new ChatError('network', error.message, { retryAfter, cause: error });
}

/** What a lost connection looks like. */
const LOSSES: ReadonlySet<string> = new Set(['network', 'interrupted', 'stalled', 'timeout']);

interface Connection {
  frames: AsyncIterable<StreamFrame>;
  headers: Headers;
}

async function connect(
  messages: readonly Message[],
  options: ExchangeOptions,
  protocol: Protocol,
  hooks: ExchangeHooks,
  timer: ReplyTimer,
  lastEventId?: string,
): Promise<Connection> {
  const { signal } = hooks;
  const request = await createRequest(messages, options, protocol, hooks.regenerates);
  if (lastEventId !== undefined) request.headers['last-event-id'] = lastEventId;
  signal.throwIfAborted();
  if (options.onRequest?.(request) === false) {
    hooks.onCalledOff();
    signal.throwIfAborted();
  }
  const { url } = request as { url: string | URL };
  request.url = String(url);
  const body = request.body === undefined ? undefined : JSON.stringify(request.body, wellFormed);
  if (isSocket(request.url)) {
    const frames = await openSocket(request.url, body, { signal, timer, webSocket: options.webSocket });
    hooks.onAnswer();
    return { frames, headers: new Headers() };
  }
  const { fetch, credentials } = options;
  const connection = new AbortController();
  const either = AbortSignal.any([signal, connection.signal]);
  const response = await sendRequest({ ...request, body }, { signal: either, fetch, credentials, timer });
  // As with an EventSource: there is nothing more.
  if (lastEventId !== undefined && response.status === 204) throw new ChatError('empty', 'expected more, got 204');
  hooks.onAnswer();
  options.onResponse?.(response);
  return {
    frames: closing(readFrames(response, { signal, timer, isPlainText: protocol.name === 'text' }), connection),
    headers: response.headers,
  };
}

/**
 * Takes the request back where its answer is not read to the end. To cancel the body is not enough: Firefox tells the
 * server of that only when it writes again, and one that has fallen silent keeps one of the few connections.
 */
async function* closing(frames: AsyncIterable<StreamFrame>, connection: AbortController): AsyncGenerator<StreamFrame> {
  let ended = false;
  try {
    yield* frames;
    ended = true;
  } finally {
    if (!ended) connection.abort();
  }
}

async function createRequest(
  messages: readonly Message[],
  options: ExchangeOptions,
  protocol: Protocol,
  regenerates?: string,
): Promise<ProtocolRequest> {
  const { model, system, params, headers = {}, method = 'post', messageKey } = options;
  const endpoint = endpointOf(options);
  const request = protocol.request(messages, { endpoint, model, system, params, messageKey, regenerates });
  const own = readHeaders(typeof headers === 'function' ? await headers() : headers);
  if (isSocket(request.url) && Object.keys(own).length > 0) {
    throw new ChatError('bad-option', 'expected no headers for a WebSocket, which carries none, got some');
  }
  Object.assign(request.headers, own);
  const question = messages.findLast(({ role }) => role === 'user');
  addQuestion(request, question ? messageText(question) : '', method, messageKey);
  return request;
}

/** Half a character is none, cannot be encoded, and makes JSON that some servers refuse: of a reply cut in an emoji. */
function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\uFFFD') : value;
}

/** Puts the question where the address asks for it, or under `get` has no other place for it. */
function addQuestion(request: ProtocolRequest, text: string, method: string, messageKey = 'message'): void {
  const asked = request.url.includes('{message}');
  const encoded = encodeURIComponent(wellFormed('', text) as string);
  request.url = request.url.replaceAll('{message}', encoded);
  if (method !== 'get') return;
  request.method = 'GET';
  request.body = undefined;
  delete request.headers['content-type'];
  if (asked) return;
  const [address = '', fragment] = request.url.split('#', 2);
  const query = `${encodeURIComponent(messageKey)}=${encoded}`;
  request.url = `${address}${address.includes('?') ? '&' : '?'}${query}${fragment === undefined ? '' : `#${fragment}`}`;
}

function readProtocol(options: ExchangeOptions): Promise<Protocol> | Protocol {
  const { protocol = 'auto' } = options;
  if (typeof protocol !== 'string') return protocol;
  return protocol === 'auto' ? protocolForEndpoint(endpointOf(options)) : findProtocol(protocol);
}

function endpointOf({ endpoint = '' }: ExchangeOptions): string {
  return String(endpoint);
}

function isSocket(url: string): boolean {
  return /^wss?:/i.test(url);
}

/** An object, or what has its entries; a header without a value is none. */
function readHeaders(headers: unknown): Record<string, string> {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    throw new ChatError('bad-option', `expected headers to be an object, got ${describeValue(headers)}`);
  }
  const entries = headerEntries(headers);
  return Object.fromEntries(entries.flatMap(([name, value]) => (value == null ? [] : [[name, String(value)]])));
}
