/**
 * Gemini's Interactions API: an answer is a list of steps (a thought, a tool's call, what the model puts out), each started,
 * added to and stopped. Before May 2026 they were called contents. What the API has to see again of a step that nobody
 * reads (its searches, the code it ran) is carried as data.
 * https://ai.google.dev/gemini-api/docs/interactions/streaming
 */
import { messageText, type Delta, type Message, type MessagePart, type StreamFrame } from '../model/index.js';
import type { ProviderMetadata, Usage } from '../model/index.js';
import { readDataUrl } from './data-url.js';
import { addCounts } from './gemini.js';
import { asArray, asNumber, asRecord, asString, isRecord, type JsonRecord } from './json.js';
import { frameValues, JsonDecoder } from './json-decoder.js';
import { jsonRequest } from './openai-request.js';
import type { Protocol, ProtocolRequest, RequestOptions } from './protocol.js';
import { toolTurns, type WirePart } from './tool-turns.js';

const NAME = 'gemini-interactions';

export const geminiInteractions: Protocol = {
  name: NAME,
  request: createRequest,
  decoder: () => new InteractionDecoder(),
  matches: (_headers, frame) => frameValues(frame).some((value) => isEvent(value) || isInteraction(value)),
};

function createRequest(messages: readonly Message[], options: RequestOptions): ProtocolRequest {
  const instructions = [options.system, ...messages.filter(({ role }) => role === 'system').map(messageText)];
  const system = instructions.filter(Boolean).join('\n\n');
  return jsonRequest(options, {
    ...(system && { system_instruction: system }),
    input: messages.flatMap(toSteps),
  });
}

function toSteps(message: Message): JsonRecord[] {
  const { role, parts } = message;
  if (role === 'assistant') return toolTurns(message, toWirePart).flatMap(({ content }) => content);
  const content = role === 'system' ? [] : parts.flatMap(toContent);
  return content.length > 0 ? [{ type: 'user_input', content }] : [];
}

/** A part as a step of the model, and a tool's result as one of the page. */
function toWirePart(part: MessagePart): WirePart {
  const own = part.providerMetadata?.[NAME];
  switch (part.type) {
    case 'reasoning': {
      const summary = part.text ? { summary: [{ type: 'text', text: part.text }] } : {};
      return { content: own ? [{ type: 'thought', ...summary, ...own }] : [] };
    }
    case 'tool-call': {
      const { id, name, input, output } = part;
      if (output === undefined) return { content: [] };
      const result = typeof output === 'string' || isRecord(output) ? output : JSON.stringify(output);
      return {
        content: [{ type: 'function_call', id, name, arguments: asRecord(input) ?? {}, ...own }],
        result: { type: 'function_result', call_id: id, name, result },
      };
    }
    case 'data':
      return { content: own && isRecord(part.data) ? [part.data] : [] };
    default: {
      const content = toContent(part);
      return { content: content.length > 0 ? [{ type: 'model_output', content }] : [] };
    }
  }
}

function toContent(part: MessagePart): JsonRecord[] {
  if (part.type === 'text' || part.type === 'refusal') return part.text ? [{ type: 'text', text: part.text }] : [];
  if (part.type !== 'file') return [];
  const inline = readDataUrl(part.url);
  const type = /^(?:image|audio|video)(?=\/)/.exec(part.mediaType)?.[0] ?? 'document';
  return [{ type, mime_type: part.mediaType, ...(inline ? { data: inline.data } : { uri: part.url }) }];
}

function isEvent(value: unknown): boolean {
  const type = asString(asRecord(value)?.['event_type']);
  return type === 'error' || /^(?:interaction|step|content)\./.test(type ?? '');
}

/** The whole answer of an endpoint that did not stream. */
function isInteraction(value: unknown): value is JsonRecord {
  return isRecord(value) && (value['object'] === 'interaction' || Array.isArray(value['steps']));
}

const RUNNING: ReadonlySet<string> = new Set(['in_progress', 'queued']);
/** These are no reason to end. */
const PLAIN: ReadonlySet<string> = new Set([...RUNNING, 'requires_action', 'completed']);

type Handler = (event: JsonRecord, out: Delta[]) => void;

class InteractionDecoder extends JsonDecoder {
  protected readonly terminator = 'interaction.completed or [DONE]';
  #rawStatus = '';
  #files = 0;
  /** By index: the call that a step makes, and what is known of a step that is carried as data. */
  readonly #calls = new Map<number, string>();
  readonly #steps = new Map<number, JsonRecord>();
  readonly #citedFiles = new Set<unknown>();

  readonly #events: Readonly<Record<string, Handler>> = {
    'interaction.created': (event, out) => this.model(asRecord(event['interaction'])?.['model'], out),
    'interaction.start': (event, out) => this.model(asRecord(event['interaction'])?.['model'], out),
    'interaction.status_update': (event, out) => this.#readStatus(event['status'], out),
    'interaction.completed': (event, out) => this.#readInteraction(asRecord(event['interaction']) ?? {}, out),
    'interaction.complete': (event, out) => this.#readInteraction(asRecord(event['interaction']) ?? {}, out),
    'step.start': (event, out) => this.#startStep(indexOf(event), asRecord(event['step']), out),
    'content.start': (event, out) => this.#startStep(indexOf(event), asRecord(event['content']), out),
    'step.delta': (event, out) => this.#readDelta(indexOf(event), asRecord(event['delta']), out),
    'content.delta': (event, out) => this.#readDelta(indexOf(event), asRecord(event['delta']), out),
    'step.stop': (event, out) => this.#stopStep(indexOf(event), out),
    'content.stop': (event, out) => this.#stopStep(indexOf(event), out),
    error: (event, out) => this.fail(event['error'] ?? event, out),
  };

  protected read(value: JsonRecord, frame: StreamFrame, out: Delta[]): boolean {
    if (isInteraction(value)) {
      [...asArray(value['steps']), ...asArray(value['outputs'])].forEach((step, index) => {
        this.#startStep(index, asRecord(step), out);
        this.#stopStep(index, out);
      });
      this.#readInteraction(value, out);
      return true;
    }
    const type = asString(value['event_type']) ?? frame.event ?? '';
    // A status has an event of its own name, too (`interaction.failed`).
    const handler =
      (Object.hasOwn(this.#events, type) ? this.#events[type] : undefined) ??
      (type.startsWith('interaction.') ? this.#events['interaction.completed'] : undefined);
    handler?.(value, out);
    return handler !== undefined;
  }

  #readInteraction(interaction: JsonRecord, out: Delta[]): void {
    this.model(interaction['model'], out);
    const usage = asRecord(interaction['usage']);
    if (usage) out.push({ type: 'usage', usage: readUsage(usage) });
    this.#readStatus(interaction['status'], out);
    if (interaction['error']) this.fail(interaction['error'], out);
    else if (!RUNNING.has(asString(interaction['status']) ?? '')) this.terminated = true;
  }

  #readStatus(value: unknown, out: Delta[]): void {
    const status = asString(value);
    if (!status || PLAIN.has(status) || status === this.#rawStatus) return;
    this.#rawStatus = status;
    this.finishReason(status, out);
  }

  /** A step may come whole, or be no more than its type. */
  #startStep(index: number, step: JsonRecord | undefined, out: Delta[]): void {
    if (step?.['type'] !== 'model_output' && step?.['type'] !== 'thought') {
      this.#readDelta(index, step, out);
      return;
    }
    for (const content of asArray(step['content'])) this.#readDelta(index, asRecord(content), out);
    for (const content of asArray(step['summary'])) this.#readDelta(index, { type: 'thought_summary', content }, out);
    this.#readDelta(index, { type: 'thought_signature', signature: step['signature'] }, out);
  }

  #readDelta(index: number, delta: JsonRecord | undefined, out: Delta[]): void {
    if (!delta) return;
    const type = asString(delta['type']) ?? '';
    if (Object.hasOwn(this.#deltas, type)) this.#deltas[type]!(delta, index, out);
    // A tool that the endpoint runs: its step and its deltas are parts of one description.
    else this.#describeStep(index, delta, out);
  }

  readonly #deltas: Readonly<Record<string, (delta: JsonRecord, index: number, out: Delta[]) => void>> = {
    text: (delta, index, out) => {
      const text = asString(delta['text']);
      if (text) out.push({ type: 'text', text, part: `${index}-${this.#files}` });
      this.#readAnnotations(delta['annotations'], out);
    },
    text_annotation: (delta, _index, out) => this.#readAnnotations(delta['annotations'], out),
    text_annotation_delta: (delta, _index, out) => this.#readAnnotations(delta['annotations'], out),
    thought: (delta, index, out) => this.#startStep(index, delta, out),
    thought_summary: (delta, index, out) => {
      const content = asRecord(delta['content']);
      const text = asString(content?.['text']) ?? asString(delta['text']);
      if (text) out.push({ type: 'reasoning', text, part: `${index}` });
      else if (content) this.#readFile(content, out);
    },
    thought_signature: (delta, index, out) => {
      const providerMetadata = readSignature(delta);
      if (providerMetadata) out.push({ type: 'reasoning', text: '', part: `${index}`, providerMetadata });
    },
    function_call: (delta, index, out) => this.#readCall(delta, index, out),
    arguments_delta: (delta, index, out) => {
      const open = this.#calls.get(index);
      const input = delta['arguments'] ?? delta['partial_arguments'];
      if (open !== undefined) this.callInput(open, input, out);
      else this.#describeStep(index, delta, out);
    },
    image: (delta, _index, out) => this.#readFile(delta, out),
    audio: (delta, _index, out) => this.#readFile(delta, out),
    video: (delta, _index, out) => this.#readFile(delta, out),
    document: (delta, _index, out) => this.#readFile(delta, out),
  };

  #readCall(call: JsonRecord, index: number, out: Delta[]): void {
    let open = this.#calls.get(index);
    if (open === undefined) {
      open = asString(call['id']) || asString(call['call_id']) || `call-${index}`;
      this.#calls.set(index, open);
      this.openCall(open, asString(call['name']) ?? '', out, readSignature(call));
    }
    // Empty ones announce pieces.
    const input = asRecord(call['arguments']);
    if (input && Object.keys(input).length > 0) this.callInput(open, input, out);
  }

  #describeStep(index: number, described: JsonRecord, out: Delta[]): void {
    const known = this.#steps.get(index) ?? {};
    const type = known['type'] ?? described['type'];
    this.#steps.set(index, { ...known, ...described, type });
    for (const result of asArray(described['result'])) {
      const { url, title, status = 'success' } = asRecord(result) ?? {};
      if (status === 'success') this.source(url, title, out);
    }
  }

  #stopStep(index: number, out: Delta[]): void {
    const call = this.#calls.get(index);
    if (call !== undefined) this.closeCall(call, out);
    this.#calls.delete(index);
    const data = this.#steps.get(index);
    this.#steps.delete(index);
    if (data) {
      out.push({ type: 'data', name: asString(data['type']) ?? '', data, providerMetadata: { [NAME]: {} } });
    }
  }

  #readFile(content: JsonRecord, out: Delta[]): void {
    const mediaType = asString(content['mime_type']) || 'application/octet-stream';
    const data = asString(content['data']);
    const url = data ? `data:${mediaType};base64,${data}` : asString(content['uri']);
    if (url) out.push({ type: 'file', id: `file-${this.#files++}`, mediaType, url });
  }

  /** `url_citation`, `place_citation`; a file that was searched and has no address is told once, for the page to show. */
  #readAnnotations(annotations: unknown, out: Delta[]): void {
    for (const item of asArray(annotations)) {
      const { url, document_uri: document, source, title, name, file_name: file } = asRecord(item) ?? {};
      const address = asString(url ?? document ?? source);
      if (address && ABSOLUTE.test(address)) this.source(address, title ?? name ?? file, out);
      else if (isRecord(item) && asString(file) && !this.#citedFiles.has(file)) {
        this.#citedFiles.add(file);
        out.push({ type: 'data', name: 'file_citation', data: item });
      }
    }
  }
}

const ABSOLUTE = /^\w+:/;

const indexOf = (event: JsonRecord) => asNumber(event['index']) ?? 0;

function readSignature({ signature }: JsonRecord): ProviderMetadata | undefined {
  return asString(signature) ? { [NAME]: { signature } } : undefined;
}

function readUsage(usage: JsonRecord): Usage {
  const thoughts = asNumber(usage['total_thought_tokens']);
  return {
    inputTokens: addCounts(usage['total_input_tokens'], usage['total_tool_use_tokens']),
    outputTokens: addCounts(usage['total_output_tokens'], thoughts),
    totalTokens: asNumber(usage['total_tokens']),
    reasoningTokens: thoughts,
    cachedInputTokens: asNumber(usage['total_cached_tokens']),
  };
}
