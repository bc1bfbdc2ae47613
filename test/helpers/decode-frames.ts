// What a protocol's decoder makes of frames that stand in a test as data.

import { applyDelta, newReply } from '../../src/conversation/index.js';
import type { Delta, Message, StreamFrame } from '../../src/model/index.js';
import type { Protocol } from '../../src/protocols/index.js';

/** A frame as it is, text as the data of one, any other value as JSON in one. */
export type FrameLike = unknown;

export interface Decoded {
  deltas: Delta[];
  message: Message;
  malformedFrames: number;
  unknownFrames: number;
}

export function toFrame(value: FrameLike): StreamFrame {
  if (typeof value === 'object' && value !== null && 'data' in value && typeof value.data === 'string') {
    return value as StreamFrame;
  }
  return { data: typeof value === 'string' ? value : JSON.stringify(value) };
}

/** All frames of a reply, and its end. */
export function decodeFrames(protocol: Protocol, frames: readonly FrameLike[]): Decoded {
  const decoder = protocol.decoder();
  const deltas = [...frames.flatMap((frame) => decoder.push(toFrame(frame))), ...decoder.end()];
  const { malformedFrames, unknownFrames } = decoder;
  return { deltas, message: deltas.reduce(applyDelta, newReply('m', 0)), malformedFrames, unknownFrames };
}

/** Whether the protocol says that this, as a first frame, is its own. */
export function matchesFrame(protocol: Protocol, frame: FrameLike): boolean {
  return protocol.matches(new Headers(), toFrame(frame));
}

/** First frames of the formats, by the protocol that is to know them; none of another's. */
export const FIRST_FRAMES: readonly [string, FrameLike][] = [
  ['openai', { object: 'chat.completion.chunk', choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] }],
  ['openai', { error: { message: 'Overloaded', type: 'server_error', code: 503 } }],
  ['openai-responses', { type: 'response.created', response: { id: 'r' }, sequence_number: 0 }],
  [
    'openai-responses',
    { type: 'error', error: { type: 'server_error', code: 'x', message: 'No' }, sequence_number: 1 },
  ],
  ['openai-responses', { type: 'error', code: 'x', message: 'No', param: null }],
  ['openai-responses', { object: 'response', status: 'completed', output: [] }],
  ['gemini', { candidates: [{ content: { parts: [{ text: 'a' }] } }] }],
  ['cohere', { type: 'message-start', id: 'x', delta: { message: { role: 'assistant' } } }],
  ['cohere', { event_type: 'stream-start', generation_id: 'x' }],
  ['ollama', { model: 'm', message: { role: 'assistant', content: 'a' }, done: false }],
  ['ui-message-stream', { type: 'start', messageId: 'm' }],
  ['ui-message-stream', { type: 'text-delta', id: '0', delta: 'a' }],
  ['ui-message-stream', { type: 'error', errorText: 'No' }],
  ['ag-ui', { type: 'RUN_STARTED', threadId: 't', runId: 'r' }],
  ['message', { type: 'message', content: 'a' }],
  ['', { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'a' }] }],
  ['', { type: 'text-delta', textDelta: 'a' }],
  ['', { type: 'error', error: 'No' }],
  ['', { stopReason: 'end_turn' }],
  ['message', { type: 'data', data: ['a'] }],
  ['message', { text: 'a' }],
  ['', { type: 'ping' }],
  ['', { error: null }],
  ['', '[DONE]'],
  ['', 'Hello'],
  ['', ''],
  ['', '[1,null]'],
  ['anthropic', { type: 'message_start', message: { role: 'assistant', content: [] } }],
  ['anthropic', { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }],
  ['anthropic', { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a' } }],
  ['anthropic', { type: 'message_delta', delta: { stop_reason: 'end_turn' } }],
  ['anthropic', { type: 'message', role: 'assistant', content: [], stop_reason: 'end_turn' }],
  ['anthropic', { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }],
  ['bedrock-converse', { messageStart: { role: 'assistant' } }],
  ['bedrock-converse', { event: 'messageStart', data: '{"role":"assistant"}' }],
  ['bedrock-converse', { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'a' } } }],
  ['bedrock-converse', { contentBlockIndex: 0, delta: { text: 'a' } }],
  ['bedrock-converse', { event: { messageStart: { role: 'assistant' } } }],
  ['bedrock-converse', { throttlingException: { message: 'Too many' } }],
  ['bedrock-converse', { output: { message: { role: 'assistant', content: [] } }, stopReason: 'end_turn' }],
  ['mcp', { jsonrpc: '2.0', method: 'notifications/progress', params: {} }],
  ['mcp', { jsonrpc: '2.0', id: 1, result: { content: [] } }],
  ['mcp', { jsonrpc: '2.0', id: 1, error: { code: -32602, message: 'No such tool' } }],
  // Agent2Agent, Agent Client Protocol: JSON-RPC, but not this.
  ['', { jsonrpc: '2.0', id: 1, result: { kind: 'status-update', final: false } }],
  ['', { jsonrpc: '2.0', method: 'session/update', params: {} }],
  ['assistant-transport', { type: 'step-start', messageId: 'm' }],
  ['assistant-transport', { type: 'part-start', part: { type: 'text' }, path: [] }],
  ['assistant-transport', { type: 'text-delta', textDelta: 'a', path: [0] }],
  ['assistant-transport', { type: 'update-state', operations: [] }],
  ['assistant-transport', { type: 'error', error: 'No', path: [] }],
];
