/**
 * Messages → a request of Anthropic's Messages API. What came from it opaque goes back byte for byte and in its place:
 * it refuses a turn whose signed blocks have changed.
 * https://platform.claude.com/docs/en/api/messages
 */
import { messageText, type Message, type MessagePart } from '../model/index.js';
import { readDataUrl } from './data-url.js';
import { asArray, asNumber, asRecord, asString, isRecord, type JsonRecord } from './json.js';
import type { ProtocolRequest, RequestOptions } from './protocol.js';
import { toolTurns, type WirePart } from './tool-turns.js';

/** The API refuses a request without a limit; every model of today allows this one. */
const MAX_TOKENS = 8192;

export function createRequest(messages: readonly Message[], options: RequestOptions): ProtocolRequest {
  const { endpoint, model, system, params } = options;
  const instructions = [system, ...messages.filter(({ role }) => role === 'system').map(messageText)].filter(Boolean);
  return {
    url: endpoint,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'anthropic-version': '2023-06-01',
      // The API itself answers a page only with this. Any other server may not allow the header, and needs none.
      ...(endpoint.startsWith('https://api.anthropic.com/') && {
        'anthropic-dangerous-direct-browser-access': 'true',
      }),
    },
    body: {
      ...(model ? { model } : {}),
      max_tokens: MAX_TOKENS,
      ...(instructions.length > 0 && { system: instructions.join('\n\n') }),
      messages: messages.flatMap(toWire),
      stream: true,
      ...params,
    },
  };
}

function toWire(message: Message): JsonRecord[] {
  if (message.role === 'system') return [];
  if (message.role !== 'assistant') {
    const content = message.parts.flatMap(userBlocks);
    return content.length > 0 ? [{ role: 'user', content }] : [];
  }
  const turn: Turn = {
    // Where the server stopped in the middle of its own tool, the call is to be sent back without a result.
    paused: message.rawFinishReason === 'pause_turn' || message.rawFinishReason === 'tool_use',
    calls: new Set(message.parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []))),
    late: new Map(),
  };
  const turns = toolTurns(message, (part) => assistantBlocks(part, turn));
  // A turn may not end with thinking (what it led to never came).
  for (const { content } of turns) while (THOUGHTS.has(content.at(-1)?.['type'])) content.pop();
  return turns.filter(({ content }) => content.length > 0);
}

interface Turn {
  paused: boolean;
  calls: ReadonlySet<string>;
  /** Results that came behind a later call, by the id of that call: tools of the server that ran side by side. */
  late: Map<string, JsonRecord[]>;
}

const THOUGHTS: ReadonlySet<unknown> = new Set(['thinking', 'redacted_thinking']);

/** Blank texts are refused. */
const textBlocks = (text: string): JsonRecord[] => (text.trim() ? [{ type: 'text', text }] : []);

function userBlocks(part: MessagePart): JsonRecord[] {
  if (part.type === 'text') return textBlocks(part.text);
  if (part.type !== 'file' || !part.url) return [];
  const type = part.mediaType.startsWith('image/') ? 'image' : 'document';
  if (type === 'document' && part.mediaType !== 'application/pdf') return [];
  const base64 = readDataUrl(part.url);
  return [
    {
      type,
      source: base64
        ? { type: 'base64', media_type: base64.mediaType, data: base64.data }
        : { type: 'url', url: part.url },
      ...(type === 'document' && part.name && { title: part.name }),
    },
  ];
}

function assistantBlocks(part: MessagePart, turn: Turn): WirePart {
  const opaque = asRecord(part.providerMetadata?.['anthropic']);
  switch (part.type) {
    case 'text':
      return { content: citedBlocks(part.text, asArray(opaque?.['segments'])) };
    case 'refusal':
      return { content: textBlocks(part.text) };
    case 'reasoning': {
      const { signature, redactedData: data } = opaque ?? {};
      // Thinking that another provider signed, or nobody, is refused.
      if (asString(data)) return { content: [{ type: 'redacted_thinking', data }] };
      return { content: asString(signature) ? [{ type: 'thinking', thinking: part.text, signature }] : [] };
    }
    case 'data':
      return { content: opaque && isRecord(part.data) ? [part.data] : [] };
    case 'tool-call':
      return callBlocks(part, opaque ?? {}, turn);
    default:
      return { content: [] };
  }
}

/** A text cut into the blocks it came in, each with its citations. */
function citedBlocks(text: string, segments: readonly unknown[]): JsonRecord[] {
  const blocks: { type: 'text'; text: string; citations?: readonly unknown[] }[] = [];
  let at = 0;
  for (const segment of segments) {
    const length = asNumber(asRecord(segment)?.['length']) ?? 0;
    const citations = asArray(asRecord(segment)?.['citations']);
    const piece = text.slice(at, (at += length));
    const before = blocks.at(-1);
    if (before && piece.trim() === '') before.text += piece;
    else if (piece.trim()) blocks.push({ type: 'text', text: piece, ...(citations.length > 0 && { citations }) });
  }
  // No segments, or a text that somebody has changed since.
  return at === text.length ? blocks : textBlocks(text);
}

function callBlocks(part: Extract<MessagePart, { type: 'tool-call' }>, opaque: JsonRecord, turn: Turn): WirePart {
  const { name, output, error } = part;
  const block = asRecord(opaque['block']);
  // Ids of other providers may hold what this one refuses.
  const id = part.id.replace(/[^\w-]/g, '_');
  const use = { type: 'tool_use', id, name, ...block, input: isRecord(part.input) ? part.input : {} };
  const given = asRecord(opaque['result']);
  if (given || use.type !== 'tool_use') {
    const results = given ? [{ content: output, ...given }] : [];
    // A result without its call's block belongs to a call of the turn before.
    const uses = block && (given || turn.paused) ? [use] : [];
    const before = turn.late.get(id) ?? [];
    const after = asString(opaque['after']) ?? id;
    if (after === id || !turn.calls.has(after)) return { content: [...uses, ...before, ...results] };
    turn.late.set(after, [...(turn.late.get(after) ?? []), ...results]);
    return { content: [...uses, ...before] };
  }
  const answer = output ?? (part.input === undefined ? undefined : error);
  if (answer === undefined) return { content: [] };
  const content = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return {
    content: [use],
    result: { type: 'tool_result', tool_use_id: id, content, ...(error !== undefined && { is_error: true }) },
  };
}
