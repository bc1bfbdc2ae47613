/**
 * Which wire format: of a request by its name or its endpoint, of a reply by what came. All but Chat Completions are
 * loaded when they are needed, which most pages never do.
 */
import { ChatError, type StreamFrame } from '../model/index.js';
import { isRecord, parseJsonValues } from './json.js';
import { openai } from './openai.js';
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
const registered = new Map<string, Protocol>();

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

/**
 * The format of that name.
 *
 * @throws ChatError `bad-option` where there is none, `internal` where it cannot be loaded
 */
export async function findProtocol(name: string): Promise<Protocol> {
  checkProtocolName(name);
  const known = registered.get(name) ?? (name === openai.name ? openai : undefined);
  return known ?? (await loadFormats()).find((format) => format.name === name)!;
}

/** The format to ask an endpoint in, told by its address; Chat Completions where that says nothing. */
export async function protocolForEndpoint(endpoint: string): Promise<Protocol> {
  return findProtocol(ENDPOINTS.find(([pattern]) => pattern.test(endpoint))?.[1] ?? openai.name);
}

/**
 * The format of a reply; undefined where this frame does not tell.
 *
 * @throws ChatError `internal` where it cannot be loaded
 */
export async function protocolForReply(headers: Headers, frame: StreamFrame): Promise<Protocol | undefined> {
  for (const protocol of registered.values()) if (protocol.matches(headers, frame)) return protocol;
  // A text may hold whatever it likes, also lines of another format.
  if (frame.framing === 'text') return findProtocol('text');
  if (frame.data === '' && !frame.stray) return undefined;
  if (parseJsonValues(frame.data).some((value) => isRecord(value) && 'choices' in value)) return openai;
  const isOpenAi = openai.matches(headers, frame);
  try {
    const found = (await loadFormats()).find((protocol) => protocol.matches(headers, frame));
    if (found) return found;
  } catch (error) {
    // An error, or an end, that Chat Completions words like that too.
    if (!isOpenAi) throw error;
  }
  return isOpenAi ? openai : undefined;
}

let loading: Promise<readonly Protocol[]> | undefined;

async function loadFormats(): Promise<readonly Protocol[]> {
  loading ??= import('./formats.js').then(({ formats }) => formats);
  try {
    return await loading;
  } catch (cause) {
    loading = undefined;
    throw new ChatError('internal', 'expected stream-chat.formats.js beside the script, got none', { cause });
  }
}

/** End of a path: what follows may be a query or a fragment. */
const ENDPOINTS: readonly [RegExp, (typeof PROTOCOL_NAMES)[number]][] = [
  [/\/chat\/completions\/?(?:[?#]|$)/, 'openai'],
  [/\/responses\/?(?:[?#]|$)/, 'openai-responses'],
  [/\/v1\/messages\/?(?:[?#]|$)/, 'anthropic'],
  [/:streamGenerateContent(?:[?#]|$)/, 'gemini'],
  [/\/interactions\/?(?:[?#]|$)/, 'gemini-interactions'],
  [/^https?:\/\/[^/]*\bcohere\.(?:com|ai)\/v[12]\/chat\/?(?:[?#]|$)/, 'cohere'],
  [/^https?:\/\/[^/]*:11434(?:\/|$)|\/api\/generate\/?(?:[?#]|$)/, 'ollama'],
  [/\/completions\/?(?:[?#]|$)/, 'openai-completions'],
  [/\/api\/chat\/?(?:[?#]|$)/, 'ui-message-stream'],
];
