import type { ChatError } from './errors.js';

/** Who speaks. */
export type Role = 'user' | 'assistant' | 'system' | 'tool';

/**
 * `streaming`: still arriving · `complete`: its format's own end was seen · `interrupted`: the stream ended before it ·
 * `stopped`: the reader stopped it · `error`: the error stands in `error`. Whatever had arrived is in `parts` in every case.
 */
export type MessageStatus = 'streaming' | 'complete' | 'interrupted' | 'stopped' | 'error';

/** Why a reply ended, in one vocabulary for all providers; the provider's own word is `rawFinishReason`. */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'error' | 'other';

/** Token counts as the provider reports them. */
export interface Usage {
  inputTokens?: number;
  outputTokens?: number;
  totalTokens?: number;
  /** The part of `outputTokens` that was reasoning. */
  reasoningTokens?: number;
  /** The part of `inputTokens` that came from the provider's cache. */
  cachedInputTokens?: number;
}

/** What was counted while a reply was read. */
export interface ReplyMetrics {
  /** Frames read. */
  frames: number;
  /** Frames that were not what their format says (JSON that does not parse), and were skipped. */
  malformedFrames: number;
  /** Well-formed frames of a kind this version does not know, and ignored. */
  unknownFrames: number;
}

/**
 * Opaque values of a provider that have to be sent back to it verbatim (signatures, encrypted reasoning), under the name
 * of its protocol.
 */
export type ProviderMetadata = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface PartBase {
  /** The provider's own name or index of the part; deltas refer to it. Absent where a format has none. */
  id?: string;
  /** Not for reading: sent back with the part to the provider it came from, which may refuse the next turn without it. */
  providerMetadata?: ProviderMetadata;
}

export interface TextPart extends PartBase {
  type: 'text';
  text: string;
}
export interface ReasoningPart extends PartBase {
  type: 'reasoning';
  text: string;
}
export interface RefusalPart extends PartBase {
  type: 'refusal';
  text: string;
}
export interface ToolCallPart extends PartBase {
  type: 'tool-call';
  id: string;
  name: string;
  /** The arguments, once they are complete and parse. */
  input?: unknown;
  /** The arguments as received so far: JSON text, or the plain text that some tools take. */
  inputText: string;
  state: 'input-streaming' | 'input-available' | 'awaiting-approval' | 'running' | 'output-available' | 'error';
  output?: unknown;
  error?: string;
}
export interface SourcePart extends PartBase {
  type: 'source';
  url: string;
  title?: string;
}
export interface FilePart extends PartBase {
  type: 'file';
  mediaType: string;
  url?: string;
  name?: string;
}
export interface DataPart extends PartBase {
  type: 'data';
  name: string;
  data: unknown;
}

export type MessagePart = TextPart | ReasoningPart | RefusalPart | ToolCallPart | SourcePart | FilePart | DataPart;

/** One turn of the conversation. Immutable: a change is a new object, parts that did not change keep their identity. */
export interface Message {
  readonly id: string;
  readonly role: Role;
  readonly parts: readonly MessagePart[];
  readonly status: MessageStatus;
  readonly finishReason?: FinishReason;
  /** The provider's own last word on why it ended. */
  readonly rawFinishReason?: string;
  readonly usage?: Usage;
  readonly error?: ChatError;
  readonly model?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly metrics?: ReplyMetrics;
}

/** The id of what is thought about the rest of a text that was cut off, by that of the text. */
export function reasoningAbout(text: string | undefined): string {
  return `${text} reasoning`;
}

/** Instructions and results, which are no messages to a reader. */
export function isForModel({ role }: Message): boolean {
  return role === 'system' || role === 'tool';
}

/** A message's text: its text parts, joined. Reasoning, refusals and tools are not text. */
export function messageText(message: Pick<Message, 'parts'>): string {
  let text = '';
  for (const part of message.parts) if (part.type === 'text') text += part.text;
  return text;
}
