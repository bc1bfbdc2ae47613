/**
 * OpenAI's legacy completions, which servers of base models still speak: a prompt goes out, and its continuation comes in,
 * in chunks that are those of Chat Completions but for `choices[].text`.
 * https://platform.openai.com/docs/api-reference/completions
 */
import { messageText, type Message } from '../model/index.js';
import { asArray, isRecord, parseJsonValues } from './json.js';
import { jsonRequest } from './openai-request.js';
import { openai } from './openai.js';
import type { Protocol, ProtocolRequest, RequestOptions } from './protocol.js';

export const openaiCompletions: Protocol = {
  name: 'openai-completions',
  request: createRequest,
  decoder: () => openai.decoder(),
  matches: (_headers, frame) => parseJsonValues(frame.data).some(isTextCompletion),
};

/**
 * A single text is the prompt as it stands, for the model to go on with. A conversation is a transcript that ends where the
 * next answer begins, and that the model must not go on writing for the other side.
 */
function createRequest(messages: readonly Message[], options: RequestOptions): ProtocolRequest {
  const texts = messages.map(messageText);
  const isConversation = messages.length > 1;
  const lines = isConversation
    ? [...messages.map(({ role }, at) => `${SPEAKERS[role]}: ${texts[at]}`), `${SPEAKERS.assistant}:`]
    : texts;
  const prompt = [...(options.system ? [options.system] : []), ...lines].join('\n\n');
  return jsonRequest(options, { prompt, ...(isConversation && { stop: [`\n${SPEAKERS.user}:`] }) });
}

const SPEAKERS: Readonly<Record<Message['role'], string>> = {
  user: 'User',
  assistant: 'Assistant',
  system: 'System',
  tool: 'Tool',
};

function isTextCompletion(value: unknown): boolean {
  if (!isRecord(value)) return false;
  if (value['object'] === 'text_completion') return true;
  // Some servers repeat the delta of a chat as text.
  const choice = asArray(value['choices'])[0];
  return isRecord(choice) && typeof choice['text'] === 'string' && !('delta' in choice || 'message' in choice);
}
