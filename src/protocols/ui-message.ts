/**
 * Messages ↔ the AI SDK's UI messages, as its `DefaultChatTransport` sends them and a route's `convertToModelMessages` takes
 * them.
 * https://ai-sdk.dev/docs/reference/ai-sdk-core/ui-message
 *
 * What a part of theirs has beyond this package's words (the provider's metadata, who executed a tool) is kept in the
 * part's `providerMetadata` under the format's name, as the very fields of the UI part, and goes back as it came.
 */
import type { Message, MessagePart, ProviderMetadata } from '../model/index.js';
import { asString, type JsonRecord } from './json.js';
import type { ProtocolRequest, RequestOptions } from './protocol.js';

export const NAME = 'ui-message-stream';

/** The fields of a UI part that have no word here. */
export function ownFields(fields: JsonRecord): { providerMetadata?: ProviderMetadata } {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return known.length > 0 ? { providerMetadata: { [NAME]: Object.fromEntries(known) } } : {};
}

export function createUiMessageRequest(messages: readonly Message[], options: RequestOptions): ProtocolRequest {
  const { endpoint, model, system, params, regenerates } = options;
  return {
    url: endpoint,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: {
      // The conversation's, as routes that store it expect: as long as its first message travels it stays the same.
      id: messages[0]?.id,
      messages: [
        ...(system ? [{ id: 'system', role: 'system', parts: [{ type: 'text', text: system }] }] : []),
        ...messages.flatMap(toUiMessage),
      ],
      trigger: regenerates === undefined ? 'submit-message' : 'regenerate-message',
      ...(regenerates === undefined ? {} : { messageId: regenerates }),
      ...(model ? { model } : {}),
      ...params,
    },
  };
}

/** None where nothing is left to send: routes refuse a message without parts. */
function toUiMessage({ id, role, parts }: Message): JsonRecord[] {
  const wire: JsonRecord[] = [];
  // Routes take tool calls and what follows them apart by their steps: the results go between.
  let beginsStep = role === 'assistant';
  for (const part of parts) {
    const uiPart = toUiPart(part);
    if (!uiPart) continue;
    const isCall = part.type === 'tool-call' && uiPart['providerExecuted'] !== true;
    if (beginsStep && (!isCall || wire.length === 0)) wire.push({ type: 'step-start' });
    beginsStep = isCall;
    wire.push(uiPart);
  }
  return wire.length > 0 && role !== 'tool' ? [{ id, role, parts: wire }] : [];
}

function toUiPart(part: MessagePart): JsonRecord | undefined {
  const own = part.providerMetadata?.[NAME];
  switch (part.type) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      return part.text || own
        ? { ...own, type: part.type === 'reasoning' ? part.type : 'text', text: part.text }
        : undefined;
    case 'source':
      return { type: 'source-url', sourceId: part.url, url: part.url, title: part.title };
    case 'file':
      return part.url
        ? { type: 'file', ...own, mediaType: part.mediaType, filename: part.name, url: part.url }
        : undefined;
    case 'data':
      // What no route has sent, no route knows.
      return own && { ...own, ...(asString(own['type'])?.startsWith('data-') && { data: part.data }) };
    case 'tool-call': {
      const { id, name, input, inputText, output, error } = part;
      // A call that nothing has answered is refused by the provider behind the route.
      if (error === undefined && output === undefined) return undefined;
      return {
        type: `tool-${name}`,
        ...own,
        // Whoever gave an answer to the call has allowed it.
        approval: undefined,
        toolCallId: id,
        ...(input === undefined ? { rawInput: inputText } : { input }),
        ...(error === undefined ? { state: 'output-available', output } : { state: 'output-error', errorText: error }),
      };
    }
  }
}
