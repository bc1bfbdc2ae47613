// A protocol's decoder and requests, as a unit test wants them: frames in, message out; messages in, body out.

import { applyDelta, newReply } from '../../src/conversation/index.js';
import type { Delta, Message, MessagePart, StreamFrame } from '../../src/model/index.js';
import type { Protocol, RequestOptions } from '../../src/protocols/index.js';

export interface Decoded {
  deltas: Delta[];
  message: Message;
  malformedFrames: number;
  unknownFrames: number;
}

const isFrame = (value: unknown): value is StreamFrame =>
  typeof value === 'object' && value !== null && typeof (value as Partial<StreamFrame>).data === 'string';

/** A frame as it is, text as the data of one, any other value as JSON in one. */
export function frameOf(value: unknown): StreamFrame {
  if (isFrame(value)) return value;
  return { data: typeof value === 'string' ? value : JSON.stringify(value) };
}

export function decode(protocol: Protocol, frames: readonly unknown[]): Decoded {
  const decoder = protocol.decoder();
  const deltas = frames.map(frameOf).flatMap((frame) => decoder.push(frame));
  deltas.push(...decoder.end());
  const { malformedFrames, unknownFrames } = decoder;
  return { deltas, message: deltas.reduce(applyDelta, newReply('m', 0)), malformedFrames, unknownFrames };
}

export function messageOf(role: Message['role'], ...parts: MessagePart[]): Message {
  return { id: 'x', role, parts, status: 'complete', createdAt: 0 };
}

export const textPart = (text: string): MessagePart => ({ type: 'text', text });

/** The body that `messages` become. */
export function bodyOf(
  protocol: Protocol,
  messages: readonly Message[],
  options: Partial<RequestOptions> = {},
): Record<string, unknown> {
  return protocol.request(messages, { endpoint: '/chat', ...options }).body as Record<string, unknown>;
}

/** First frames of other formats, which no format but their own may take for its own. */
export const FOREIGN_FRAMES: Readonly<Record<string, StreamFrame>> = {
  openai: { data: '{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"a"}}]}' },
  'openai-responses': { event: 'response.created', data: '{"type":"response.created","response":{"id":"r"}}' },
  anthropic: { event: 'message_start', data: '{"type":"message_start","message":{"role":"assistant","content":[]}}' },
  gemini: { data: '{"candidates":[{"content":{"parts":[{"text":"a"}],"role":"model"}}]}' },
  'gemini-interactions': { data: '{"interaction":{"id":"i"},"event_type":"interaction.created"}' },
  ollama: { data: '{"model":"m","created_at":"t","message":{"role":"assistant","content":"a"},"done":false}' },
  'ollama generate': { data: '{"model":"m","created_at":"t","response":"a","done":false}' },
  cohere: { data: '{"id":"i","type":"message-start","delta":{"message":{"role":"assistant","content":[]}}}' },
  'cohere v1': { data: '{"is_finished":false,"event_type":"stream-start","generation_id":"g"}', framing: 'json' },
  'ui-message-stream': { data: '{"type":"start","messageId":"m"}' },
  'ui-message-stream text': { data: '{"type":"text-start","id":"0"}' },
  'data-stream': { data: '0:"a"', framing: 'line' },
  'ag-ui': { data: '{"type":"RUN_STARTED","threadId":"t","runId":"r"}' },
  mcp: { data: '{"jsonrpc":"2.0","id":1,"result":{}}' },
  tgi: { data: '{"index":1,"token":{"id":1,"text":"a","special":false},"generated_text":null}' },
  'bedrock-converse': { data: '{"messageStart":{"role":"assistant"}}' },
  'a message': { data: '{"message":"a"}' },
  'a response': { data: '{"response":"a"}' },
  'an error': { data: '{"error":{"message":"a"}}' },
  'no JSON': { data: 'Hello' },
  nothing: { data: '' },
};
