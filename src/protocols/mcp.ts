/**
 * The Model Context Protocol over HTTP: JSON-RPC messages, of which one is the result of a tool. That is no message of a
 * model: it is handed on as data, with the files and links in it.
 * https://modelcontextprotocol.io/specification/2025-06-18/basic/transports
 */
import { messageText, type Delta, type Message } from '../model/index.js';
import { asArray, asRecord, asString, isRecord, parseJsonValues, type JsonRecord } from './json.js';
import { JsonDecoder } from './json-decoder.js';
import type { Protocol, ProtocolRequest, RequestOptions } from './protocol.js';

export const mcp: Protocol = {
  name: 'mcp',
  request: createRequest,
  decoder: () => new McpDecoder(),
  matches: (_headers, frame) =>
    parseJsonValues(frame.data)
      .flatMap((value) => value)
      .some((value) => isRecord(value) && isOwn(value)),
};

/** A tool's call: the tool stands where a model does, and takes what the person wrote under `messageKey`. */
function createRequest(messages: readonly Message[], options: RequestOptions): ProtocolRequest {
  const { endpoint, model, messageKey = 'message', params } = options;
  const question = messages.findLast(({ role }) => role === 'user');
  return {
    url: endpoint,
    method: 'POST',
    // Servers refuse a client that does not take both.
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: model ?? '', arguments: { [messageKey]: question ? messageText(question) : '' } },
      ...params,
    },
  };
}

/** Other protocols of agents speak JSON-RPC, too. */
function isOwn(value: JsonRecord): boolean {
  if (value['jsonrpc'] !== '2.0') return false;
  const result = asRecord(value['result']);
  if (!result) return 'error' in value || METHOD.test(asString(value['method']) ?? '');
  return Array.isArray(result['content']) || 'structuredContent' in result || 'protocolVersion' in result;
}

const METHOD = /^(?:notifications|sampling|elicitation|roots)\/|^ping$/;

class McpDecoder extends JsonDecoder {
  protected readonly terminator = 'a result';

  /** The kinds of a result's content that are more than its text. */
  readonly #contents = new Map<unknown, (item: JsonRecord, out: Delta[]) => void>([
    ['image', (item, out) => pushFile(item['mimeType'], item['data'], undefined, out)],
    ['audio', (item, out) => pushFile(item['mimeType'], item['data'], undefined, out)],
    ['resource_link', (item, out) => this.source(item['uri'], item['title'] ?? item['name'], out)],
    ['resource', (item, out) => this.#resource(asRecord(item['resource']) ?? {}, out)],
  ]);

  protected read(value: JsonRecord, _frame: unknown, out: Delta[]): boolean {
    if (value['jsonrpc'] !== '2.0') return false;
    // A server's own requests cannot be answered here; its notifications (progress, logs) want no answer.
    if (!('result' in value)) return /^notifications\/|^ping$/.test(asString(value['method']) ?? '');
    this.#result(value['result'], out);
    return true;
  }

  #result(result: unknown, out: Delta[]): void {
    out.push({ type: 'data', name: 'mcp-result', data: result });
    const content = asArray(asRecord(result)?.['content']).filter(isRecord);
    for (const item of content) this.#contents.get(item['type'])?.(item, out);
    if (asRecord(result)?.['isError'] !== true) return this.finish(out);
    const reason = content.map(({ text }) => asString(text) ?? '').join('\n');
    this.fail(reason || result, out);
  }

  #resource({ uri, mimeType, blob, title }: JsonRecord, out: Delta[]): void {
    if (asString(blob)) pushFile(mimeType, blob, asString(uri), out);
    else this.source(uri, title, out);
  }
}

function pushFile(mimeType: unknown, data: unknown, name: string | undefined, out: Delta[]): void {
  const base64 = asString(data);
  const mediaType = asString(mimeType) || 'application/octet-stream';
  if (base64) out.push({ type: 'file', mediaType, url: `data:${mediaType};base64,${base64}`, ...(name && { name }) });
}
