import type { ChatError } from './errors.js';
import type { FinishReason, ReplyMetrics, Usage } from './message.js';

/**
 * One thing a reply can say, in one vocabulary for all wire formats. A closed union: what a format says beyond it is
 * counted and ignored. Every reply ends with exactly one `end` or one `error`.
 *
 * `part` names the part the delta belongs to, where its format tells several apart; without it text goes on where text
 * of that kind was written last.
 */
export type Delta =
  | { type: 'text'; text: string; part?: string }
  | { type: 'reasoning'; text: string; part?: string }
  | { type: 'refusal'; text: string; part?: string }
  | { type: 'tool-call-start'; id: string; name: string }
  /** A piece of the arguments' JSON text. */
  | { type: 'tool-call-input'; id: string; text: string }
  | { type: 'tool-call-end'; id: string }
  | { type: 'source'; url: string; title?: string }
  | { type: 'file'; id?: string; mediaType: string; url?: string; name?: string }
  | { type: 'data'; name: string; data: unknown }
  | { type: 'usage'; usage: Usage }
  | { type: 'finish'; reason: FinishReason; rawReason: string }
  | { type: 'metadata'; model?: string; metrics?: ReplyMetrics }
  | { type: 'error'; error: ChatError }
  | { type: 'end' };
