/**
 * OpenAI Chat Completions and its dialects: the format most servers speak, and none speaks quite alike.
 * https://platform.openai.com/docs/api-reference/chat/streaming
 *
 * Reads the legacy completions too (`choices[].text`), which differ in nothing else.
 */
import type { Delta, StreamFrame, Usage } from '../model/index.js';
import { readDataUrl } from './data-url.js';
import {
  asArray,
  asNumber,
  asRecord,
  asString,
  asText,
  DONE,
  isRecord,
  parseJsonValues,
  type JsonRecord,
} from './json.js';
import { JsonDecoder } from './json-decoder.js';
import { addDetails, createChatRequest, DETAILS } from './openai-request.js';
import type { Protocol } from './protocol.js';

export const openai: Protocol = {
  name: 'openai',
  request: createChatRequest,
  decoder: () => new OpenAiDecoder(),
  matches: (_headers, frame) => parseJsonValues(frame.data).some((value) => value === DONE || isChunk(value)),
};

function isChunk(value: unknown): value is JsonRecord {
  return isRecord(value) && ('choices' in value || failureOf(value) !== undefined);
}

/** The error of a chunk, or the chunk that is one (vLLM's `object: 'error'`). MiniMax reports one in every chunk, of code 0. */
function failureOf(chunk: JsonRecord): unknown {
  if (chunk['error']) return chunk['error'];
  if (chunk['object'] === 'error') return chunk;
  const groqs = asRecord(chunk['x_groq'])?.['error'];
  if (groqs) return groqs;
  const status = asRecord(chunk['base_resp']);
  return status?.['status_code'] ? status['status_msg'] || status : undefined;
}

class OpenAiDecoder extends JsonDecoder {
  protected readonly terminator = 'a finish_reason or [DONE]';
  /** The call each index speaks of now: an index is used again by dialects that do not count. */
  readonly #calls = new Map<number, string>();
  readonly #images = new Set<string>();
  /** Opaque reasoning (`DETAILS`) that no part carries yet. */
  #details = new Map<string, JsonRecord[]>();
  /** The reply came in pieces: the whole message tells nothing new. */
  #hasDeltas = false;
  /** The reasoning came under the name that its tool calls have to be sent back with. */
  #namesReasoning = false;

  protected read(chunk: JsonRecord, frame: StreamFrame, out: Delta[]): boolean {
    if (frame.event === 'error' || !isChunk(chunk)) return false;
    this.#readChunk(chunk, out);
    return true;
  }

  protected override finish(out: Delta[]): void {
    this.#carryDetails(out);
    super.finish(out);
  }

  #readChunk(chunk: JsonRecord, out: Delta[]): void {
    this.model(chunk['model'], out);
    let usage = asRecord(chunk['usage']) ?? asRecord(asRecord(chunk['x_groq'])?.['usage']);
    let failure = failureOf(chunk);
    for (const item of asArray(chunk['choices'])) {
      const choice = asRecord(item);
      // Of several choices (n > 1) the first is the reply.
      if (!choice || (asNumber(choice['index']) ?? 0) !== 0) continue;
      this.#readChoice(choice, out);
      usage ??= asRecord(choice['usage']);
      failure ??= choice['error'] || undefined;
    }
    for (const key of SOURCES) this.#readSources(chunk[key], out);
    this.#readImages(chunk['images'], out);
    if (usage) out.push({ type: 'usage', usage: readUsage(usage) });
    if (failure !== undefined) this.fail(failure, out);
  }

  #readChoice(choice: JsonRecord, out: Delta[]): void {
    // A server that ignored `stream: true` sends the whole message; some send it beside every delta, or behind the last.
    const delta = asRecord(choice['delta']);
    const message = asRecord(choice['message']);
    const said = out.length;
    if (delta) this.#readDelta(delta, out);
    else if (!message) this.#readContent(choice['text'], out);
    else if (!this.#hasDeltas) this.#readDelta(message, out);
    else this.#readSources(message['annotations'], out);
    this.#hasDeltas ||= delta !== undefined && out.length > said;
    const rawReason = asString(choice['finish_reason']);
    if (!rawReason) return;
    this.#calls.clear();
    this.finishReason(rawReason, out);
  }

  #readDelta(delta: JsonRecord, out: Delta[]): void {
    this.#readReasoning(delta, out);
    this.#readContent(delta['content'], out);
    const refusal = asString(delta['refusal']);
    if (refusal) out.push({ type: 'refusal', text: refusal });
    // What a voice says; the sound itself is raw samples.
    this.#readContent(asRecord(delta['audio'])?.['transcript'], out);
    this.#readImages(delta['images'], out);
    asArray(delta['tool_calls']).forEach((call, position) => {
      if (isRecord(call)) this.#readToolCall(call, position, out);
    });
    const legacy = asRecord(delta['function_call']);
    if (legacy) this.#readToolCall({ function: legacy }, 0, out);
    this.#readSources(delta['annotations'], out);
    // Azure, on a customer's own documents.
    this.#readSources(asRecord(delta['context'])?.['citations'], out);
  }

  /** One thought comes under up to three names in the same delta; the first that is there is it. */
  #readReasoning(delta: JsonRecord, out: Delta[]): void {
    let text = REASONING.map((name) => asText(delta[name])).find(Boolean);
    if (asString(delta['reasoning_content'])) this.#namesReasoning = true;
    for (const [name, textName] of DETAILS) {
      const details = asArray(delta[name]);
      if (details.length === 0) continue;
      if (!this.#details.has(name)) this.#details.set(name, []);
      addDetails(this.#details.get(name)!, details, textName);
      text ||= details
        .map((detail) => asString(asRecord(detail)?.[textName]) ?? asString(asRecord(detail)?.['summary']) ?? '')
        .join('');
    }
    text ||= asArray(delta['reasoning_steps'])
      .map((step) => asString(asRecord(step)?.['thought']))
      .filter(Boolean)
      .join('\n');
    if (text) out.push({ type: 'reasoning', text });
    // GitHub Copilot's, whole.
    const { reasoning_opaque } = delta;
    if (reasoning_opaque) out.push({ type: 'reasoning', text: '', providerMetadata: { openai: { reasoning_opaque } } });
  }

  /** Hands the details to the reasoning that stands last, before something else does. */
  #carryDetails(out: Delta[]): void {
    if (this.#details.size === 0) return;
    out.push({ type: 'reasoning', text: '', providerMetadata: { openai: Object.fromEntries(this.#details) } });
    this.#details = new Map();
  }

  #readContent(content: unknown, out: Delta[]): void {
    const said = typeof content === 'boolean' ? String(content) : asText(content);
    if (said !== undefined) {
      if (!said) return;
      this.#carryDetails(out);
      out.push({ type: 'text', text: said });
      return;
    }
    // Blocks: {type: 'text', text}, Mistral's {type: 'thinking', thinking: [{text}]}, Databricks' {type: 'reasoning', summary: [{text}]}.
    for (const item of asArray(content)) {
      const block = asRecord(item);
      if (!block) continue;
      for (const thought of [...asArray(block['thinking']), ...asArray(block['summary'])]) {
        const text = asString(asRecord(thought)?.['text']);
        if (text) out.push({ type: 'reasoning', text });
      }
      this.#readContent(asString(block['text']), out);
      this.#readImages([block], out);
      this.#readSources([block], out);
    }
  }

  /** `{image_url: {url}}`, or the address itself; told again it is the same image. */
  #readImages(images: unknown, out: Delta[]): void {
    for (const image of asArray(images)) {
      const address = asRecord(image)?.['image_url'];
      const url = asString(address) ?? asString(asRecord(address)?.['url']);
      if (!url || this.#images.has(url)) continue;
      this.#images.add(url);
      out.push({ type: 'file', mediaType: readDataUrl(url)?.mediaType ?? 'image/*', url });
    }
  }

  /** Addresses, or records that have one. */
  #readSources(sources: unknown, out: Delta[]): void {
    for (const item of asArray(sources)) {
      const source = asRecord(asRecord(item)?.['url_citation']) ?? asRecord(item);
      this.source(asString(item) ?? source?.['url'] ?? source?.['link'], source?.['title'], out);
    }
  }

  #readToolCall(call: JsonRecord, position: number, out: Delta[]): void {
    const index = asNumber(call['index']) ?? position;
    const custom = asRecord(call['custom']);
    const fn = asRecord(call['function']) ?? custom;
    const name = asString(fn?.['name']) || undefined;
    const open = this.#calls.get(index);
    let id = asString(call['id']) || open;
    if (id === undefined || (id !== open && name !== undefined)) {
      id ??= `call-${index}`;
      if (open !== undefined) this.closeCall(open, out);
      this.#calls.set(index, id);
      this.#carryDetails(out);
      const metadata = {
        ...(custom && { type: 'custom' }),
        ...(call['extra_content'] ? { extra_content: call['extra_content'] } : {}),
        ...(this.#namesReasoning && { reasoning_content: true }),
      };
      this.openCall(id, name ?? '', out, Object.keys(metadata).length > 0 ? { openai: metadata } : undefined);
    } else if (open !== undefined) id = open;
    if (custom) this.callText(id, asString(custom['input']) ?? '', out);
    else this.callInput(id, fn?.['arguments'], out);
  }
}

const REASONING = ['reasoning_content', 'reasoning', 'reasoning_text'];
/** Where chunks name what an answer rests on: Perplexity, with titles and without, xAI; Z.ai. */
const SOURCES = ['search_results', 'citations', 'web_search'];

function readUsage(usage: JsonRecord): Usage {
  return {
    inputTokens: asNumber(usage['prompt_tokens']),
    outputTokens: asNumber(usage['completion_tokens']),
    totalTokens: asNumber(usage['total_tokens']),
    reasoningTokens: asNumber(asRecord(usage['completion_tokens_details'])?.['reasoning_tokens']),
    cachedInputTokens:
      asNumber(asRecord(usage['prompt_tokens_details'])?.['cached_tokens']) ??
      asNumber(usage['prompt_cache_hit_tokens']) ??
      asNumber(usage['cached_tokens']),
  };
}
