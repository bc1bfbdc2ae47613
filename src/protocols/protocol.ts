import type { Delta, Message, StreamFrame } from '../model/index.js';

/** What the page configured of a request. */
export interface RequestOptions {
  /** Where to send, as the page wrote it. */
  endpoint: string;
  model?: string;
  /** The system prompt. */
  system?: string;
  /** Merged into the body last, so that a page can set whatever its endpoint understands. */
  params?: Record<string, unknown>;
  /** Under `message`: the key of the text. Default `message`. */
  messageKey?: string;
  /** The id of the answer that is asked for again, where one is. */
  regenerates?: string | undefined;
}

/** A request before it is serialised; a `request` listener may change every member. */
export interface ProtocolRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  /** A JSON value; undefined sends no body. */
  body: unknown;
}

/** Reads one reply. Stateful: a new one for each. */
export interface Decoder {
  /** Frames that were not what the format says, and were skipped. */
  readonly malformedFrames: number;
  /** Well-formed frames of a kind the decoder does not know, and ignored. */
  readonly unknownFrames: number;
  /** The deltas of one frame, in their order. */
  push(frame: StreamFrame): Delta[];
  /** The frames are over: closes what is open, and ends with `end` or `error`. After an `error`, `push` may go on. */
  end(): Delta[];
}

/** One wire format, out and in. */
export interface Protocol {
  readonly name: string;
  request(messages: readonly Message[], options: RequestOptions): ProtocolRequest;
  decoder(): Decoder;
  /** Whether a reply with these headers and this first frame is in this format. */
  matches(headers: Headers, frame: StreamFrame): boolean;
}
