/** What the attributes of a chat say about its requests → the options of `Chat` (../chat), checked. */
import { isProtocolName, PROTOCOL_NAMES } from '../chat/core.js';
import type { ChatOptions, HeadersSource, Protocol } from '../chat/index.js';
import { readCredentials, readHistory, readJsonObject, readNumber } from './read-option.js';

/** As the element has them (stream-chat.ts), where a framework may have written null for what is not set. */
interface RequestSettings {
  readonly endpoint: string;
  readonly protocol: string | Protocol | null;
  readonly messageKey: string;
  readonly method: string | null;
  readonly timeout: number | string;
  readonly idleTimeout: number | string;
  readonly retry: number | string;
  readonly model: string;
  readonly system: string;
  readonly params: Record<string, unknown> | string | undefined;
  readonly headers: HeadersSource | string | undefined;
  readonly history: number | string;
  readonly credentials: RequestCredentials;
  readonly fetch: typeof fetch | undefined;
  readonly webSocket: typeof WebSocket | undefined;
}

/** Throws a ChatError that names the setting that cannot be read. `warn`: told what counts as the default instead. */
export function readChatOptions(settings: RequestSettings, warn: (message: string) => void): ChatOptions {
  const { endpoint, messageKey, model, system, headers } = settings;
  return {
    endpoint,
    protocol: readProtocol(settings.protocol, warn),
    messageKey: messageKey || 'message',
    method: settings.method?.toLowerCase() === 'get' ? 'get' : 'post',
    timeout: readNumber(settings.timeout),
    idleTimeout: readNumber(settings.idleTimeout),
    retry: readNumber(settings.retry),
    model,
    system,
    credentials: readCredentials(settings.credentials),
    fetch: settings.fetch ?? undefined,
    webSocket: settings.webSocket ?? undefined,
    params: readJsonObject('params', settings.params),
    headers: typeof headers === 'function' ? headers : readJsonObject<string>('headers', headers),
    history: readHistory(settings.history),
  };
}

/** The format that is named, if there is one, or was given itself; names may be written in any case. */
export function protocolNamed(value: string | Protocol | null): string | Protocol | undefined {
  if (typeof value === 'object' && value !== null) return value;
  const name = value?.trim() ?? '';
  return [name, name.toLowerCase()].find(isProtocolName);
}

/** As with HTML's enumerated attributes, what is no value counts as the default. */
function readProtocol(value: string | Protocol | null, warn: (message: string) => void): string | Protocol {
  const protocol = protocolNamed(value);
  const name = typeof value === 'string' ? value.trim() : '';
  if (!protocol && name && name.toLowerCase() !== 'auto') {
    warn(`expected protocol to be auto, ${PROTOCOL_NAMES.join(', ')}, got "${name}": auto is used`);
  }
  return protocol ?? 'auto';
}
