/**
 * A request → the frames of its reply. Every way an HTTP answer can fail to be a stream becomes a `ChatError` here, so
 * that nothing behind it has to know about HTTP.
 */
import { ChatError, type ErrorCode, type StreamFrame } from '../model/index.js';
import { MAX_EVENT_LENGTH, SseParser } from './sse-parser.js';

/** A request as a protocol makes it and a page may change it before it is sent. */
export interface HttpRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string;
}

export interface SendOptions {
  signal: AbortSignal;
  /** Default: the global `fetch`. */
  fetch?: typeof fetch;
  /** As in fetch. Default `same-origin`. */
  credentials?: RequestCredentials;
}

/** Sends the request; resolves with a successful response, rejects with a `ChatError` or the abort. */
export async function sendRequest(request: HttpRequest, options: SendOptions): Promise<Response> {
  const { signal, fetch = globalThis.fetch, credentials = 'same-origin' } = options;
  const headers = readHeaders(request.headers);
  let response: Response;
  try {
    response = await fetch(request.url, {
      method: request.method,
      headers,
      body: request.body,
      signal,
      credentials,
      cache: 'no-store',
      redirect: mayCarrySecrets(headers) ? 'error' : 'follow',
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw new ChatError('network', `expected an answer from ${withoutQuery(request.url)}, got none`, { cause });
  }
  if (signal.aborted) {
    discard(response);
    throw signal.reason;
  }
  if (!response.ok) throw await statusError(response, signal);
  return response;
}

/** A redirect carries the page's own headers to whatever origin it names: then none is followed. */
function mayCarrySecrets(headers: Headers): boolean {
  return [...headers.keys()].some((name) => !PLAIN_HEADERS.has(name));
}

const PLAIN_HEADERS: ReadonlySet<string> = new Set(['accept', 'content-type']);

/** Told apart from a failing network, since fetch throws the same for both. */
function readHeaders(headers: Record<string, string>): Headers {
  const read = new Headers();
  try {
    // Not the constructor, which joins the values of names that differ in case: here the last one counts.
    for (const [name, value] of Object.entries(headers)) read.set(name, value);
    return read;
  } catch (cause) {
    // Not the values: they may be secrets.
    const names = Object.keys(headers).join(', ');
    throw new ChatError('bad-option', `expected valid header names and values, got something else among: ${names}`, {
      cause,
    });
  }
}

/**
 * The frames of a response, as they arrive. Throws a `ChatError` for an answer that is no reply, and whatever
 * the body's reader throws when the connection breaks. Leaving the loop early cancels the body.
 */
export async function* readFrames(
  response: Response,
  { signal, maxEventLength = MAX_EVENT_LENGTH }: { signal?: AbortSignal; maxEventLength?: number } = {},
): AsyncGenerator<StreamFrame> {
  if (!response.ok) throw await statusError(response, signal);
  const type = mediaType(response);
  if (type === 'application/json' || type.endsWith('+json')) {
    yield* readWholeJson(response, maxEventLength, signal);
    return;
  }
  if (!response.body) throw new ChatError('empty', 'expected a stream of events, got an answer without a body');

  const parser = new SseParser(maxEventLength);
  // An explicit type is believed; without a useful one the first characters tell.
  let isStream = type === 'text/event-stream';
  let head = '';
  for await (const text of readText(response.body, signal)) {
    if (isStream) {
      yield* parser.push(text);
      continue;
    }
    head += text;
    const start = head.trimStart();
    if (!SSE_LINES.some((line) => start.startsWith(line))) {
      if (head.length <= MAX_HEAD && SSE_LINES.some((line) => line.startsWith(start))) continue;
      throw unexpectedContent(response, type, head);
    }
    isStream = true;
    yield* parser.push(head);
  }
  if (!isStream && head.trim() !== '') throw unexpectedContent(response, type, head);
  yield* parser.end();
}

/** How a line begins that only an event stream begins with: a comment, or one of its four fields. */
const SSE_LINES = [':', 'data:', 'event:', 'id:', 'retry:'];

async function* readWholeJson(response: Response, max: number, signal?: AbortSignal): AsyncGenerator<StreamFrame> {
  let data = '';
  for await (const text of readText(response.body, signal)) {
    data += text;
    if (data.length > max) throw new ChatError('too-large', `expected JSON of at most ${max} characters, got more`);
  }
  if (data.trim() !== '') yield { data };
}

/**
 * The body as decoded text. However the loop ends, the reader is released and an unfinished body cancelled; an abort is
 * seen at once, also where the body itself knows nothing of the signal.
 */
async function* readText(body: ReadableStream<Uint8Array> | null, signal?: AbortSignal): AsyncGenerator<string> {
  if (!body) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  // A body that has already failed rejects once more with the failure that the loop has thrown.
  const cancel = () => void reader.cancel(signal?.reason).catch(ignoreSecondFailure);
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel);
  let finished = false;
  try {
    while (!finished) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      finished = done;
      const text = done ? decoder.decode() : decoder.decode(value, { stream: true });
      if (text) yield text;
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    if (!finished) cancel();
    reader.releaseLock();
  }
}

function ignoreSecondFailure(): void {}

async function statusError(response: Response, signal?: AbortSignal): Promise<ChatError> {
  const { status } = response;
  const type = mediaType(response);
  // A page of HTML says nothing to a person; a server's JSON or plain text often names the cause.
  if (type === 'text/html') discard(response);
  const body = type === 'text/html' ? '' : await readHead(response, signal);
  const code = STATUS_CODES[status] ?? (status < 500 ? 'rejected' : 'server');
  return new ChatError(code, `expected a reply from ${withoutQuery(response.url)}, got status ${status}`, {
    status,
    retryAfter: parseRetryAfter(response.headers.get('retry-after'), Date.now()),
    detail: errorDetail(body, type),
  });
}

const STATUS_CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthorized',
  403: 'unauthorized',
  404: 'not-found',
  429: 'rate-limited',
};

/** What an error body says, in the shapes servers use: `{error: {message}}`, `{error}`, `{message}`, `{detail}`, text. */
export function errorDetail(body: string, type: string): string {
  const trimmed = body.trim();
  if (trimmed.startsWith('{')) {
    try {
      const value: unknown = JSON.parse(trimmed);
      for (const path of [['error', 'message'], ['error'], ['message'], ['detail']]) {
        const found = path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), value);
        if (typeof found === 'string') return found;
      }
      return '';
    } catch (error) {
      // Torn or no JSON after all: an error body is only ever shown as text, so it is not worth a second error.
      if (!(error instanceof SyntaxError)) throw error;
      return '';
    }
  }
  return type === 'text/plain' ? trimmed : '';
}

/** `Retry-After` in seconds: a number, or an HTTP date (RFC 9110 §10.2.3). Undefined where it is neither. */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (!value) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value);
  // Engines read dates into almost anything ("-5", "soon 5"), so it has to look like one first.
  const date = HTTP_DATE.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

const HTTP_DATE = /^\s*[a-z]{3,9}, .*\d\d:\d\d:\d\d GMT\s*$/i;

async function readHead(response: Response, signal?: AbortSignal): Promise<string> {
  let head = '';
  try {
    for await (const text of readText(response.body, signal)) {
      head += text;
      if (head.length > MAX_HEAD) break;
    }
  } catch {
    // The status is the news; a body that breaks off takes nothing from it. An abort is passed on.
    signal?.throwIfAborted();
  }
  return head;
}

const MAX_HEAD = 4096;

/** Lets go of a body that nobody will read, and with it of the connection. */
function discard(response: Response): void {
  void response.body?.cancel().catch(ignoreSecondFailure);
}

function unexpectedContent(response: Response, type: string, head: string): ChatError {
  return new ChatError(
    'unexpected-content',
    `expected text/event-stream or JSON from ${withoutQuery(response.url)}, got ${type || 'no content type'}: ${head.slice(0, 80)}`,
    { status: response.status, detail: type },
  );
}

function mediaType(response: Response): string {
  return (response.headers.get('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

/** Query strings may carry tokens, and messages end up in logs. */
function withoutQuery(url: string): string {
  return url.split('?', 1)[0] || 'the endpoint';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
