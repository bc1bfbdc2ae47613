// What replies begin with, by format: a format has to know its own, and no other's.

import type { StreamFrame } from '../../src/model/index.js';
import type { Protocol } from '../../src/protocols/index.js';
import { frameOf } from './decode.js';

/** Whether the protocol says that this, as a first frame, is its own. */
export function matchesFrame(protocol: Protocol, frame: unknown): boolean {
  return protocol.matches(new Headers(), frameOf(frame));
}

/** First frames of the formats, by the protocol that is to know them; none of another's. */
export const FIRST_FRAMES: readonly [string, unknown][] = [
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
