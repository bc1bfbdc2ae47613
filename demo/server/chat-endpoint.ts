/**
 * The chat as four APIs have it, and where its answers come from: the documentation, and for `/v1/chat/completions` also
 * a fault that was asked for, a recording, or a real endpoint.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError, sendApiError, sendJson } from './api-error.js';
import { arrivals } from './arrivals.js';
import { completions } from './completion-stream.js';
import { answerFromDocs } from './docs-answer.js';
import type { DocsSearch } from './docs-search.js';
import { sendStream, STREAM_HEADERS } from './event-stream.js';
import { answerFault, statusFault } from './faults.js';
import { forward, type Upstream } from './forward.js';
import { messages } from './messages-stream.js';
import { ollama } from './ollama-stream.js';
import { play } from './play.js';
import type { Recordings } from './recordings.js';
import { readChatRequest, type ChatRequest } from './request-body.js';
import { requestUrl } from './request-url.js';
import { responses } from './responses-stream.js';
import type { WireFormat } from './wire-format.js';

export interface ChatSources {
  docs: DocsSearch;
  recordings: Recordings;
  /** Where questions go instead of the documentation. */
  upstream?: Upstream;
}

const FORMATS: ReadonlyMap<string, WireFormat> = new Map([
  ['/v1/chat/completions', completions],
  ['/v1/responses', responses],
  ['/v1/messages', messages],
  ['/api/chat', ollama],
]);

/** Whether `handleApi` is to answer. */
export function isApiPath(pathname: string): boolean {
  return pathname.startsWith('/v1/') || FORMATS.has(pathname);
}

/** Answers every request to the API; never rejects. */
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
    const errorBody = FORMATS.get(requestUrl(request).pathname)?.error;
    if (!response.headersSent && error instanceof ApiError) return sendApiError(response, error, errorBody);
    console.error(error);
    if (response.headersSent) response.destroy();
    else sendApiError(response, new ApiError(500, 'The demo server failed; its console says why.'), errorBody);
  }
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  sources: ChatSources,
  signal: AbortSignal,
): Promise<void> {
  const { pathname, query } = requestUrl(request);
  const format = FORMATS.get(pathname);
  if (format) {
    allowMethod(request, 'POST');
    return answer(request, response, query, format, sources, signal);
  }
  switch (pathname) {
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

/** So many times slower than it was recorded. */
const MAX_PACE = 1000;

type Timing = { pace: number; seed: number; signal: AbortSignal };

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
  format: WireFormat,
  sources: ChatSources,
  signal: AbortSignal,
): Promise<void> {
  const chat = await readChatRequest(request, format);
  const timing = { pace: numberOf(query, 'pace', 1, MAX_PACE), seed: numberOf(query, 'seed', 1), signal };
  const status = query.get('status');
  if (status !== null) throw statusFault(status);
  if (format === completions && (await answerOtherwise(request, response, query, chat, sources, timing))) return;

  const text = answerFromDocs(chat.messages, sources.docs);
  if (!chat.stream) return sendJson(response, 200, format.object(text, chat));
  const pieces = arrivals(text, timing).map(({ text: piece, delay }) => ({ piece, delay }));
  const headers = { ...STREAM_HEADERS, 'Content-Type': format.contentType };
  return sendStream(response, format.events(play(pieces, timing), chat), signal, { headers });
}

/** Answers that come ready in the format of Chat Completions; false where none was asked for. */
async function answerOtherwise(
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
  chat: ChatRequest,
  { recordings, upstream }: ChatSources,
  timing: Timing,
): Promise<boolean> {
  const { signal } = timing;
  const fault = query.get('answer');
  const recording = query.get('recording');
  if (fault !== null) await answerFault(fault)(response, signal);
  else if (recording !== null) {
    const events = await recordings.open(recording, timing);
    if (!events) throw new ApiError(404, `No such recording. There are: ${(await recordings.names()).join(', ')}.`);
    await sendStream(response, events, signal);
  } else if (upstream) {
    refuseForeignHost(request);
    const { body, ...head } = await forward(chat, upstream, signal);
    await sendStream(response, body, signal, head);
  } else return false;
  return true;
}

function allowMethod(request: IncomingMessage, method: string): void {
  if (request.method === method) return;
  throw new ApiError(405, `Only ${method} is answered here, got ${request.method}.`, { Allow: method });
}

/**
 * With a key behind it, the server answers its own machine alone: a foreign name that resolves to this address (DNS
 * rebinding) would let another site spend it, and a proxy in front of it anybody.
 */
function refuseForeignHost({ headers }: IncomingMessage): void {
  const address = `http://${headers.host ?? 'localhost'}`;
  const hostname = URL.canParse(address) ? new URL(address).hostname : '';
  const isForwarded = headers['x-forwarded-for'] !== undefined || headers['forwarded'] !== undefined;
  if (!isForwarded && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return;
  throw new ApiError(403, 'This server forwards requests made to localhost only.');
}

function numberOf(query: URLSearchParams, name: string, fallback: number, most = Infinity): number {
  const value = query.get(name);
  if (value === null) return fallback;
  const number = Number(value);
  if (value.trim() !== '' && Number.isFinite(number) && number >= 0 && number <= most) return number;
  const bounds = most === Infinity ? 'that is not negative' : `from 0 to ${most}`;
  throw new ApiError(400, `?${name}= takes a number ${bounds}, got "${value}".`);
}

function model(): object {
  return { id: 'docs', object: 'model', created: 0, owned_by: 'stream-chat' };
}
