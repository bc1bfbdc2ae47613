/**
 * `POST /v1/chat/completions` as the OpenAI API has it, and where its answer comes from: a fault that was asked for, a
 * recording, a real endpoint, or (by default) the documentation.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError, sendApiError, sendJson } from './api-error.js';
import { arrivals } from './arrivals.js';
import { completionEvents, completionObject } from './completion-stream.js';
import { answerFromDocs } from './docs-answer.js';
import type { DocsSearch } from './docs-search.js';
import { sendStream } from './event-stream.js';
import { answerFault, statusFault } from './faults.js';
import { forward, type Upstream } from './forward.js';
import { play } from './play.js';
import type { Recordings } from './recordings.js';
import { readChatRequest } from './request-body.js';
import { requestUrl } from './request-url.js';

export interface ChatSources {
  docs: DocsSearch;
  recordings: Recordings;
  /** Where questions go instead of the documentation. */
  upstream?: Upstream;
}

/** Answers every request under `/v1/`; never rejects. */
export async function handleApi(
  request: IncomingMessage,
  response: ServerResponse,
  sources: ChatSources,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    await route(request, response, sources, gone.signal);
  } catch (error) {
    // Nobody is left to tell, and whatever was under way has stopped: that was the purpose.
    if (gone.signal.aborted) return;
    if (!response.headersSent && error instanceof ApiError) return sendApiError(response, error);
    console.error(error);
    if (response.headersSent) response.destroy();
    else sendApiError(response, new ApiError(500, 'The demo server failed; its console says why.'));
  }
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  sources: ChatSources,
  signal: AbortSignal,
): Promise<void> {
  const { pathname, query } = requestUrl(request);
  switch (pathname) {
    case '/v1/chat/completions':
      allowMethod(request, 'POST');
      return completeChat(request, response, query, sources, signal);
    case '/v1/models':
      allowMethod(request, 'GET');
      return sendJson(response, 200, JSON.stringify({ object: 'list', data: [model()] }));
    case '/v1/recordings':
      allowMethod(request, 'GET');
      return sendJson(response, 200, JSON.stringify({ data: await sources.recordings.names() }));
    default:
      throw new ApiError(404, `There is no ${pathname} here. Try POST /v1/chat/completions.`);
  }
}

async function completeChat(
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
  { docs, recordings, upstream }: ChatSources,
  signal: AbortSignal,
): Promise<void> {
  const chat = await readChatRequest(request);
  const timing = { pace: numberOf(query, 'pace', 1), seed: numberOf(query, 'seed', 1), signal };
  const status = query.get('status');
  if (status !== null) throw statusFault(status);
  const answer = query.get('answer');
  if (answer !== null) return answerFault(answer)(response, signal);

  const recording = query.get('recording');
  if (recording !== null) {
    const events = await recordings.open(recording, timing);
    if (!events) throw new ApiError(404, `No such recording. There are: ${(await recordings.names()).join(', ')}.`);
    return sendStream(response, events, signal);
  }

  if (upstream) {
    refuseForeignHost(request);
    const { body, ...head } = await forward(chat, upstream, signal);
    return sendStream(response, body, signal, head);
  }

  const text = answerFromDocs(chat.messages, docs);
  if (!chat.stream) return sendJson(response, 200, completionObject(text, chat));
  const pieces = arrivals(text, timing).map(({ text: piece, delay }) => ({ piece, delay }));
  return sendStream(response, completionEvents(play(pieces, timing), chat), signal);
}

function allowMethod(request: IncomingMessage, method: string): void {
  if (request.method === method) return;
  throw new ApiError(405, `Only ${method} is answered here, got ${request.method}.`, { Allow: method });
}

/**
 * With a key behind it, the server answers its own machine alone: a foreign name that resolves to this address (DNS
 * rebinding) would let another site spend it.
 */
function refuseForeignHost({ headers }: IncomingMessage): void {
  const { hostname } = new URL(`http://${headers.host ?? 'localhost'}`);
  if (['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return;
  throw new ApiError(403, 'This server forwards requests made to localhost only.');
}

function numberOf(query: URLSearchParams, name: string, fallback: number): number {
  const value = query.get(name);
  if (value === null) return fallback;
  const number = Number(value);
  if (value.trim() !== '' && Number.isFinite(number) && number >= 0) return number;
  throw new ApiError(400, `?${name}= takes a number that is not negative, got "${value}".`);
}

function model(): object {
  return { id: 'docs', object: 'model', created: 0, owned_by: 'stream-chat' };
}
