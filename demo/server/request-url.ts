/** The parts of a request's address. Not `new URL`, which throws on what anybody may send, `//` for one. */

import type { IncomingMessage } from 'node:http';

export function requestUrl({ url = '/' }: IncomingMessage): { pathname: string; query: URLSearchParams } {
  const mark = url.indexOf('?');
  if (mark < 0) return { pathname: url, query: new URLSearchParams() };
  return { pathname: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) };
}
