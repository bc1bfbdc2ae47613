/**
 * Messages → the input of an agent's run, as AG-UI's `HttpAgent` sends it.
 * https://docs.ag-ui.com/sdk/js/core/types#runagentinput
 *
 * The ids that an agent has given to its messages go back with them: agents with a memory of their own tell by these what
 * they have already.
 */
import type { Message, MessagePart } from '../model/index.js';
import { readDataUrl } from './data-url.js';
import { asArray, asString, type JsonRecord } from './json.js';
import type { ProtocolRequest, RequestOptions } from './protocol.js';

export const NAME = 'ag-ui';

export function createAgUiRequest(messages: readonly Message[], options: RequestOptions): ProtocolRequest {
  const { endpoint, model, system, params } = options;
  return {
    url: endpoint,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: {
      // As long as its first message travels, a conversation stays the same thread.
      threadId: messages[0]?.id ?? newId(),
      runId: newId(),
      state: {},
      messages: [...(system ? [{ id: 'system', role: 'system', content: system }] : []), ...messages.flatMap(toWire)],
      tools: [],
      context: [],
      forwardedProps: model ? { model } : {},
      ...params,
    },
  };
}

const newId = () => crypto.getRandomValues(new Uint32Array(4)).join('-');

/** A message → the messages it is for an agent, which has calls, their results and its reasoning apart. */
function toWire({ id, role, parts }: Message): JsonRecord[] {
  if (role === 'tool') return [];
  if (role !== 'assistant') return [{ id, role, content: toContent(parts) }];
  const wire: JsonRecord[] = [];
  /** The assistant's message of that id; without one the last, where nothing has come between. */
  const turn = (known: string | undefined): JsonRecord => {
    const last = wire.at(-1);
    const found =
      known === undefined
        ? last?.['role'] === 'assistant' && last
        : wire.find((sent) => sent['role'] === 'assistant' && sent['id'] === known);
    if (found) return found;
    const made = { id: known ?? (wire.length > 0 ? `${id}-${wire.length}` : id), role };
    wire.push(made);
    return made;
  };
  for (const part of parts) {
    const own = part.providerMetadata?.[NAME];
    if ((part.type === 'text' || part.type === 'refusal') && part.text) {
      const message = turn(part.id);
      message['content'] = `${asString(message['content']) ?? ''}${part.text}`;
      Object.assign(message, encrypted(own));
    } else if (part.type === 'reasoning' && own) {
      // Only where the agent has given something to send back: others know no such messages.
      wire.push({ id: part.id ?? `${id}-${wire.length}`, role: 'reasoning', content: part.text, ...encrypted(own) });
    } else if (part.type === 'tool-call' && (part.output !== undefined || part.error !== undefined)) {
      const { name, inputText, output, error } = part;
      const message = turn(asString(own?.['parentMessageId']));
      const call = {
        id: part.id,
        type: 'function',
        function: { name, arguments: inputText || '{}' },
        ...encrypted(own),
      };
      message['toolCalls'] = [...asArray(message['toolCalls']), call];
      wire.push({
        id: asString(own?.['messageId']) ?? `${part.id}-result`,
        role: 'tool',
        toolCallId: part.id,
        content: typeof output === 'string' ? output : output === undefined ? (error ?? '') : JSON.stringify(output),
        ...(error !== undefined && { error }),
      });
    }
  }
  return wire;
}

function encrypted(own: Readonly<JsonRecord> | undefined): JsonRecord {
  const { encryptedValue } = own ?? {};
  return encryptedValue === undefined ? {} : { encryptedValue };
}

/** Text alone is a string; with files it is a list. */
function toContent(parts: readonly MessagePart[]): string | JsonRecord[] {
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const files = parts.flatMap((part) => (part.type === 'file' && part.url ? [toFile(part.mediaType, part.url)] : []));
  return files.length > 0 ? [...(text ? [{ type: 'text', text }] : []), ...files] : text;
}

function toFile(mimeType: string, url: string): JsonRecord {
  const kind = mimeType.split('/', 1)[0]!;
  const data = readDataUrl(url);
  return {
    type: ['image', 'audio', 'video'].includes(kind) ? kind : 'document',
    source: data ? { type: 'data', value: data.data, mimeType: data.mediaType } : { type: 'url', value: url, mimeType },
  };
}
