/**
 * The names of wire formats, and those that a page has added: what has to be known before anything is asked. The formats
 * themselves are loaded when they are needed (detect.ts).
 */
import { ChatError } from '../model/index.js';
import type { Protocol } from './protocol.js';

/** The formats that are built in, by the names that a page gives them. */
export const PROTOCOL_NAMES = [
  'openai',
  'openai-responses',
  'openai-completions',
  'anthropic',
  'gemini',
  'gemini-interactions',
  'ollama',
  'cohere',
  'bedrock-converse',
  'tgi',
  'replicate',
  'ui-message-stream',
  'data-stream',
  'ag-ui',
  'assistant-transport',
  'mcp',
  'message',
  'text',
] as const;

/** Formats that a page has registered: they come before those that are built in. */
export const registered = new Map<string, Protocol>();

/** Makes a format known under `name`, for requests that ask for it and for the replies that it matches. */
export function registerProtocol(name: string, protocol: Protocol): void {
  registered.set(name, protocol);
}

/** Whether a request can be asked for in a format of this name. */
export function isProtocolName(name: string): boolean {
  return registered.has(name) || (PROTOCOL_NAMES as readonly string[]).includes(name);
}

/** @throws ChatError `bad-option` where there is no format of this name */
export function checkProtocolName(name: string): void {
  if (isProtocolName(name)) return;
  throw new ChatError('bad-option', `expected as protocol auto, ${PROTOCOL_NAMES.join(', ')}, got "${name}"`);
}
