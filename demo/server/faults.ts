/**
 * Answers that go wrong on request, for the page of errors and for tests: `?status=429` and its like, and `?answer=NAME`.
 */

import type { ServerResponse } from 'node:http';
import { ApiError } from './api-error.js';
import { sendStream } from './event-stream.js';

type Fault = (response: ServerResponse, signal: AbortSignal) => Promise<void>;

const SENTENCES: Record<number, string> = {
  400: 'This is what a rejected request looks like.',
  401: 'Incorrect API key provided.',
  403: 'You are not allowed to use this model.',
  404: 'The model does not exist.',
  429: 'Rate limit reached. Please try again later.',
  500: 'The server had an error while processing your request.',
  503: 'The engine is overloaded. Please try again later.',
};

/** Statuses with which servers say when to come back. */
const RETRY_LATER = new Set([429, 503]);

const FAULTS: Record<string, Fault> = {
  html: whole('text/html; charset=utf-8', '<!doctype html><title>Sign in</title><h1>Please sign in</h1>'),
  json: whole('application/json', '{"hello":"world"}'),
  empty: whole('text/event-stream; charset=utf-8', ''),
  malformed: events([
    chunk('One event in the middle of this reply '),
    'data: {"choices":[{"delta":\n\n',
    chunk('is broken.'),
    end(),
  ]),
  length: events([chunk('This reply reaches its length limit before it'), end('length')]),
  markup: events([
    chunk('Markup in an answer is shown or dropped, never run: <script>document.title = "script ran"</script> '),
    chunk(
      '<img src="x" onerror="document.title = \'handler ran\'"> [a link](javascript:document.title=1) <b>bold</b>.',
    ),
    end(),
  ]),
  async reset(response, signal) {
    await sendStream(response, cutOff(response), signal);
  },
};

export function statusFault(value: string): ApiError {
  const status = Number(value);
  if (!Number.isInteger(status) || status < 400 || status > 599) {
    return new ApiError(400, `?status= takes a number from 400 to 599, got "${value}".`);
  }
  const headers: Record<string, string> = RETRY_LATER.has(status) ? { 'Retry-After': '8' } : {};
  return new ApiError(status, SENTENCES[status] ?? `This is what status ${status} looks like.`, headers);
}

export function answerFault(name: string): Fault {
  const fault = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined;
  if (!fault) throw new ApiError(404, `?answer= takes one of: ${Object.keys(FAULTS).join(', ')}.`);
  return fault;
}

function whole(contentType: string, body: string): Fault {
  return async (response) => {
    response.writeHead(200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' });
    response.end(body);
  };
}

function events(list: string[]): Fault {
  return (response, signal) => sendStream(response, iterate(list), signal);
}

async function* iterate(list: string[]): AsyncGenerator<string> {
  yield* list;
}

/** Half a reply; then the connection is gone, without the end that its transfer encoding promises. */
async function* cutOff(response: ServerResponse): AsyncGenerator<string> {
  yield chunk('This reply is lost in the middle of a');
  // What was written has to be on its way before the socket goes.
  await new Promise((resolve) => setTimeout(resolve, 50));
  response.destroy();
}

function chunk(content: string): string {
  return `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content } }] })}\n\n`;
}

function end(reason = 'stop'): string {
  const last = { object: 'chat.completion.chunk', choices: [{ index: 0, delta: {}, finish_reason: reason }] };
  return `data: ${JSON.stringify(last)}\n\ndata: [DONE]\n\n`;
}
