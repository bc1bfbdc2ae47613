/**
 * The data path, in one place: the response of an endpoint → the deltas of its reply.
 */
import { ChatError, isAbortError, type Delta, type StreamFrame } from '../model/index.js';
import { openai, type Decoder, type Protocol } from '../protocols/index.js';
import { readFrames } from '../transport/index.js';

export interface ReadReplyOptions {
  /** The format of the reply. Default: OpenAI Chat Completions. */
  protocol?: Protocol;
  signal?: AbortSignal;
}

/**
 * Reads one reply. Whatever the server does wrong comes as a last delta `{type: 'error'}`, after all that had arrived.
 *
 * @throws the signal's reason (`AbortError`) when aborted; nothing else
 */
export async function* readReply(
  response: Response,
  { protocol = openai, signal }: ReadReplyOptions = {},
): AsyncGenerator<Delta> {
  const frames = readFrames(response, { signal });
  yield* decodeFrames(frames, protocol.decoder(), signal);
}

async function* decodeFrames(
  frames: AsyncIterable<StreamFrame>,
  decoder: Decoder,
  signal: AbortSignal | undefined,
): AsyncGenerator<Delta> {
  let count = 0;
  let failure: ChatError | undefined;
  const metrics = (): Delta => {
    const { malformedFrames, unknownFrames } = decoder;
    return { type: 'metadata', metrics: { frames: count, malformedFrames, unknownFrames } };
  };
  try {
    for await (const frame of frames) {
      // Also between the frames that came in one piece.
      signal?.throwIfAborted();
      count++;
      for (const delta of decoder.push(frame)) {
        if (isLast(delta)) yield metrics();
        yield delta;
        // What a server says after the end is not part of the reply; leaving the loop closes the connection.
        if (isLast(delta)) return;
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    // Without a signal, the abort of the page's own fetch is known by its name alone.
    if (!signal && isAbortError(error)) throw error;
    failure =
      error instanceof ChatError
        ? error
        : new ChatError('interrupted', 'expected the rest of the reply, but the connection broke', { cause: error });
  }
  for (const delta of decoder.end()) {
    if (isLast(delta)) yield metrics();
    // A connection that breaks after the format's own end has taken nothing away.
    yield delta.type === 'error' && failure ? { type: 'error', error: failure } : delta;
  }
}

function isLast(delta: Delta): boolean {
  return delta.type === 'error' || delta.type === 'end';
}
