// Where random tests begin. The same on every change, so that a failure is one of the change; another one each time at night
// (runner/nightly.ts). A failing test prints it, and STREAM_CHAT_SEED brings it back.

export const SEED = globalThis.testPage?.seed ?? 20261121;

/** How long random tests go on beyond their first round, in milliseconds. */
export const SPENDS = 60_000 * (globalThis.testPage?.minutes ?? 0);

/** A seed of its own for each engine. */
export function seedOf(name: string): number {
  let seed = SEED;
  for (const char of name) seed = (Math.imul(seed, 31) + char.charCodeAt(0)) >>> 0;
  return seed;
}
