/**
 * What can go wrong, as values with a closed code. Words for people are the view's (elements/strings.ts);
 * `message` here speaks to developers and says what was expected and what came.
 */

/**
 * - `no-endpoint`: nothing says where to send
 * - `bad-option`: an attribute, property or argument that cannot be read
 * - `busy`: a reply is still under way
 * - `network`: no answer at all (refused, DNS, CORS, offline, blocked redirect)
 * - `timeout`: no first event in time; `stalled`: silence after it
 * - `unauthorized` (401, 403), `not-found` (404), `rate-limited` (429), `rejected` (other 4xx), `server` (5xx)
 * - `unexpected-content`: an answer that is no reply stream (HTML, foreign JSON)
 * - `empty`: a success without a single event
 * - `interrupted`: the stream ended before its format's own end
 * - `too-large`: one event beyond the bound
 * - `provider`: the endpoint reported an error inside a successful stream
 * - `not-loaded`: a file of this package that is loaded on demand did not come
 * - `internal`: a function the page supplied threw
 */
export type ErrorCode =
  | 'no-endpoint'
  | 'bad-option'
  | 'busy'
  | 'network'
  | 'timeout'
  | 'stalled'
  | 'unauthorized'
  | 'not-found'
  | 'rate-limited'
  | 'rejected'
  | 'server'
  | 'unexpected-content'
  | 'empty'
  | 'interrupted'
  | 'too-large'
  | 'provider'
  | 'not-loaded'
  | 'internal';

export interface ChatErrorInit {
  /** HTTP status, where an answer came. */
  status?: number;
  /** Seconds to wait, as the server asked (`Retry-After`). */
  retryAfter?: number;
  /** The limit that has passed, of `timeout` and `stalled`. */
  seconds?: number;
  /** What the server said of it, as plain text of at most 300 characters; of `not-loaded` the file's name. */
  detail?: string;
  cause?: unknown;
}

/** Every error of this package. Compare `code`, never `message`. */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly code: ErrorCode;
  readonly status?: number;
  readonly retryAfter?: number;
  readonly seconds?: number;
  readonly detail?: string;

  constructor(code: ErrorCode, message: string, init: ChatErrorInit = {}) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = code;
    if (init.status !== undefined) this.status = init.status;
    if (init.retryAfter !== undefined) this.retryAfter = init.retryAfter;
    if (init.seconds !== undefined) this.seconds = init.seconds;
    if (init.detail) this.detail = init.detail.slice(0, MAX_DETAIL);
  }

  /** A plain object for `JSON.stringify`: everything but the stack and the cause. */
  toJSON(): Pick<ChatError, 'code' | 'message' | 'status' | 'retryAfter' | 'seconds' | 'detail'> {
    const { code, message, status, retryAfter, seconds, detail } = this;
    return { code, message, status, retryAfter, seconds, detail };
  }
}

const MAX_DETAIL = 300;

/** Whether `error` is the rejection of an aborted operation, in any engine's words. */
export function isAbortError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';
}
