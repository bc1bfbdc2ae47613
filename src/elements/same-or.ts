/** What has not changed keeps its identity, so that those who compare by it have nothing to do. */

/** `before` where each member of `now` is the same in it, else `now`. */
export function sameOr<T extends object>(before: T | undefined, now: T): T {
  if (!before) return now;
  for (const key in now) if (before[key] !== now[key]) return now;
  return before;
}
