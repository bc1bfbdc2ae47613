/** A request → a successful response, by fetch; whatever else comes of it is a `ChatError`. */
import { ChatError } from '../model/index.js';
import { discard, withoutQuery } from './read-text.js';
import type { ReplyTimer } from './reply-timer.js';
import { statusError } from './status-error.js';

/** A request as a protocol makes it and a page may change it before it is sent. */
export interface HttpRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  /** Absent: none is sent. */
  body?: string | undefined;
}

export interface SendOptions {
  signal: AbortSignal;
  /** Default: the global `fetch`. */
  fetch?: typeof fetch;
  /** As in fetch. Default `same-origin`. */
  credentials?: 'same-origin' | 'omit' | 'include';
  /** Ends the wait for an answer that does not come. Default: no limit. */
  timer?: ReplyTimer;
}

/** Sends the request; resolves with a successful response, rejects with a `ChatError` or the abort. */
export async function sendRequest(request: HttpRequest, options: SendOptions): Promise<Response> {
  const { signal, fetch = globalThis.fetch, credentials = 'same-origin', timer } = options;
  const headers = readHeaders(request.headers);
  // Of its own, so that a request that takes too long is taken back; the caller's goes through it all the while.
  const lapsed = new AbortController();
  let response: Response;
  try {
    const answer = fetch(request.url, {
      method: request.method,
      headers,
      body: request.body,
      signal: timer ? AbortSignal.any([signal, lapsed.signal]) : signal,
      credentials,
      cache: 'no-store',
      redirect: mayCarrySecrets(headers) ? 'error' : 'follow',
    });
    response = await (timer ? timer.wait(answer) : answer);
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof ChatError) {
      lapsed.abort(cause);
      throw cause;
    }
    // A network that fails is a TypeError in every engine; anything else was thrown by a fetch of the page's own.
    if (!(cause instanceof TypeError) && !(cause instanceof DOMException)) throw cause;
    throw new ChatError('network', `expected an answer from ${withoutQuery(request.url)}, got none`, { cause });
  }
  if (signal.aborted) {
    discard(response);
    throw signal.reason;
  }
  if (!response.ok) {
    const error = await statusError(response, signal, timer);
    // Its body may have no end; cancelling that is not enough in Firefox (see `closing` in chat/exchange.ts).
    lapsed.abort(error);
    throw error;
  }
  return response;
}

/** A redirect carries the page's own headers to whatever origin it names: then none is followed. */
function mayCarrySecrets(headers: Headers): boolean {
  return [...headers.keys()].some((name) => !PLAIN_HEADERS.has(name));
}

/** What the formats send by themselves. */
const PLAIN_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'content-type',
  'last-event-id',
  'prefer',
  'anthropic-version',
  'anthropic-dangerous-direct-browser-access',
]);

/** Of an object, or of what has entries, as `Headers` does. */
export function headerEntries(headers: object): [name: string, value: string | number | null | undefined][] {
  return Symbol.iterator in headers ? [...(headers as Iterable<[string, string]>)] : Object.entries(headers);
}

/** Told apart from a failing network, since fetch throws the same for both. */
function readHeaders(headers: Record<string, string>): Headers {
  const read = new Headers();
  try {
    // Not the constructor, which joins the values of names that differ in case: here the last one counts.
    for (const [name, value] of headerEntries(headers)) read.set(name, value as string);
    return read;
  } catch (cause) {
    // Not the values: they may be secrets.
    const names = headerEntries(headers)
      .map(([name]) => name)
      .join(', ');
    throw new ChatError('bad-option', `expected valid header names and values, got something else among: ${names}`, {
      cause,
    });
  }
}
