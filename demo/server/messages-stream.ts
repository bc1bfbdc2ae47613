/** The Anthropic Messages wire format: a message that begins, a block of text, and its end. */

import { randomUUID } from 'node:crypto';
import type { ChatRequest } from './request-body.js';
import { EVENT_STREAM, sseEvent, tokensIn, tokensOf, type WireFormat } from './wire-format.js';

export const messages: WireFormat = {
  conversationKey: 'messages',
  streamsByDefault: false,
  contentType: EVENT_STREAM,
  events: messageEvents,
  object: (text, request) => JSON.stringify(message(request, { text })),
  error: (status, words) =>
    JSON.stringify({ type: 'error', error: { type: ERROR_TYPES[status] ?? fallbackType(status), message: words } }),
};

/** Each is named after its type, in the event and in its data. */
async function* messageEvents(pieces: AsyncIterable<string>, request: ChatRequest): AsyncGenerator<string> {
  const event = (type: string, more: object = {}) => sseEvent({ type, ...more }, type);
  let length = 0;
  yield event('message_start', { message: message(request) });
  yield event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
  yield event('ping');
  for await (const text of pieces) {
    length += text.length;
    yield event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
  }
  yield event('content_block_stop', { index: 0 });
  yield event('message_delta', {
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: tokensOf(length) },
  });
  yield event('message_stop');
}

/** The whole message, or without a text what is known of it at its beginning. */
function message(request: ChatRequest, { text }: { text?: string } = {}): object {
  return {
    id: `msg_${randomUUID()}`,
    type: 'message',
    role: 'assistant',
    model: request.model,
    content: text === undefined ? [] : [{ type: 'text', text }],
    stop_reason: text === undefined ? null : 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: tokensIn(request), output_tokens: tokensOf(text?.length ?? 0) },
  };
}

const ERROR_TYPES: Record<number, string> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

function fallbackType(status: number): string {
  return status >= 500 ? 'api_error' : 'invalid_request_error';
}
