/**
 * Passes a conversation on to a real endpoint. The key is added here and stays here: it is in no answer, and an error
 * of the endpoint is searched for it before it goes to the page.
 */

import { ApiError } from './api-error.js';
import type { ChatRequest } from './request-body.js';

export interface Upstream {
  /** Such as `https://api.openai.com/v1`. */
  baseUrl: string;
  apiKey: string;
  /** What `model="docs"`, the demo pages' own name, stands for there. */
  model: string;
}

export interface ForwardedReply {
  status: number;
  headers: Record<string, string>;
  body: AsyncIterable<Uint8Array>;
}

const PASSED_HEADERS = ['content-type', 'retry-after', 'x-request-id'];
const MAX_ERROR_CHARACTERS = 20_000;

export function upstreamFrom(env: Record<string, string | undefined>): Upstream | undefined {
  const { OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: apiKey, OPENAI_MODEL: model = 'gpt-4o-mini' } = env;
  return baseUrl && apiKey ? { baseUrl: baseUrl.replace(/\/+$/, ''), apiKey, model } : undefined;
}

export async function forward(request: ChatRequest, upstream: Upstream, signal: AbortSignal): Promise<ForwardedReply> {
  const { baseUrl, apiKey } = upstream;
  const model = request.model === 'docs' ? upstream.model : request.model;
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...request.body, model }),
    // A redirect would take the key to another address.
    redirect: 'error',
    signal,
  }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new ApiError(502, `The endpoint behind this server did not answer (${failureCode(error)}).`);
  });
  const headers: Record<string, string> = { 'Cache-Control': 'no-cache, no-transform', 'X-Accel-Buffering': 'no' };
  for (const name of PASSED_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  const body = response.ok ? (response.body ?? empty()) : redactedBody(response, apiKey);
  return { status: response.status, headers, body };
}

async function* redactedBody(response: Response, apiKey: string): AsyncGenerator<Uint8Array> {
  const text = (await response.text()).slice(0, MAX_ERROR_CHARACTERS);
  yield Buffer.from(redact(text, apiKey));
}

/** Providers quote a wrong key with stars in its middle: that goes, too, since its ends are still part of the key. */
export function redact(text: string, apiKey: string): string {
  return text.replaceAll(apiKey, '[redacted]').replace(/[\w-]*\*{3,}[\w*-]*/g, '[redacted]');
}

/** The system's word for what failed (`ECONNREFUSED`): the message itself may hold the address. */
function failureCode(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'network error';
}

// eslint-disable-next-line require-yield -- a stream of nothing is what it is
async function* empty(): AsyncGenerator<Uint8Array> {}
