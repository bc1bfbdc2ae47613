/** The bytes of a response's body → text, and letting go of a body however that ends. */
import type { ReplyTimer } from './reply-timer.js';

/**
 * The body as decoded text. However the loop ends, the reader is released and an unfinished body cancelled; an abort is
 * seen at once, also where the body itself knows nothing of the signal.
 */
export async function* readText(
  body: ReadableStream<Uint8Array> | null,
  signal?: AbortSignal,
  timer?: ReplyTimer,
): AsyncGenerator<string> {
  if (!body) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  // A body that has already failed rejects once more with the failure that the loop has thrown.
  const cancel = () => void reader.cancel(signal?.reason).catch(ignoreSecondFailure);
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel);
  let finished = false;
  try {
    while (!finished) {
      const { done, value } = await (timer ? timer.wait(reader.read()) : reader.read());
      signal?.throwIfAborted();
      timer?.touch();
      finished = done;
      const text = done ? decoder.decode() : decoder.decode(value, { stream: true });
      if (text) yield text;
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    if (!finished) cancel();
    reader.releaseLock();
  }
}

function ignoreSecondFailure(): void {}

/** Lets go of a body that nobody will read, and with it of the connection. */
export function discard(response: Response): void {
  void response.body?.cancel().catch(ignoreSecondFailure);
}

/** As much of a body as tells what it is. */
export const MAX_HEAD = 4096;

/** Without its parameters, in small letters; empty where there is none. */
export function mediaType(headers: Headers): string {
  return (headers.get('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

/** Query strings may carry tokens, and messages end up in logs. */
export function withoutQuery(url: string): string {
  return url.split('?', 1)[0] || 'the endpoint';
}
