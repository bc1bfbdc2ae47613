/**
 * Messages → the body of a Responses request. Nothing is asked to be kept by the server and nothing kept is referred to:
 * the whole conversation travels, as with every other format.
 * https://platform.openai.com/docs/api-reference/responses/create
 *
 * `store: false` and `include: ['reasoning.encrypted_content']` are the page's to set (`params`): models without reasoning
 * refuse the one, and not every dialect knows the other. With them, encrypted reasoning comes, and goes back from here.
 */
import { messageText, type Message } from '../model/index.js';
import { asRecord, asString, type JsonRecord } from './json.js';
import { isAnswered, jsonRequest, outputText, type AnsweredCall } from './openai-request.js';
import type { ProtocolRequest, RequestOptions } from './protocol.js';

export function createResponsesRequest(messages: readonly Message[], options: RequestOptions): ProtocolRequest {
  const { system } = options;
  return jsonRequest(options, {
    ...(system ? { instructions: system } : {}),
    input: messages.flatMap((message) =>
      message.role === 'assistant' ? replyToInput(message) : [{ role: message.role, content: userContent(message) }],
    ),
  });
}

/** The text, or where there are files beside it a list. */
function userContent(message: Message): unknown {
  const text = messageText(message);
  const files = message.parts.flatMap((part): JsonRecord[] => {
    if (part.type !== 'file' || !part.url) return [];
    if (part.mediaType.startsWith('image/')) return [{ type: 'input_image', image_url: part.url }];
    const isData = part.url.startsWith('data:');
    const name = isData && part.name ? { filename: part.name } : {};
    return [{ type: 'input_file', ...name, [isData ? 'file_data' : 'file_url']: part.url }];
  });
  return files.length > 0 ? [...(text ? [{ type: 'input_text', text }] : []), ...files] : text;
}

/**
 * A reply as the items it was. Items of the server's own tools, and the ids of the others, stay here: what refers to
 * reasoning that was not kept is refused.
 */
function replyToInput(message: Message): JsonRecord[] {
  const items: JsonRecord[] = [];
  /** Reasoning waits for the item that it led to: without one it is refused. */
  let reasoning: JsonRecord[] = [];
  /** Results stand behind all the calls of their round. */
  let results: JsonRecord[] = [];
  const say = (item: JsonRecord) => {
    items.push(...reasoning, item);
    reasoning = [];
  };
  for (const part of message.parts) {
    const metadata = asRecord(part.providerMetadata?.['openai-responses']);
    if (part.type !== 'tool-call' && results.length > 0) {
      items.push(...results);
      results = [];
    }
    if (part.type === 'reasoning') addReasoning(reasoning, part.text, metadata);
    else if ((part.type === 'text' || part.type === 'refusal') && part.text) {
      const phase = asString(metadata?.['phase']);
      const before = reasoning.length > 0 || phase ? undefined : items.at(-1);
      // What a format tells apart (a citation has cut it) is one text still.
      if (before?.['role'] && !before['phase']) before['content'] = asString(before['content']) + part.text;
      else say({ role: 'assistant', content: part.text, ...(phase && { phase }) });
    } else if (isAnswered(part)) {
      const type = asString(metadata?.['type']) ?? 'function_call';
      say(callToInput(part, type));
      results.push({ type: `${type}_output`, call_id: part.id, output: outputText(part) });
    } else if (part.type === 'data' && asRecord(metadata?.['item'])) say(asRecord(metadata?.['item'])!);
  }
  return [...items, ...results];
}

function callToInput({ id, name, inputText }: AnsweredCall, type: string): JsonRecord {
  const input = type === 'custom_tool_call' ? { input: inputText } : { arguments: inputText || '{}' };
  return { type, call_id: id, name, ...input };
}

/** A part of a reasoning item, of those that hold what the server can read: what is encrypted, or the thought itself. */
function addReasoning(items: JsonRecord[], text: string, metadata: JsonRecord | undefined): void {
  if (!metadata) return;
  const { id, encrypted_content, isRaw } = metadata;
  let item = items.find((other) => other['id'] === id);
  if (!item) items.push((item = { type: 'reasoning', id, summary: [] as JsonRecord[] }));
  if (encrypted_content !== undefined) item['encrypted_content'] = encrypted_content;
  const [list, type] = isRaw ? (['content', 'reasoning_text'] as const) : (['summary', 'summary_text'] as const);
  if (text) item[list] = [...((item[list] as JsonRecord[] | undefined) ?? []), { type, text }];
}
