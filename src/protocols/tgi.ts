/**
 * Hugging Face's Text Generation Inference, `/generate_stream`: a token an event, and in the last one the whole text
 * again. https://huggingface.co/docs/text-generation-inference/basic_tutorials/consuming_tgi
 */
import type { Delta, Message, StreamFrame } from '../model/index.js';
import { asArray, asNumber, asRecord, asString, isRecord, parseJsonValues, type JsonRecord } from './json.js';
import { JsonDecoder } from './json-decoder.js';
import { promptOf } from './prompt.js';
import type { Protocol, ProtocolRequest, RequestOptions } from './protocol.js';

export const tgi: Protocol = {
  name: 'tgi',
  request: createRequest,
  decoder: () => new TgiDecoder(),
  matches: (_headers, frame) =>
    parseJsonValues(frame.data).some((value) => (Array.isArray(value) ? value.some(isEvent) : isEvent(value))),
};

function createRequest(messages: readonly Message[], options: RequestOptions): ProtocolRequest {
  const { endpoint, system, params } = options;
  const { text, stop } = promptOf(messages, system);
  return {
    url: endpoint,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    // What other APIs take beside the prompt (`temperature`, `max_new_tokens`) this takes in `parameters`.
    body: { inputs: text, parameters: { ...(stop && { stop }), ...params }, stream: true },
  };
}

function isEvent(value: unknown): value is JsonRecord {
  if (!isRecord(value)) return false;
  const isError = typeof value['error'] === 'string' && typeof value['error_type'] === 'string';
  return typeof asRecord(value['token'])?.['text'] === 'string' || 'generated_text' in value || isError;
}

class TgiDecoder extends JsonDecoder {
  protected readonly terminator = 'the generated text';
  #hasTokens = false;

  protected read(value: JsonRecord, _frame: StreamFrame, out: Delta[]): boolean {
    if (!isEvent(value) || value['error']) return false;
    const token = asRecord(value['token']);
    const piece = asString(token?.['text']);
    if (piece !== undefined) {
      this.#hasTokens = true;
      // Special ones (`</s>`) steer the model and are not part of what it says.
      if (piece && token?.['special'] !== true) out.push({ type: 'text', text: piece });
    }
    const whole = wholeText(value['generated_text']);
    if (whole && !this.#hasTokens) out.push({ type: 'text', text: whole });
    if (whole !== undefined) this.terminated = true;
    const details = asRecord(value['details']);
    if (details) this.#readDetails(details, out);
    return true;
  }

  #readDetails(details: JsonRecord, out: Delta[]): void {
    const inputTokens = asNumber(details['input_length']) ?? (asArray(details['prefill']).length || undefined);
    const outputTokens = asNumber(details['generated_tokens']);
    if (outputTokens !== undefined) out.push({ type: 'usage', usage: { inputTokens, outputTokens } });
    const rawReason = asString(details['finish_reason']);
    if (rawReason) this.finishReason(rawReason, out);
  }
}

/** The text, or of a server that was given messages the last of them. */
function wholeText(generated: unknown): string | undefined {
  return asString(generated) ?? asString(asRecord(asArray(generated).at(-1))?.['content']);
}
