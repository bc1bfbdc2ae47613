/** A decoder for a reply whose format is not known before its first frames, and has perhaps to be loaded. */
import type { Delta, StreamFrame } from '../model/index.js';
import { protocolForReply } from './detect.js';
import type { Decoder, Protocol } from './protocol.js';
import { isProtocolName } from './registry.js';

/** Frames that tell nothing of their format, and wait for one that does. */
const MAX_UNDECIDED = 20;

/** Becomes the decoder of the format that the first frames tell; what came before they do is read by it, too. */
export class DetectingDecoder {
  #decoder: Decoder | undefined;
  #waiting: StreamFrame[] = [];
  readonly #headers: Headers;
  readonly #expected: Protocol;

  /** @param expected reads what neither the headers nor the first frames tell */
  constructor(headers: Headers, expected: Protocol) {
    this.#headers = headers;
    this.#expected = expected;
  }

  get malformedFrames(): number {
    return this.#decoder?.malformedFrames ?? 0;
  }

  get unknownFrames(): number {
    return this.#decoder?.unknownFrames ?? 0;
  }

  /** The deltas of one frame: a promise as long as the format is not known. */
  push(frame: StreamFrame): Delta[] | Promise<Delta[]> {
    if (this.#decoder) return this.#decoder.push(frame);
    this.#waiting.push(frame);
    return this.#detect(frame);
  }

  /** As of a `Decoder`. */
  end(): Delta[] {
    const deltas = this.#decoder ? [] : this.#decide(undefined);
    return [...deltas, ...this.#decoder!.end()];
  }

  async #detect(frame: StreamFrame): Promise<Delta[]> {
    // A format of the page's own knows its replies better than those that are built in.
    const isOwn = !isProtocolName(this.#expected.name) && this.#expected.matches(this.#headers, frame);
    const protocol = isOwn ? this.#expected : await protocolForReply(this.#headers, frame);
    return protocol || this.#waiting.length >= MAX_UNDECIDED ? this.#decide(protocol) : [];
  }

  #decide(protocol: Protocol = this.#expected): Delta[] {
    const decoder = (this.#decoder = protocol.decoder());
    const deltas = this.#waiting.flatMap((frame) => decoder.push(frame));
    this.#waiting = [];
    return deltas;
  }
}
