/**
 * How much of what waits is shown in one frame. A share of the backlog that grows with the time passed: the flow
 * follows the arrival rate with a bounded lag, bursts are spread, and no rate has to be guessed.
 */

/** Milliseconds in which about two thirds of a burst have been shown while more may come. */
export const STREAMING_LAG_MS = 120;
/** The same once the reply has ended: eight times this, and nothing of two kilobytes waits any more. */
export const DRAINING_LAG_MS = 35;

/**
 * @param backlog characters that have arrived and are not shown
 * @param elapsed milliseconds since the last frame
 * @param ended whether the reply is complete
 * @returns characters to show now, at least one where any wait
 */
export function revealCount(backlog: number, elapsed: number, ended: boolean): number {
  const share = 1 - Math.exp(-elapsed / (ended ? DRAINING_LAG_MS : STREAMING_LAG_MS));
  return Math.min(backlog, Math.max(1, Math.ceil(backlog * share)));
}
