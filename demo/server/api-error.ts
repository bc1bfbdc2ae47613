/** Errors in the shape that clients of the OpenAI API read: `{"error": {"message", "type", "param", "code"}}`. */

import type { ServerResponse } from 'node:http';

/** Thrown anywhere while a request is handled; the endpoint turns it into an answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

const TYPES: Record<number, string> = {
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
};

export function errorBody(status: number, message: string): string {
  const type = TYPES[status] ?? (status >= 500 ? 'server_error' : 'invalid_request_error');
  return JSON.stringify({ error: { message, type, param: null, code: null } });
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  });
  response.end(body);
}

/** `body` words it as the wire format does that was asked in. */
export function sendApiError(
  response: ServerResponse,
  { status, message, headers }: ApiError,
  body: (status: number, message: string) => string = errorBody,
): void {
  sendJson(response, status, body(status, message), headers);
}
