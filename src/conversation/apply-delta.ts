/**
 * The reducer: a message and one more delta of its reply → the message as it is now. Pure; parts that did not change
 * keep their identity, so that a view can compare by reference.
 */
import type { Delta, Message, MessagePart, ToolCallPart } from '../model/index.js';

export function applyDelta(message: Message, delta: Delta): Message {
  switch (delta.type) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      return withParts(message, appendText(message.parts, delta));
    case 'tool-call-start': {
      const { id, name } = delta;
      const call: ToolCallPart = { type: 'tool-call', id, name, inputText: '', state: 'input-streaming' };
      return withParts(message, [...message.parts, withMetadata(call, delta)]);
    }
    case 'tool-call-input':
      return changeToolCall(message, delta.id, (call) => ({ ...call, inputText: call.inputText + delta.text }));
    case 'tool-call-end':
      return changeToolCall(message, delta.id, (call) => withMetadata(endCall(call, delta), delta));
    case 'tool-call-output': {
      const { output, error } = delta;
      return changeToolCall(message, delta.id, (call) =>
        withMetadata(
          error === undefined
            ? { ...call, state: 'output-available', output }
            : { ...call, state: 'error', output, error },
          delta,
        ),
      );
    }
    case 'source': {
      const { url, title } = delta;
      return withParts(message, [...message.parts, { type: 'source', url, ...(title && { title }) }]);
    }
    case 'file': {
      const { id, mediaType, url, name } = delta;
      const file: MessagePart = {
        type: 'file',
        mediaType,
        ...(id && { id }),
        ...(url && { url }),
        ...(name && { name }),
      };
      return withParts(message, replacePart(message.parts, withMetadata(file, delta)));
    }
    case 'data': {
      const { id, name, data } = delta;
      const part: MessagePart = { type: 'data', name, data, ...(id && { id }) };
      return withParts(message, replacePart(message.parts, withMetadata(part, delta)));
    }
    case 'usage':
      return { ...message, usage: delta.usage };
    case 'finish':
      return { ...message, finishReason: delta.reason, rawFinishReason: delta.rawReason };
    case 'metadata': {
      const { model = message.model, metrics = message.metrics } = delta;
      return { ...message, model, metrics };
    }
    case 'error': {
      const lost =
        INTERRUPTIONS.has(delta.error.code) && (delta.error.code === 'interrupted' || message.parts.length > 0);
      const status = lost ? 'interrupted' : 'error';
      return { ...message, status, error: delta.error };
    }
    case 'end':
      return { ...message, status: 'complete' };
  }
}

/** Errors that break off what had begun well. */
const INTERRUPTIONS: ReadonlySet<string> = new Set(['interrupted', 'stalled', 'network']);

function withParts(message: Message, parts: readonly MessagePart[]): Message {
  return { ...message, parts };
}

type TextDelta = Extract<Delta, { type: 'text' | 'reasoning' | 'refusal' }>;

/**
 * Text goes on in the part it names, else in the last part if that is of its kind, else begins a new one. Sources come
 * between the words of a text, and divide none.
 */
function appendText(parts: readonly MessagePart[], delta: TextDelta): readonly MessagePart[] {
  const { type, text, part: id } = delta;
  const at = parts.findLastIndex((part) =>
    id === undefined ? part.type !== 'source' : part.type === type && part.id === id,
  );
  const before = parts[at];
  if (text === '' && !('providerMetadata' in delta)) return parts;
  if (before?.type !== type) return [...parts, withMetadata({ type, text, ...(id !== undefined && { id }) }, delta)];
  return parts.with(at, withMetadata({ ...before, text: before.text + text }, delta));
}

/** The part with the delta's opaque values beside those it has. */
function withMetadata<Part extends MessagePart>(part: Part, delta: Delta): Part {
  const metadata = 'providerMetadata' in delta ? delta.providerMetadata : undefined;
  if (!metadata) return part;
  const merged = { ...part.providerMetadata };
  for (const [provider, values] of Object.entries(metadata)) {
    merged[provider] = { ...merged[provider], ...values };
  }
  return { ...part, providerMetadata: merged };
}

function changeToolCall(message: Message, id: string, change: (call: ToolCallPart) => ToolCallPart): Message {
  const at = message.parts.findLastIndex((part) => part.type === 'tool-call' && part.id === id);
  const call = message.parts[at];
  return call?.type === 'tool-call' ? withParts(message, message.parts.with(at, change(call))) : message;
}

/** Told once more, a call that has come further stays where it is. */
function endCall(call: ToolCallPart, { input, approval }: Extract<Delta, { type: 'tool-call-end' }>): ToolCallPart {
  const ended = call.state === 'input-streaming' ? completeInput(call, input) : call;
  return approval && ended.state === 'input-available' ? { ...ended, state: 'awaiting-approval' } : ended;
}

/** Arguments that do not parse stay as text: whoever runs the tool decides what to make of them. */
function completeInput(call: ToolCallPart, plainInput: string | undefined): ToolCallPart {
  if (plainInput !== undefined) return { ...call, input: plainInput, state: 'input-available' };
  try {
    const input: unknown = call.inputText.trim() === '' ? {} : JSON.parse(call.inputText);
    return { ...call, input, state: 'input-available' };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ...call, state: 'error', error: `expected JSON arguments: ${error.message}` };
  }
}

/** What comes again under its id (a better preview, newer data) takes its own place. */
function replacePart(parts: readonly MessagePart[], part: MessagePart): MessagePart[] {
  const { type, id } = part;
  const at = id === undefined ? -1 : parts.findIndex((before) => before.type === type && before.id === id);
  return at < 0 ? [...parts, part] : parts.with(at, part);
}
