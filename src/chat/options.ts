/** What a page can set of a chat. */
import type { ChatError, Delta, Message } from '../model/index.js';
import type { Protocol, ProtocolRequest } from '../protocols/index.js';
import type { Connectivity, TimeLimits, Timers } from '../transport/index.js';

/** Request headers, or a function asked for them before each request: the place for short-lived tokens. */
export type HeadersSource = Record<string, string> | (() => Record<string, string> | Promise<Record<string, string>>);

/** A try that is about to be repeated. */
export interface RetryNotice {
  /** The try that failed, from 1. */
  attempt: number;
  /** Why it did. */
  error: ChatError;
  /** When the next begins, in milliseconds since the epoch. Absent: when the network is there again. */
  at?: number;
}

/** What one question and its reply need. */
export interface ExchangeOptions extends TimeLimits {
  /**
   * Where to send: an absolute URL (`http:`, `https:`, `ws:`, `wss:`), or in a page one relative to it. `{message}` in it
   * is replaced by the URL-encoded text of the question.
   */
  endpoint?: string | URL;
  /**
   * The wire format of the request: a name, or a format of your own. Default `auto`: told by the endpoint, else OpenAI
   * Chat Completions. The reply is told by what comes, whatever was asked for.
   */
  protocol?: string | Protocol;
  /** Under the protocol `message`, and under `get`: the key of the text. Default `message`. */
  messageKey?: string;
  model?: string;
  /** The system prompt. */
  system?: string;
  /** Merged into the request body: `temperature`, `max_tokens`… */
  params?: Record<string, unknown>;
  /** A function is asked before each request, and once more after a 401. */
  headers?: HeadersSource;
  /** `get` serves EventSource-style back ends: no body, the question in the query. Default `post`. */
  method?: 'post' | 'get';
  /** As in fetch. Default `same-origin`. */
  credentials?: 'same-origin' | 'omit' | 'include';
  /** Tries after the first, while nothing has arrived or where the server gave event ids to go on from. Default 2. */
  retry?: number;
  /** Default: the global `fetch`. */
  fetch?: typeof fetch;
  /** Default: the global `WebSocket`. */
  webSocket?: typeof WebSocket;
  /** The time. Default: the system's. */
  timers?: Timers;
  /** In [0, 1): spreads the tries of many clients. Default `Math.random`. */
  random?: () => number;
  /** Whether there is a network. Default: as the browser says. */
  connectivity?: Connectivity;
  /** Sees each request before it is sent, and may change it; `false` calls it off. */
  onRequest?: (request: ProtocolRequest) => boolean | void;
  /** Sees a successful response before its body is read. */
  onResponse?: (response: Response) => void;
}

/** Read anew for every request, so they may change between turns. */
export interface ChatOptions extends ExchangeOptions {
  /** How many earlier messages travel with a question. Default `all`. */
  history?: 'all' | 'none' | number;
  /** Sees every delta with the message it made. */
  onDelta?: (delta: Delta, message: Message) => void;
  /** Sees why another try is made, and when. */
  onRetry?: (notice: RetryNotice) => void;
  /** Sees each answer once, when nothing more is added to it: complete, stopped or failed. */
  onEnd?: (message: Message) => void;
}
