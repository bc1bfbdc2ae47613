/**
 * An OpenAI-compatible endpoint inside the test: a `fetch` whose answer the test writes piece by piece, and that
 * remembers what it was asked.
 */
export interface FakeRequest {
  url: string;
  headers: Headers;
  body: { messages: { role: string; content: string }[]; [key: string]: unknown };
  signal: AbortSignal;
}

export class FakeEndpoint {
  readonly requests: FakeRequest[] = [];
  /** What the next answers are: a status and headers, or a whole response. Default: an open event stream. */
  next: (() => Response | Promise<Response>)[] = [];
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  readonly #encoder = new TextEncoder();

  readonly fetch: typeof fetch = async (input, init = {}) => {
    const signal = init.signal!;
    const body = JSON.parse(init.body as string) as FakeRequest['body'];
    this.requests.push({ url: input as string, headers: new Headers(init.headers), body, signal });
    const answer = this.next.shift();
    if (answer) return answer();
    const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (this.#controller = controller) });
    signal.addEventListener('abort', () => this.#controller?.error(signal.reason));
    return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
  };

  get last(): FakeRequest {
    return this.requests.at(-1)!;
  }

  /** Sends bytes as they are. */
  write(text: string): void {
    this.#controller!.enqueue(this.#encoder.encode(text));
  }

  /** Sends one event. */
  event(value: unknown): void {
    this.write(`data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`);
  }

  /** Sends one piece of the answer's text. */
  text(content: string): void {
    this.event({ choices: [{ index: 0, delta: { content } }] });
  }

  /** Ends the answer as a good server does. */
  finish(reason = 'stop'): void {
    this.event({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
    this.event('[DONE]');
    this.close();
  }

  /** Ends the stream as it is. */
  close(): void {
    this.#controller!.close();
  }

  /** Breaks the connection. */
  fail(): void {
    this.#controller!.error(new TypeError('network error'));
  }
}
