/** Ollama's wire format: a line of JSON a piece, and one that is `done`. */

import type { ChatRequest } from './request-body.js';
import { tokensIn, tokensOf, type WireFormat } from './wire-format.js';

export const ollama: WireFormat = {
  conversationKey: 'messages',
  streamsByDefault: true,
  contentType: 'application/x-ndjson',
  events: lines,
  object: (text, request) => JSON.stringify({ ...chunk(request, text), ...ending(request, text.length) }),
  error: (_status, message) => JSON.stringify({ error: message }),
};

async function* lines(pieces: AsyncIterable<string>, request: ChatRequest): AsyncGenerator<string> {
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    yield `${JSON.stringify(chunk(request, piece))}\n`;
  }
  yield `${JSON.stringify({ ...chunk(request, ''), ...ending(request, length) })}\n`;
}

function chunk({ model }: ChatRequest, content: string): object {
  return { model, created_at: new Date().toISOString(), message: { role: 'assistant', content }, done: false };
}

function ending(request: ChatRequest, length: number): object {
  return { done: true, done_reason: 'stop', prompt_eval_count: tokensIn(request), eval_count: tokensOf(length) };
}
