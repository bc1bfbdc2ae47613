// Responses as a test wants them: a body in given pieces, or one that the test feeds while it is read.

export const EVENT_STREAM = { 'content-type': 'text/event-stream' };

const encoder = new TextEncoder();

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** A response whose body arrives in these pieces, one a read. */
export function responseOf(pieces: Iterable<Uint8Array>, headers: HeadersInit = EVENT_STREAM): Response {
  const left = pieces[Symbol.iterator]();
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { done, value } = left.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>, { headers });
}

/** A response that the test feeds, and that remembers what its reader did to it. */
export class FedResponse {
  readonly response: Response;
  /** Why the reader cancelled the body; undefined while it has not. */
  cancelled: { reason: unknown } | undefined;
  /** Resolves when it does. */
  readonly whenCancelled: Promise<void>;
  /** Resolves when somebody waits for more than there is. */
  readonly whenAwaited: Promise<void>;
  #controller!: ReadableStreamDefaultController<Uint8Array>;

  constructor(init: ResponseInit = { headers: EVENT_STREAM }) {
    let onCancel: () => void;
    let onAwaited: () => void;
    this.whenCancelled = new Promise((resolve) => (onCancel = resolve));
    this.whenAwaited = new Promise((resolve) => (onAwaited = resolve));
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#controller = controller),
        pull: () => onAwaited(),
        cancel: (reason) => {
          this.cancelled = { reason };
          onCancel();
        },
      },
      { highWaterMark: 0 },
    );
    this.response = new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>, init);
  }

  write(text: string): this {
    this.#controller.enqueue(bytesOf(text));
    return this;
  }

  close(): this {
    this.#controller.close();
    return this;
  }

  /** Breaks the connection. */
  fail(error: unknown = new TypeError('network error')): this {
    this.#controller.error(error);
    return this;
  }

  /** Whether nobody holds a reader of the body any more. */
  get released(): boolean {
    return this.response.body?.locked === false;
  }
}

/** One event of a stream: its data, as text or as a value that is written as JSON. */
export function sseEvent(data: unknown): string {
  return `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}

/** One chat completion chunk of a reply: what it adds, and its finish reason. */
export function chunk(delta: Record<string, unknown>, finishReason: string | null = null): Record<string, unknown> {
  return { object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finishReason }] };
}

/** A whole reply that says `words`, one a chunk. */
export function replyOf(...words: string[]): string {
  return [...words.map((content) => chunk({ content })), chunk({}, 'stop'), '[DONE]'].map(sseEvent).join('');
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
