/**
 * Messages → the body of a request to Cohere's chat: v2 takes messages, v1 the last question and a history.
 * https://docs.cohere.com/reference/chat-stream · https://docs.cohere.com/v1/reference/chat-stream
 */
import { messageText, type Message, type MessagePart } from '../model/index.js';
import { asRecord, type JsonRecord } from './json.js';
import { isAnswered, jsonRequest, outputText, rounds, textOf } from './openai-request.js';
import type { ProtocolRequest, RequestOptions } from './protocol.js';

export const COHERE = 'cohere';
/** The name of the data in which a plan of tool calls is. */
export const PLAN = 'tool-plan';

export function createRequest(messages: readonly Message[], options: RequestOptions): ProtocolRequest {
  const { endpoint, system } = options;
  return jsonRequest(options, V1.test(endpoint) ? toHistory(messages, system) : toMessages(messages, system));
}

const V1 = /\/v1\/chat\/?(?:[?#]|$)/;

function toMessages(messages: readonly Message[], system: string | undefined): JsonRecord {
  return { messages: [...(system ? [{ role: 'system', content: system }] : []), ...messages.flatMap(toWire)] };
}

function toWire(message: Message): JsonRecord[] {
  const { role, parts } = message;
  if (role === 'assistant') return rounds(parts).flatMap(roundToWire);
  const text = messageText(message);
  const images = parts.flatMap((part) =>
    part.type === 'file' && part.url ? [{ type: 'image_url', image_url: { url: part.url } }] : [],
  );
  return [{ role, content: images.length > 0 ? [{ type: 'text', text }, ...images] : text }];
}

/** A round of an answer; none where it has nothing to say. */
function roundToWire(parts: readonly MessagePart[]): JsonRecord[] {
  const role = 'assistant';
  const text = textOf(parts, 'text') || textOf(parts, 'refusal');
  const calls = parts.filter(isAnswered);
  if (calls.length === 0) return text ? [{ role, content: text }] : [];
  const plan = parts.find((part) => part.type === 'data' && part.name === PLAN && part.providerMetadata?.[COHERE]);
  const thinking = textOf(parts, 'reasoning');
  const content = [...(thinking ? [{ type: 'thinking', thinking }] : []), ...(text ? [{ type: 'text', text }] : [])];
  return [
    {
      role,
      ...(plan?.type === 'data' && { tool_plan: plan.data }),
      ...(content.length > 0 && { content }),
      tool_calls: calls.map(({ id, name, inputText }) => ({
        id,
        type: 'function',
        function: { name, arguments: inputText || '{}' },
      })),
    },
    ...calls.map((call) => ({ role: 'tool', tool_call_id: call.id, content: outputText(call) })),
  ];
}

/** v1: the last question apart from what was said before it; or the results of tools in its place. */
function toHistory(messages: readonly Message[], system: string | undefined): JsonRecord {
  const history = messages.flatMap(toTurns);
  const isQuestion = ['USER', 'TOOL'].includes(String(history.at(-1)?.['role']));
  const { message = '', tool_results: results } = (isQuestion && history.pop()) || {};
  return {
    ...(system ? { preamble: system } : {}),
    message,
    ...(history.length > 0 && { chat_history: history }),
    ...(results !== undefined && { tool_results: results }),
  };
}

function toTurns(message: Message): JsonRecord[] {
  if (message.role === 'assistant') return rounds(message.parts).flatMap(roundToTurns);
  return [{ role: message.role === 'system' ? 'SYSTEM' : 'USER', message: messageText(message) }];
}

function roundToTurns(parts: readonly MessagePart[]): JsonRecord[] {
  const text = textOf(parts, 'text') || textOf(parts, 'refusal');
  const results = parts.filter(isAnswered).map(({ name, input, output }) => ({
    call: { name, parameters: asRecord(input) ?? {} },
    outputs: [asRecord(output) ?? { output }],
  }));
  if (results.length === 0) return text ? [{ role: 'CHATBOT', message: text }] : [];
  return [
    { role: 'CHATBOT', message: text, tool_calls: results.map(({ call }) => call) },
    { role: 'TOOL', tool_results: results },
  ];
}
