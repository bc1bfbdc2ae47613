/** A response that is no success → the error it stands for, with what the server said of it. */
import { ChatError, type ErrorCode } from '../model/index.js';
import { discard, MAX_HEAD, mediaType, readText, withoutQuery } from './read-text.js';
import type { ReplyTimer } from './reply-timer.js';

/** `timer`: of the reply; what an error says is waited for less long. */
export async function statusError(response: Response, signal?: AbortSignal, timer?: ReplyTimer): Promise<ChatError> {
  const { status } = response;
  const type = mediaType(response.headers);
  // A page of HTML says nothing to a person; a server's JSON or plain text often names the cause.
  if (type === 'text/html') discard(response);
  const body = type === 'text/html' ? '' : await readHead(response, signal, timer?.brief());
  const code = STATUS_CODES[status] ?? (status < 500 ? 'rejected' : 'server');
  return new ChatError(code, `expected a reply from ${withoutQuery(response.url)}, got status ${status}`, {
    status,
    retryAfter: readRetryAfter(response.headers),
    detail: errorDetail(body, type),
  });
}

const STATUS_CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthorized',
  403: 'unauthorized',
  404: 'not-found',
  429: 'rate-limited',
};

/**
 * What an error body says, in the shapes servers use: `{error: {message}}`, `{error}`, `{message}`, `{detail}`, a list
 * of one of these (Gemini's array, FastAPI's `detail`), or text.
 */
export function errorDetail(body: string, type: string): string {
  const trimmed = body.trim();
  if (!/^[[{]/.test(trimmed)) return type === 'text/plain' ? trimmed : '';
  try {
    return findSentence(JSON.parse(trimmed)) ?? '';
  } catch (error) {
    // Torn or no JSON after all: an error body is only ever shown as text, so it is not worth a second error.
    if (!(error instanceof SyntaxError)) throw error;
    const [, sentence] = SENTENCE.exec(trimmed) ?? [];
    return sentence ? (JSON.parse(sentence) as string) : '';
  }
}

/** What a body says that is too long to be read to its end (FastAPI's tells all that was sent to it). */
const SENTENCE = /"(?:message|detail|msg)"\s*:\s*("(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))+")/;

/** The first sentence of a value, down to where servers put it and no deeper. */
function findSentence(value: unknown, depth = 3): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || depth === 0) return undefined;
  if (Array.isArray(value)) return findSentence(value[0], depth);
  for (const key of ['error', 'errors', 'message', 'detail', 'msg']) {
    const found = Object.hasOwn(value, key)
      ? findSentence((value as Record<string, unknown>)[key], depth - 1)
      : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A day: what is more is a mistake. Seconds. */
const MAX_PATIENCE = 86_400;

/** OpenAI and Azure say it in milliseconds, too. */
function readRetryAfter(headers: Headers): number | undefined {
  const milliseconds = parseRetryAfter(headers.get('retry-after-ms'), 0);
  const seconds =
    milliseconds === undefined ? parseRetryAfter(headers.get('retry-after'), Date.now()) : milliseconds / 1000;
  return seconds === undefined ? undefined : Math.min(seconds, MAX_PATIENCE);
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

async function readHead(response: Response, signal?: AbortSignal, timer?: ReplyTimer): Promise<string> {
  let head = '';
  try {
    for await (const text of readText(response.body, signal, timer)) {
      head += text;
      if (head.length > MAX_HEAD) break;
    }
  } catch {
    // The status is the news; a body that breaks off, or does not end, takes nothing from it. An abort is passed on.
    signal?.throwIfAborted();
  }
  return head;
}
