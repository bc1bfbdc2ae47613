/** Text in the OpenAI Chat Completions wire format: as a stream of `chat.completion.chunk` events, or as one object. */

import { randomUUID } from 'node:crypto';
import type { ChatRequest } from './request-body.js';

/** Server-sent events: the role first, the pieces, the finish reason, the usage where it was asked for, `[DONE]`. */
export async function* completionEvents(pieces: AsyncIterable<string>, request: ChatRequest): AsyncGenerator<string> {
  const head = { id: `chatcmpl-${randomUUID()}`, object: 'chat.completion.chunk', ...common(request) };
  const event = (delta: object, finishReason: string | null) =>
    frame({
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
  if (request.includeUsage) yield frame({ ...head, choices: [], usage: usage(request, length) });
  yield 'data: [DONE]\n\n';
}

/** The same reply for `stream: false`. */
export function completionObject(text: string, request: ChatRequest): string {
  return JSON.stringify({
    id: `chatcmpl-${randomUUID()}`,
    object: 'chat.completion',
    ...common(request),
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: usage(request, text.length),
  });
}

function common({ model }: ChatRequest): { created: number; model: string } {
  return { created: Math.floor(Date.now() / 1000), model };
}

function frame(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

/** There is no tokeniser here: four characters a token is the usual rule of thumb. */
function usage({ messages }: ChatRequest, length: number): Record<string, number> {
  const prompt = Math.ceil(messages.reduce((total, { text }) => total + text.length, 0) / 4);
  const completion = Math.ceil(length / 4);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}
