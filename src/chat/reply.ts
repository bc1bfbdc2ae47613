/**
 * The data path, in one place: the frames of an endpoint's answer → the deltas of its reply.
 */
import { ChatError, isAbortError, type Delta, type StreamFrame } from '../model/index.js';
import { findProtocol } from '../protocols/detect.js';
import { DetectingDecoder } from '../protocols/detecting-decoder.js';
import type { Protocol } from '../protocols/index.js';
import { ThinkTagFilter } from '../protocols/think-tags.js';
import { readFrames, type ReplyTimer } from '../transport/index.js';
import { ReplayGuard } from './replay-guard.js';

export interface ReadReplyOptions {
  /**
   * The format to expect. The reply is told by its content type, its headers and its first frames all the same; this one
   * reads what none of them tells: a name, or a format of your own. Default `auto`: OpenAI Chat Completions.
   */
  protocol?: Protocol | string;
  signal?: AbortSignal;
}

/**
 * Reads one reply, whatever its format. Whatever the server does wrong comes as a last delta `{type: 'error'}`, after all
 * that had arrived.
 *
 * @throws the signal's reason (`AbortError`) when aborted; ChatError `bad-option` for a protocol that is none
 */
export async function* readReply(
  response: Response,
  { protocol = 'auto', signal }: ReadReplyOptions = {},
): AsyncGenerator<Delta> {
  const expected =
    typeof protocol !== 'string' ? protocol : await findProtocol(protocol === 'auto' ? 'openai' : protocol);
  yield* decodeFrames(readFrames(response, { signal, isPlainText: expected.name === 'text' }), response.headers, {
    expected,
    signal,
  });
}

export interface DecodeOptions {
  /** Reads what neither the headers nor the first frames tell. */
  expected: Protocol;
  signal?: AbortSignal | undefined;
  /** Told when the reply has said why it ends. */
  timer?: ReplyTimer;
  /**
   * Asks the endpoint to go on after this event, having waited for so many milliseconds if the server said how long;
   * undefined where it will not, or not any more.
   */
  resume?: (
    lastEventId: string,
    error: ChatError,
    wait: number | undefined,
  ) => Promise<AsyncIterable<StreamFrame> | undefined>;
}

/** Frames, from wherever they come → deltas; ends with one `end` or one `error`. */
export async function* decodeFrames(
  source: AsyncIterable<StreamFrame>,
  headers: Headers,
  { expected, signal, timer, resume }: DecodeOptions,
): AsyncGenerator<Delta> {
  const decoder = new DetectingDecoder(headers, expected);
  const thinking = new ThinkTagFilter();
  const replay = new ReplayGuard();
  let count = 0;
  let saysWhyItEnds = false;
  /** Of the frames before. */
  let hasContent = false;
  let hasFinished = false;
  /** What the connection was lost by, until the next has said something new. */
  let lost: ChatError | undefined;
  /** Deltas → those of the message, with the count before the last. */
  const filter = (deltas: readonly Delta[]): Delta[] =>
    deltas.flatMap((delta) => {
      const { malformedFrames, unknownFrames } = decoder;
      const metrics: Delta = { type: 'metadata', metrics: { frames: count, malformedFrames, unknownFrames } };
      return [...(isLast(delta) ? [metrics] : []), ...thinking.push(delta)];
    });
  const decode = async (frame: StreamFrame): Promise<Delta[]> => {
    count++;
    try {
      return filter(await decoder.push(frame));
    } catch (cause) {
      if (cause instanceof ChatError) throw cause;
      // A format of the page's own; the next try would end the same.
      throw new ChatError('internal', `expected the decoder not to throw, got: ${String(cause)}`, { cause });
    }
  };

  for (let frames: AsyncIterable<StreamFrame> | undefined = source; frames;) {
    let failure: ChatError | undefined;
    let torn: StreamFrame | undefined;
    try {
      for await (const frame of frames) {
        // Also between the frames that came in one piece.
        signal?.throwIfAborted();
        if (replay.isTorn(frame)) torn = frame;
        else if (replay.isNew(frame)) {
          lost = undefined;
          const deltas = await decode(frame);
          const says = deltas.some(isContent);
          for (const delta of deltas) {
            yield delta;
            // What a server says after the end is not part of the reply; leaving the loop closes the connection.
            if (isLast(delta)) return;
            if (isContent(delta)) {
              // It was not the end after all.
              saysWhyItEnds = false;
              timer?.expectMore();
            } else if (delta.type === 'finish') {
              saysWhyItEnds = true;
              // Some say with every piece, or before the first, why they would end there; and a back end that runs the
              // tools itself goes on afterwards.
              const isAtEnd = hasContent && !(says && hasFinished);
              const ends = delta.reason === 'content-filter' || (isAtEnd && delta.reason !== 'tool-calls');
              if (ends) timer?.expectEnd();
            }
          }
          hasContent ||= says;
          hasFinished ||= saysWhyItEnds;
        }
      }
    } catch (error) {
      signal?.throwIfAborted();
      // Without a signal, the abort of the page's own fetch is known by its name alone.
      if (!signal && isAbortError(error)) throw error;
      failure = asReplyError(error);
    }
    frames = undefined;
    const goOn = async (error: ChatError) =>
      replay.lastEventId === undefined ? undefined : resume?.(replay.lastEventId, error, replay.retry);
    if (!saysWhyItEnds) {
      // Half an event is missing, whatever the format takes for its end.
      if (torn) failure ??= new ChatError('interrupted', 'expected the rest of the last event, got none');
      // Before the format is told that this was all.
      if (failure) frames = await goOn(failure);
    }
    if (!frames) {
      if (torn) yield* await decode(torn);
      const closing = decoder.end();
      const last = closing.at(-1);
      yield* filter(closing.filter((delta) => !isLast(delta)));
      if (last?.type === 'error') {
        // What the endpoint has said of it tells more than how the connection ended.
        if (last.error.code === 'provider') lost = failure = last.error;
        else if (!failure || saysWhyItEnds) frames = await goOn((failure ??= last.error));
      } else if (saysWhyItEnds) {
        // A connection that breaks after the format's own end has taken nothing away.
        failure = undefined;
      }
      if (!frames) yield* filter([failure ? { type: 'error', error: lost ?? failure } : END]);
    }
    if (frames) {
      replay.resume();
      lost ??= failure;
    }
  }
}

const END: Delta = { type: 'end' };

function asReplyError(error: unknown): ChatError {
  if (error instanceof ChatError) return error;
  return new ChatError('interrupted', 'expected the rest of the reply, but the connection broke', { cause: error });
}

/** What a reader sees of a reply, and none sends behind its end. */
function isContent(delta: Delta): boolean {
  return CONTENT.has(delta.type) && !('text' in delta && delta.text === '');
}

const CONTENT: ReadonlySet<Delta['type']> = new Set(['text', 'reasoning', 'refusal', 'tool-call-start', 'file']);

function isLast(delta: Delta): boolean {
  return delta.type === 'error' || delta.type === 'end';
}
