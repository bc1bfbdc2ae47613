/**
 * Replicate's predictions: events of plain text, named after what they hold, and `done` at the end.
 * https://replicate.com/docs/topics/predictions/streaming
 *
 * Their API answers the request with the prediction, and streams from another address that stands in it. So the request
 * asks for the whole prediction, and the stream is for back ends that pass one on.
 */
import type { Delta, Message, StreamFrame } from '../model/index.js';
import { asArray, asNumber, asRecord, asString, isRecord, parseJson, type JsonRecord } from './json.js';
import { JsonDecoder } from './json-decoder.js';
import { promptOf } from './prompt.js';
import type { Protocol, ProtocolRequest, RequestOptions } from './protocol.js';

export const replicate: Protocol = {
  name: 'replicate',
  request: createRequest,
  decoder: () => new ReplicateDecoder(),
  matches: (_headers, { event = '', id = '', data }) =>
    // Ids are a time and a number, so a back end that merely uses the same names is told apart.
    event === '' ? isPrediction(parseJson(data)) : EVENTS.has(event) && /^\d+:\d+$/.test(id),
};

function createRequest(messages: readonly Message[], options: RequestOptions): ProtocolRequest {
  const { endpoint, model, system, params } = options;
  return {
    url: endpoint,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream, application/json', prefer: 'wait' },
    body: {
      ...(model ? { version: model } : {}),
      // What other APIs take beside the messages (`temperature`, `max_tokens`) the model takes here.
      input: { prompt: promptOf(messages).text, ...(system ? { system_prompt: system } : {}), ...params },
      stream: true,
    },
  };
}

function isPrediction(value: unknown): value is JsonRecord {
  return isRecord(value) && isRecord(value['urls']) && 'output' in value && typeof value['status'] === 'string';
}

class ReplicateDecoder extends JsonDecoder {
  protected readonly terminator = 'a done event';

  override push(frame: StreamFrame): Delta[] {
    const { event = '', data } = frame;
    if (event === 'done' && data.trim() === '') return super.push({ ...frame, data: '{}' });
    if (event !== 'output' && event !== 'logs') return super.push(frame);
    this.recognised = true;
    const out: Delta[] = [];
    if (event === 'output') this.#output(data, out);
    return out;
  }

  protected read(value: JsonRecord, { event }: StreamFrame, out: Delta[]): boolean {
    if (event === 'error') {
      this.fail(asString(value['detail']) ?? value['error'] ?? value, out);
    } else if (event === 'done') {
      this.#done(asString(value['reason']), out);
    } else if (isPrediction(value)) {
      this.#prediction(value, out);
    } else return false;
    return true;
  }

  /** Of a language model a piece of text, of others the address of what they made. */
  #output(text: string, out: Delta[]): void {
    const [url, given, ending = ''] = FILE.exec(text) ?? [];
    if (url !== undefined) {
      out.push({ type: 'file', mediaType: given ?? MEDIA_TYPES[ending.toLowerCase()] ?? 'image/png', url });
    } else if (text) out.push({ type: 'text', text });
  }

  #done(reason: string | undefined, out: Delta[]): void {
    if (reason) this.finishReason(reason, out);
    if (reason === 'error') this.fail('The prediction failed', out);
    else this.finish(out);
  }

  /** The whole answer of a server that did not stream. */
  #prediction(value: JsonRecord, out: Delta[]): void {
    this.model(value['model'], out);
    const { output, error, status } = value;
    for (const piece of typeof output === 'string' ? [output] : asArray(output))
      this.#output(asString(piece) ?? '', out);
    const metrics = asRecord(value['metrics']);
    const inputTokens = asNumber(metrics?.['input_token_count']);
    const outputTokens = asNumber(metrics?.['output_token_count']);
    if (inputTokens !== undefined || outputTokens !== undefined) {
      out.push({ type: 'usage', usage: { inputTokens, outputTokens } });
    }
    if (error || status === 'failed') this.fail(error ?? 'The prediction failed', out);
    // `starting` and `processing` are none: the rest would have to be asked for.
    else if (status === 'succeeded' || status === 'successful') this.finish(out);
    else if (status === 'canceled' || status === 'aborted') this.#done('canceled', out);
  }
}

const EVENTS: ReadonlySet<string> = new Set(['output', 'logs', 'error', 'done']);

/** An output that is nothing but a file: `data:` with the type, or an address with an ending. */
const FILE = /^(?:data:([\w.+-]+\/[\w.+-]+);base64,\S+|https:\/\/\S+\.(png|jpe?g|webp|gif|svg|mp3|wav|mp4|webm))$/i;
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  svg: 'image/svg+xml',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  mp4: 'video/mp4',
  webm: 'video/webm',
};
