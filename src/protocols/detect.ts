/**
 * Which wire format: of a request by its name or its endpoint, of a reply by what came. All but Chat Completions are
 * loaded when they are needed, which most pages never do.
 */
import { ChatError, type StreamFrame } from '../model/index.js';
import { isRecord, parseJsonValues } from './json.js';
import { openai } from './openai.js';
import type { Protocol } from './protocol.js';
import { checkProtocolName, registered, type PROTOCOL_NAMES } from './registry.js';

/**
 * The format of that name.
 *
 * @throws ChatError `bad-option` where there is none, `not-loaded` where it cannot be loaded
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
 * @throws ChatError `not-loaded` where it cannot be loaded
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

function loadFormats(): Promise<readonly Protocol[]> {
  loading ??= import('./formats.js').then(
    ({ formats }) => formats,
    (cause: unknown) => {
      loading = undefined;
      const file = 'stream-chat.formats.js';
      throw new ChatError('not-loaded', `expected ${file} beside the script, got none`, { detail: file, cause });
    },
  );
  return loading;
}

/** End of a path: what follows may be a query or a fragment. */
const ENDPOINTS: readonly [RegExp, (typeof PROTOCOL_NAMES)[number]][] = [
  [/\/chat\/completions\/?(?:[?#]|$)/, 'openai'],
  [/\/responses\/?(?:[?#]|$)/, 'openai-responses'],
  [/\/v1\/messages\/?(?:[?#]|$)/, 'anthropic'],
  [/:(?:streamG|g)enerateContent(?:[?#]|$)/, 'gemini'],
  [/\/interactions\/?(?:[?#]|$)/, 'gemini-interactions'],
  [/^https?:\/\/[^/]*\bcohere\.(?:com|ai)\/v[12]\/chat\/?(?:[?#]|$)/, 'cohere'],
  [/^https?:\/\/[^/]*:11434(?:\/|$)|\/api\/generate\/?(?:[?#]|$)/, 'ollama'],
  [/\/completions\/?(?:[?#]|$)/, 'openai-completions'],
  [/\/api\/chat\/?(?:[?#]|$)/, 'ui-message-stream'],
];
