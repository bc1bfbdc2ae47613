/**
 * When to try again by itself, and how long to wait before (pure; the loop is chat/'s, which knows whether anything has
 * arrived). What most clients of these APIs do: 0.5 · 2ⁿ seconds up to 8, a quarter of it at random, so that those who
 * failed together do not come back together.
 */
import type { ChatError } from '../model/index.js';

/** Statuses that may be gone in a moment: time-out, conflict, too early, too many, and the server's own troubles. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 425, 429]);
/** Troubles that stay: not implemented, another HTTP version. */
const LASTING: ReadonlySet<number> = new Set([501, 505]);

/** A server that asks for more patience than this is asked again by the reader, not by a timer. Seconds. */
export const MAX_WAIT = 60;

/**
 * Milliseconds to wait before try `attempt` + 1, or undefined where another try would not help or is not ours to make.
 *
 * @param attempt tries made so far, from 1
 * @param random in [0, 1)
 */
export function retryDelay(error: ChatError, attempt: number, random: number): number | undefined {
  const { code, status, retryAfter } = error;
  // Nothing arrived, or the connection broke before anything did.
  const mayPass = code === 'network' || code === 'interrupted' || mayPassBy(status);
  if (!mayPass) return undefined;
  if (retryAfter !== undefined) return retryAfter <= MAX_WAIT ? retryAfter * 1000 : undefined;
  return Math.min(8000, 500 * 2 ** (attempt - 1)) * (1 - random / 4);
}

/** Providers name codes of their own where a status is looked for. */
function mayPassBy(status = 0): boolean {
  return PASSING.has(status) || (status >= 500 && status < 600 && !LASTING.has(status));
}
