/**
 * What one JSON value of a hand-written back end says. Where a text is looked for is a short list, and what calls itself
 * something else (`status`, `tool_result`, `metadata`) is no place for one: an id shown as an answer is worse than an
 * unknown server that is reported as one.
 */
import type { Usage } from '../model/index.js';
import { eventKind, type EventKind } from './event-kind.js';
import { asArray, asNumber, asRecord, asString, isRecord, type JsonRecord } from './json.js';

/** Where such back ends put a piece of text: the first of these that is one. */
const TEXT_KEYS = [
  'token',
  'delta',
  'chunk',
  'content',
  'text',
  'answer',
  'response',
  'reply',
  'completion',
  'kwargs',
  'textResponse',
];
/** Where they put one as well, and in events of unknown names something else. */
const LOOSE_KEYS = ['output', 'result', 'data', 'message', 'payload'];
const REASONING_KEYS = ['reasoning_content', 'reasoning', 'thinking'];
/** What they set to true in their last event. */
const END_FLAGS = ['done', 'finished', 'is_finished', 'is_end', 'end', 'stop', 'final', 'completed', 'close'];
const FINISH_KEYS = ['finish_reason', 'stop_reason', 'done_reason', 'stop_type'];
const NO_REASON = /^(?:none|null)$/i;

/** How far into a value to look for its text (LangChain: `data.chunk.kwargs.content`). */
const MAX_DEPTH = 4;

/** What a value is, by all its names together; undefined where it has none. */
export function kindOf(value: JsonRecord, event?: string): EventKind | undefined {
  const kinds = [event, value['type'], value['event'], value['role']].flatMap((name) =>
    typeof name === 'string' && name !== '' ? eventKind(name) : [],
  );
  const status = statusKind(value);
  if (status === 'error') kinds.push(status);
  const isAside = status === 'other' || asString(value['tool']) || asString(value['tool_name']);
  if (isAside && !hasPlainText(value)) kinds.push('other');
  return PRECEDENCE.find((kind) => kinds.includes(kind));
}

const PRECEDENCE: readonly EventKind[] = ['error', 'other', 'end', 'whole', 'ping', 'reasoning', 'text', 'unknown'];

export function statusKind(value: JsonRecord): EventKind {
  return eventKind(asString(value['status']) ?? '');
}

/** Whether a text stands where it can be nothing else: a status beside it is that of this piece. */
function hasPlainText(value: JsonRecord): boolean {
  return TEXT_KEYS.some((key) => asString(value[key]));
}

/** The text of a value, wherever its server keeps it. */
export function textOf(value: JsonRecord, kind = kindOf(value), depth = MAX_DEPTH): string | undefined {
  if (kind === 'other' || kind === 'ping' || depth === 0) return undefined;
  const keys = kind === 'unknown' || kind === 'end' ? TEXT_KEYS : [...TEXT_KEYS, ...LOOSE_KEYS];
  for (const key of keys) {
    const found = value[key];
    if (typeof found === 'string') return found;
    const inner = isRecord(found) ? textOf(found, undefined, depth - 1) : textOfBlocks(found);
    if (inner !== undefined) return inner;
  }
  // Elsewhere a number is an id or a count.
  return typeof value['response'] === 'number' ? String(value['response']) : undefined;
}

/** The texts of a list of content blocks (`{"type": "text", "text": "…"}`). */
function textOfBlocks(value: unknown): string | undefined {
  const texts = asArray(value).flatMap((block) => {
    const { type, text } = asRecord(block) ?? {};
    return (type === 'text' || type === 'text_delta') && typeof text === 'string' ? text : [];
  });
  return texts.length > 0 ? texts.join('') : undefined;
}

export function reasoningOf(value: JsonRecord): string | undefined {
  const delta = asRecord(value['delta']);
  return REASONING_KEYS.map((key) => asString(value[key]) ?? asString(delta?.[key])).find(Boolean);
}

/** Whether a value is the last one. */
export function endsReply(value: JsonRecord, kind: EventKind | undefined): boolean {
  if (kind === 'other') return false;
  // n8n tells of the end of each of its nodes.
  if (kind === 'end') return asRecord(value['metadata'])?.['nodeId'] === undefined;
  return END_FLAGS.some((key) => value[key] === true) || (statusKind(value) === 'end' && !hasPlainText(value));
}

export function finishReasonIn(value: JsonRecord): string | undefined {
  return FINISH_KEYS.map((key) => asString(value[key])).find((word) => word && !NO_REASON.test(word));
}

/** What a value says of an error: under `error`, or all of it. */
export function failureIn(value: JsonRecord): unknown {
  const failure = value['error'];
  if (failure && failure !== true) return failure;
  return asString(value['message']) === undefined ? (textOf(value) ?? asString(value['detail']) ?? value) : value;
}

export function usageIn(value: JsonRecord): Usage | undefined {
  const usage =
    asRecord(value['usage']) ?? asRecord(value['usage_metadata']) ?? asRecord(asRecord(value['metadata'])?.['usage']);
  return (
    usage && {
      inputTokens: asNumber(usage['prompt_tokens']) ?? asNumber(usage['input_tokens']),
      outputTokens: asNumber(usage['completion_tokens']) ?? asNumber(usage['output_tokens']),
      totalTokens: asNumber(usage['total_tokens']),
    }
  );
}

/** The sources that a value lists: addresses, or records (LangChain's and Flowise's documents) with one. */
export function sourcesIn(value: JsonRecord): { url: string; title: unknown }[] {
  const lists = SOURCE_KEYS.map((key) => value[key] ?? asRecord(value['metadata'])?.[key]);
  const name = asString(value['event']) ?? asString(value['type']) ?? '';
  if (SOURCE_NAME.test(name)) lists.push(value['data'], value['content']);
  return lists.flatMap(asArray).flatMap((item) => {
    const source = asRecord(item);
    const about = asRecord(source?.['metadata']);
    const url = [item, ...URL_KEYS.flatMap((key) => [source?.[key], about?.[key]])].find(isAddress);
    return url === undefined ? [] : { url, title: source?.['title'] ?? about?.['title'] ?? source?.['name'] };
  });
}

const SOURCE_KEYS = [
  'sources',
  'citations',
  'references',
  'source_documents',
  'sourceDocuments',
  'retriever_resources',
];
const SOURCE_NAME = /^(?:sources?|citations?|references?|source_?documents?)$/i;
const URL_KEYS = ['url', 'link', 'href', 'uri', 'source'];

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && /^(?:https?:\/)?\//.test(value);
}
