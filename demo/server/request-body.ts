/**
 * Reads what a client asks: a JSON object of at most 10 MB with a conversation. The content type has to be JSON,
 * because a browser sends that to a foreign origin only after asking, and this server does not say yes: so no other
 * page can spend the key that the server may hold.
 */

import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.js';
import type { WireFormat } from './wire-format.js';

export interface ChatMessage {
  role: string;
  text: string;
}

export interface ChatRequest {
  /** The whole body, as it was parsed. */
  body: Record<string, unknown>;
  /** Its messages with their text, whether that came as a string or as a list of parts. */
  messages: ChatMessage[];
  model: string;
  stream: boolean;
  includeUsage: boolean;
}

const MAX_BYTES = 10_000_000;

export async function readChatRequest(
  request: IncomingMessage,
  { conversationKey, streamsByDefault }: WireFormat,
): Promise<ChatRequest> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    request.resume();
    throw new ApiError(400, 'The body has to be sent as Content-Type: application/json.');
  }
  const body = parseObject(await readText(request));
  const options = body['stream_options'];
  return {
    body,
    messages: readMessages(body[conversationKey], conversationKey),
    model: typeof body['model'] === 'string' ? body['model'] : 'docs',
    stream: typeof body['stream'] === 'boolean' ? body['stream'] : streamsByDefault,
    includeUsage: isObject(options) && options['include_usage'] === true,
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // What is left of it is not read: the connection is closed with the answer.
    if (bytes > MAX_BYTES) throw new ApiError(413, 'The body is larger than 10 MB.', { Connection: 'close' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ApiError(400, `The body is not JSON: ${error instanceof Error ? error.message : 'it cannot be parsed'}`);
  }
  if (!isObject(value)) throw new ApiError(400, 'The body has to be a JSON object.');
  return value;
}

function readMessages(value: unknown, key: string): ChatMessage[] {
  if (key === 'input' && typeof value === 'string') return [{ role: 'user', text: value }];
  if (!Array.isArray(value)) throw new ApiError(400, `Missing required parameter: '${key}', a list.`);
  return value.map((message: unknown, index) => {
    if (!isObject(message)) throw new ApiError(400, `Invalid '${key}[${index}]': expected an object.`);
    // The AI SDK's messages have parts where others have content.
    return { role: String(message['role']), text: contentText(message['content'] ?? message['parts']) };
  });
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: unknown) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
