/**
 * Messages → the body of a Chat Completions request, in the form that every dialect takes.
 * https://platform.openai.com/docs/api-reference/chat/create
 *
 * A reply that called tools in several rounds travels as several messages, each with the results behind it. What only the
 * server reads of a reply goes back as it came, from the parts' `providerMetadata.openai`.
 */
import { messageText, type Message, type MessagePart, type ToolCallPart } from '../model/index.js';
import { asArray, asRecord, asString, isRecord, type JsonRecord } from './json.js';
import type { ProtocolRequest, RequestOptions } from './protocol.js';

/**
 * Lists of opaque reasoning that come in pieces and go back under their name, with the field in which the text of an
 * entry is: OpenRouter's and its followers', LiteLLM's.
 */
export const DETAILS = [
  ['reasoning_details', 'text'],
  ['thinking_blocks', 'thinking'],
] as const;

export function createChatRequest(messages: readonly Message[], options: RequestOptions): ProtocolRequest {
  const { system } = options;
  const instructions = system ? [{ role: 'system', content: system }] : [];
  return jsonRequest(options, { messages: [...instructions, ...joinQuestions(messages.flatMap(toWire), joinContent)] });
}

/** Two questions in a row, the first of which had no answer, as one: many servers want the roles to alternate. */
export function joinQuestions(
  messages: readonly JsonRecord[],
  join: (before: JsonRecord, next: JsonRecord) => JsonRecord,
): JsonRecord[] {
  const joined: JsonRecord[] = [];
  for (const next of messages) {
    const before = joined.at(-1);
    if (before && before['role'] === 'user' && next['role'] === 'user') joined.splice(-1, 1, join(before, next));
    else joined.push(next);
  }
  return joined;
}

export function joinTexts(before: unknown, next: unknown): string {
  return [before, next].filter(Boolean).join('\n\n');
}

function joinContent({ role, content: before }: JsonRecord, { content: next }: JsonRecord): JsonRecord {
  if (!Array.isArray(before) && !Array.isArray(next)) return { role, content: joinTexts(before, next) };
  const blocks = [before, next].flatMap((content): unknown[] =>
    Array.isArray(content) ? content : content ? [{ type: 'text', text: content }] : [],
  );
  return { role, content: blocks };
}

/** A POST of `body` to the endpoint, with the model and what else the APIs of OpenAI have in common. */
export function jsonRequest({ endpoint, model, params }: RequestOptions, body: JsonRecord): ProtocolRequest {
  return {
    url: endpoint,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: { ...(model ? { model } : {}), ...body, stream: true, ...params },
  };
}

export type AnsweredCall = ToolCallPart & { output: unknown };

/** Tool calls travel only with their results: endpoints refuse a call that nothing answers. */
export function isAnswered(part: MessagePart): part is AnsweredCall {
  return part.type === 'tool-call' && part.output !== undefined;
}

export function outputText({ output }: AnsweredCall): string {
  return typeof output === 'string' ? output : JSON.stringify(output);
}

function toWire(message: Message): JsonRecord[] {
  if (message.role !== 'assistant') return [{ role: message.role, content: userContent(message) }];
  // DeepSeek, Moonshot and others take calls back only with all thoughts of the turn.
  const needsReasoning = message.parts.some((part) => isAnswered(part) && metadataOf(part)['reasoning_content']);
  return rounds(message.parts).flatMap((round) => roundToWire(round, needsReasoning));
}

/** The text, or where there are files beside it a list. */
function userContent(message: Message): unknown {
  const text = messageText(message);
  const files = message.parts.flatMap((part): JsonRecord[] => {
    if (part.type !== 'file' || !part.url) return [];
    if (part.mediaType.startsWith('image/')) return [{ type: 'image_url', image_url: { url: part.url } }];
    return [{ type: 'file', file: { ...(part.name && { filename: part.name }), file_data: part.url } }];
  });
  return files.length > 0 ? [...(text ? [{ type: 'text', text }] : []), ...files] : text;
}

/** What is said after a tool's result belongs to the next round. */
export function rounds(parts: readonly MessagePart[]): MessagePart[][] {
  const all: MessagePart[][] = [[]];
  for (const part of parts) {
    const round = all.at(-1)!;
    const speaks = 'text' in part && part.text !== '';
    if (speaks && round.some(isAnswered)) all.push([part]);
    else round.push(part);
  }
  return all;
}

/** A round in OpenAI's words; none where it has nothing to say (a reply that failed before its first word). */
function roundToWire(parts: readonly MessagePart[], needsReasoning: boolean): JsonRecord[] {
  const content = textOf(parts, 'text') || textOf(parts, 'refusal');
  const calls = parts.filter(isAnswered);
  if (!content && calls.length === 0) return [];
  const details = opaqueOf(parts);
  const reasoning = textOf(parts, 'reasoning');
  return [
    {
      role: 'assistant',
      content,
      ...(needsReasoning &&
        !details['reasoning_details'] &&
        (reasoning || calls.length > 0) && { reasoning_content: reasoning }),
      ...details,
      ...(calls.length > 0 && { tool_calls: calls.map(callToWire) }),
    },
    ...calls.map((call) => ({ role: 'tool', tool_call_id: call.id, content: outputText(call) })),
  ];
}

function callToWire(call: AnsweredCall): JsonRecord {
  const { id, name, inputText } = call;
  const { type, extra_content } = metadataOf(call);
  return {
    id,
    ...(type === 'custom'
      ? { type, custom: { name, input: inputText } }
      : { type: 'function', function: { name, arguments: inputText || '{}' } }),
    // Gemini's signature of a thought.
    ...(extra_content !== undefined && { extra_content }),
  };
}

function opaqueOf(parts: readonly MessagePart[]): JsonRecord {
  const opaque: JsonRecord = {};
  for (const [name, textName] of DETAILS) {
    const details: JsonRecord[] = [];
    for (const part of parts) addDetails(details, asArray(metadataOf(part)[name]), textName);
    if (details.length > 0) opaque[name] = details;
  }
  for (const part of parts) {
    const { reasoning_opaque } = metadataOf(part);
    if (reasoning_opaque !== undefined) opaque['reasoning_opaque'] = reasoning_opaque;
  }
  return opaque;
}

/** Adds entries of opaque reasoning, or pieces of them: texts in a row are one, the last has its signature. */
export function addDetails(details: JsonRecord[], pieces: readonly unknown[], textName: string): void {
  for (const piece of pieces) {
    if (!isRecord(piece)) continue;
    const before = details.at(-1);
    const name = [textName, 'summary'].find((key) => asString(before?.[key]) !== undefined);
    if (!before || !name || !isSameEntry(before, piece)) details.push(piece);
    else {
      const added = Object.entries(piece).filter(([, value]) => value !== null && value !== undefined);
      const text = String(before[name]) + (asString(piece[name]) ?? '');
      details[details.length - 1] = { ...before, ...Object.fromEntries(added), [name]: text };
    }
  }
}

function isSameEntry(before: JsonRecord, piece: JsonRecord): boolean {
  const { type, index, signature } = before;
  return type !== undefined && type === piece['type'] && index === piece['index'] && !signature;
}

export function textOf(parts: readonly MessagePart[], type: 'text' | 'reasoning' | 'refusal'): string {
  return parts.reduce((text, part) => (part.type === type ? text + part.text : text), '');
}

function metadataOf(part: MessagePart): JsonRecord {
  return asRecord(part.providerMetadata?.['openai']) ?? {};
}
