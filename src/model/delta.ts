import type { ChatError } from './errors.js';
import type { FinishReason, ProviderMetadata, ReplyMetrics, Usage } from './message.js';

/**
 * One thing a reply can say, in one vocabulary for all wire formats. A closed union: what a format says beyond it is
 * counted and ignored. Every reply ends with exactly one `end` or one `error`.
 *
 * `part` names the part the delta belongs to, where its format tells several apart; without it text goes on where text
 * of that kind was written last. `providerMetadata` is joined, key by key, to what the part has already; a text without
 * characters may carry it alone.
 */
export type Delta =
  | { type: 'text'; text: string; part?: string; providerMetadata?: ProviderMetadata }
  | { type: 'reasoning'; text: string; part?: string; providerMetadata?: ProviderMetadata }
  | { type: 'refusal'; text: string; part?: string }
  | { type: 'tool-call-start'; id: string; name: string; providerMetadata?: ProviderMetadata }
  /** A piece of the arguments' JSON text. */
  | { type: 'tool-call-input'; id: string; text: string }
  /**
   * The arguments are whole. `input`: their value, of a tool that takes plain text. `approval`: a person has to allow the
   * call before the endpoint makes it; may be told later.
   */
  | { type: 'tool-call-end'; id: string; input?: string; approval?: true; providerMetadata?: ProviderMetadata }
  /** What a tool that the endpoint ran has given; `error` where it failed. */
  | { type: 'tool-call-output'; id: string; output?: unknown; error?: string; providerMetadata?: ProviderMetadata }
  | { type: 'source'; url: string; title?: string }
  /** A file with an id that was there already takes its place: a better preview. */
  | { type: 'file'; id?: string; mediaType: string; url?: string; name?: string; providerMetadata?: ProviderMetadata }
  /** Data with an id that was there already takes its place, too. */
  | { type: 'data'; id?: string; name: string; data: unknown; providerMetadata?: ProviderMetadata }
  | { type: 'usage'; usage: Usage }
  | { type: 'finish'; reason: FinishReason; rawReason: string }
  | { type: 'metadata'; model?: string; metrics?: ReplyMetrics }
  | { type: 'error'; error: ChatError }
  | { type: 'end' };
