/** The OpenAI Responses wire format: a response with one message, told from its creation to its completion. */

import { randomUUID } from 'node:crypto';
import { errorBody } from './api-error.js';
import type { ChatRequest } from './request-body.js';
import { EVENT_STREAM, secondsNow, sseEvent, tokensIn, tokensOf, type WireFormat } from './wire-format.js';

export const responses: WireFormat = {
  conversationKey: 'input',
  streamsByDefault: false,
  contentType: EVENT_STREAM,
  events: responseEvents,
  object: (text, request) => JSON.stringify(new Reply(request).response(text)),
  error: errorBody,
};

/** Each is numbered, and says what it belongs to; what was told in pieces is told once more as a whole. */
async function* responseEvents(pieces: AsyncIterable<string>, request: ChatRequest): AsyncGenerator<string> {
  const reply = new Reply(request);
  let number = 0;
  const event = (type: string, more: object) => sseEvent({ type, sequence_number: number++, ...more }, type);
  const place = { item_id: reply.itemId, output_index: 0, content_index: 0 };
  yield event('response.created', { response: reply.response() });
  yield event('response.in_progress', { response: reply.response() });
  yield event('response.output_item.added', { output_index: 0, item: reply.item() });
  yield event('response.content_part.added', { ...place, part: part('') });
  let text = '';
  for await (const delta of pieces) {
    text += delta;
    yield event('response.output_text.delta', { ...place, delta, logprobs: [] });
  }
  yield event('response.output_text.done', { ...place, text, logprobs: [] });
  yield event('response.content_part.done', { ...place, part: part(text) });
  yield event('response.output_item.done', { output_index: 0, item: reply.item(text) });
  yield event('response.completed', { response: reply.response(text) });
}

/** A response and its message; without a text they are still in progress. */
class Reply {
  readonly itemId = `msg_${randomUUID()}`;
  readonly #id = `resp_${randomUUID()}`;
  readonly #created = secondsNow();

  constructor(readonly request: ChatRequest) {}

  item(text?: string): object {
    return {
      id: this.itemId,
      type: 'message',
      role: 'assistant',
      status: status(text),
      content: text === undefined ? [] : [part(text)],
    };
  }

  response(text?: string): object {
    const { model } = this.request;
    const input = tokensIn(this.request);
    const output = tokensOf(text?.length ?? 0);
    return {
      id: this.#id,
      object: 'response',
      created_at: this.#created,
      status: status(text),
      error: null,
      incomplete_details: null,
      model,
      output: text === undefined ? [] : [this.item(text)],
      tools: [],
      usage: text === undefined ? null : { input_tokens: input, output_tokens: output, total_tokens: input + output },
    };
  }
}

function status(text: string | undefined): string {
  return text === undefined ? 'in_progress' : 'completed';
}

function part(text: string): object {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}
