/**
 * The reducer: a message and one more delta of its reply → the message as it is now. Pure; parts that did not change
 * keep their identity, so that a view can compare by reference.
 */
import type { Delta, Message, MessagePart, ToolCallPart } from '../model/index.js';
import { newId } from './new-id.js';

/** An assistant's message before its first delta. */
export function newReply(id = newId(), createdAt = Date.now()): Message {
  return { id, role: 'assistant', parts: [], status: 'streaming', createdAt };
}

export function applyDelta(message: Message, delta: Delta): Message {
  switch (delta.type) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      return withParts(message, appendText(message.parts, delta));
    case 'tool-call-start': {
      const { id, name } = delta;
      return withParts(message, [
        ...message.parts,
        { type: 'tool-call', id, name, inputText: '', state: 'input-streaming' },
      ]);
    }
    case 'tool-call-input':
      return changeToolCall(message, delta.id, (call) => ({ ...call, inputText: call.inputText + delta.text }));
    case 'tool-call-end':
      return changeToolCall(message, delta.id, completeInput);
    case 'source': {
      const { url, title } = delta;
      return withParts(message, [...message.parts, { type: 'source', url, ...(title && { title }) }]);
    }
    case 'file':
      return withParts(message, replaceFile(message.parts, delta));
    case 'data':
      return withParts(message, [...message.parts, { type: 'data', name: delta.name, data: delta.data }]);
    case 'usage':
      return { ...message, usage: delta.usage };
    case 'finish':
      return { ...message, finishReason: delta.reason, rawFinishReason: delta.rawReason };
    case 'metadata': {
      const { model = message.model, metrics = message.metrics } = delta;
      return { ...message, model, metrics };
    }
    case 'error': {
      const status = delta.error.code === 'interrupted' ? 'interrupted' : 'error';
      return { ...message, status, error: delta.error };
    }
    case 'end':
      return { ...message, status: 'complete' };
  }
}

function withParts(message: Message, parts: readonly MessagePart[]): Message {
  return { ...message, parts };
}

type TextDelta = Extract<Delta, { type: 'text' | 'reasoning' | 'refusal' }>;

/** Text goes on in the part it names, else in the last part if that is of its kind, else begins a new one. */
function appendText(parts: readonly MessagePart[], { type, text, part: id }: TextDelta): MessagePart[] {
  const at = id === undefined ? parts.length - 1 : parts.findLastIndex((part) => part.type === type && part.id === id);
  const before = parts[at];
  if (before?.type !== type) return [...parts, { type, text, ...(id !== undefined && { id }) }];
  return parts.with(at, { ...before, text: before.text + text });
}

function changeToolCall(message: Message, id: string, change: (call: ToolCallPart) => ToolCallPart): Message {
  const at = message.parts.findLastIndex((part) => part.type === 'tool-call' && part.id === id);
  const call = message.parts[at];
  return call?.type === 'tool-call' ? withParts(message, message.parts.with(at, change(call))) : message;
}

/** Arguments that do not parse stay as text: whoever runs the tool decides what to make of them. */
function completeInput(call: ToolCallPart): ToolCallPart {
  try {
    const input: unknown = call.inputText.trim() === '' ? {} : JSON.parse(call.inputText);
    return { ...call, input, state: 'input-available' };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ...call, state: 'error', error: `expected JSON arguments: ${error.message}` };
  }
}

/** A file that comes again (a better preview) replaces itself. */
function replaceFile(parts: readonly MessagePart[], delta: Extract<Delta, { type: 'file' }>): MessagePart[] {
  const { id, mediaType, url, name } = delta;
  const file: MessagePart = { type: 'file', mediaType, ...(id && { id }), ...(url && { url }), ...(name && { name }) };
  const at = id === undefined ? -1 : parts.findIndex((part) => part.type === 'file' && part.id === id);
  return at < 0 ? [...parts, file] : parts.with(at, file);
}
