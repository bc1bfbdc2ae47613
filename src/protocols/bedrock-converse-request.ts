/**
 * Messages → a request in the words of Bedrock's Converse API, for a back end that signs it.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
import { messageText, type Message, type MessagePart } from '../model/index.js';
import { readDataUrl } from './data-url.js';
import { asRecord, asString, isRecord, type JsonRecord } from './json.js';
import type { ProtocolRequest, RequestOptions } from './protocol.js';
import { toolTurns, type WirePart } from './tool-turns.js';

export function createRequest(messages: readonly Message[], options: RequestOptions): ProtocolRequest {
  const { endpoint, model, system, params } = options;
  const instructions = [system, ...messages.filter(({ role }) => role === 'system').map(messageText)].filter(Boolean);
  return {
    url: endpoint,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: {
      ...(model ? { modelId: model } : {}),
      ...(instructions.length > 0 && { system: instructions.map((text) => ({ text })) }),
      messages: joinTurns(messages.flatMap(toWire)),
      ...params,
    },
  };
}

interface Turn {
  role: 'assistant' | 'user';
  content: JsonRecord[];
}

/** The API wants the roles to alternate. */
function joinTurns(turns: readonly Turn[]): Turn[] {
  const joined: Turn[] = [];
  for (const { role, content } of turns) {
    const before = joined.at(-1);
    if (before?.role === role) before.content.push(...content);
    else joined.push({ role, content: [...content] });
  }
  return joined;
}

function toWire(message: Message): Turn[] {
  if (message.role === 'system') return [];
  if (message.role === 'assistant') return toolTurns(message, assistantBlocks);
  const content = message.parts.flatMap(userBlocks);
  return content.length > 0 ? [{ role: 'user', content }] : [];
}

/** Blank texts are refused. */
const textBlocks = (text: string): JsonRecord[] => (text.trim() ? [{ text }] : []);

function userBlocks(part: MessagePart): JsonRecord[] {
  if (part.type === 'text') return textBlocks(part.text);
  const file = part.type === 'file' ? readDataUrl(part.url) : undefined;
  if (part.type !== 'file' || !file) return [];
  const [, kind, format] = /^(image\/|application\/(?=pdf))(\w+)/.exec(file.mediaType) ?? [];
  const source = { bytes: file.data };
  if (kind === 'image/') return [{ image: { format: format === 'jpg' ? 'jpeg' : format, source } }];
  // Names may hold little else than letters and digits.
  const name = (part.name ?? 'document').replace(/[^A-Za-z0-9()[\]-]+/g, ' ');
  return kind ? [{ document: { format, name, source } }] : [];
}

function assistantBlocks(part: MessagePart): WirePart {
  const opaque = asRecord(part.providerMetadata?.['bedrock-converse']);
  switch (part.type) {
    case 'text':
    case 'refusal':
      return { content: textBlocks(part.text) };
    case 'reasoning': {
      const { signature, redactedContent } = opaque ?? {};
      if (redactedContent) return { content: [{ reasoningContent: { redactedContent } }] };
      const reasoningText = { text: part.text, signature };
      return { content: asString(signature) ? [{ reasoningContent: { reasoningText } }] : [] };
    }
    case 'tool-call':
      return callBlocks(part, opaque);
    default:
      return { content: [] };
  }
}

/** A call travels only with its result; that of a tool at the endpoint stands in the assistant's own turn. */
function callBlocks(part: Extract<MessagePart, { type: 'tool-call' }>, opaque: JsonRecord | undefined): WirePart {
  const { id: toolUseId, name, input, output, error } = part;
  const answer = output ?? (input === undefined ? undefined : error);
  if (answer === undefined) return { content: [] };
  const { type, resultType } = opaque ?? {};
  const toolUse = { toolUseId, name, input: isRecord(input) ? input : {}, ...(asString(type) && { type }) };
  const toolResult = {
    toolUseId,
    content:
      asString(type) && Array.isArray(answer)
        ? answer
        : [isRecord(answer) ? { json: answer } : { text: toText(answer) }],
    ...(error !== undefined && { status: 'error' }),
    ...(asString(resultType) && { type: resultType }),
  };
  return asString(type)
    ? { content: [{ toolUse }, { toolResult }] }
    : { content: [{ toolUse }], result: { toolResult } };
}

const toText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
