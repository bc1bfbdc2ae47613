/**
 * What the names mean that hand-written back ends and chat frameworks give their events (SSE `event:`, or `type`, `event`,
 * `role` in the JSON). Nobody agreed on them, but all are made of the same few words: `message_end`, `on_llm_new_token`,
 * `conversation.message.delta`, `AIMessageChunk`. The words decide; of a name that has none of them nothing is known.
 */

/** `whole` says again what came in pieces, `other` is about the reply and not of it. */
export type EventKind = 'text' | 'reasoning' | 'whole' | 'end' | 'error' | 'ping' | 'other' | 'unknown';

export function eventKind(name: string): EventKind {
  let kind = known.get(name);
  if (kind !== undefined) return kind;
  kind = kindOfWords(name);
  if (known.size < MAX_KNOWN) known.set(name, kind);
  return kind;
}

/** A stream has a few names, and each of them thousands of times. */
const known = new Map<string, EventKind>();
const MAX_KNOWN = 200;

function kindOfWords(name: string): EventKind {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);
  const whole = words.join(' ');
  return KINDS.find(([, of]) => of.test(whole))?.[0] ?? 'unknown';
}

/** The first that fits counts: a `tool_error` ends no reply, and a `text_end` is none. */
const KINDS: readonly [EventKind, RegExp][] = [
  ['ping', anyOf('ping heartbeat keepalive keep')],
  [
    'end',
    /^(?:(?:message|messages|stream|chat|response|answer|generation) )?(?:end|ended|done|completed?|closed?|finish|finished|stop|stopped|eos)$|^end of /,
  ],
  ['whole', /^(?:(?:message|response|answer) )?(?:final|full)(?: (?:message|response|answer|output|result))?$/],
  [
    'other',
    anyOf(
      'start started begin init open opened connect connected connection ready created added',
      'end ended done complete completed finish finished stop stopped replace partial add',
      'meta metadata info status progress processing pending queued running loading working',
      'state values updates debug log logs trace usage cost title suggestion suggestions followup',
      'tool tools function source sources citation citations reference references context document documents',
      'retriever search query step steps node workflow chain parser prompt file image audio video tts artifact',
      'user human system session thread feedback id',
    ),
  ],
  // Of an agent's thoughts Dify says once more what stood in its messages.
  ['other', /^agent thoughts?$/],
  ['error', anyOf('error exception failed failure')],
  ['reasoning', anyOf('reasoning think thinking thought thoughts')],
  [
    'text',
    anyOf(
      'text token tokens content chunk chunks delta output answer response reply message messages stream data item',
      'result completion generation assistant ai bot markdown',
    ),
  ],
];

function anyOf(...words: string[]): RegExp {
  return new RegExp(`\\b(?:${words.join(' ').replaceAll(' ', '|')})\\b`);
}
