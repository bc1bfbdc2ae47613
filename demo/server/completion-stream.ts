/** The OpenAI Chat Completions wire format: a stream of `chat.completion.chunk` events, or one object. */

import { randomUUID } from 'node:crypto';
import { errorBody } from './api-error.js';
import type { ChatRequest } from './request-body.js';
import { EVENT_STREAM, secondsNow, sseEvent, tokensIn, tokensOf, type WireFormat } from './wire-format.js';

export const completions: WireFormat = {
  conversationKey: 'messages',
  streamsByDefault: false,
  contentType: EVENT_STREAM,
  events: completionEvents,
  object: completionObject,
  error: errorBody,
};

/** The role first, the pieces, the finish reason, the usage where it was asked for, `[DONE]`. */
async function* completionEvents(pieces: AsyncIterable<string>, request: ChatRequest): AsyncGenerator<string> {
  const head = { id: `chatcmpl-${randomUUID()}`, object: 'chat.completion.chunk', ...common(request) };
  const event = (delta: object, finishReason: string | null) =>
    sseEvent({
      ...head,
      choices: [{ index: 0, delta, finish_reason: finishReason }],
      // Every chunk but the last has null here once usage was asked for.
      ...(request.includeUsage ? { usage: null } : {}),
    });
  let length = 0;
  yield event({ role: 'assistant', content: '' }, null);
  for await (const content of pieces) {
    length += content.length;
    yield event({ content }, null);
  }
  yield event({}, 'stop');
  if (request.includeUsage) yield sseEvent({ ...head, choices: [], usage: usage(request, length) });
  yield 'data: [DONE]\n\n';
}

function completionObject(text: string, request: ChatRequest): string {
  return JSON.stringify({
    id: `chatcmpl-${randomUUID()}`,
    object: 'chat.completion',
    ...common(request),
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: usage(request, text.length),
  });
}

function common({ model }: ChatRequest): { created: number; model: string } {
  return { created: secondsNow(), model };
}

function usage(request: ChatRequest, length: number): Record<string, number> {
  const prompt = tokensIn(request);
  const completion = tokensOf(length);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}
