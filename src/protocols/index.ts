export type { Decoder, Protocol, ProtocolRequest, RequestOptions } from './protocol.js';
export {
  checkProtocolName,
  findProtocol,
  isProtocolName,
  PROTOCOL_NAMES,
  protocolForEndpoint,
  protocolForReply,
  registerProtocol,
} from './detect.js';
export { DetectingDecoder } from './detecting-decoder.js';
export { finishReasonOf } from './finish-reason.js';
export { formats } from './formats.js';
export { openai } from './openai.js';
export { ThinkTagFilter } from './think-tags.js';
export { agUi } from './ag-ui.js';
export { anthropic } from './anthropic.js';
export { assistantTransport } from './assistant-transport.js';
export { bedrockConverse } from './bedrock-converse.js';
export { cohere } from './cohere.js';
export { dataStream } from './data-stream.js';
export { geminiInteractions } from './gemini-interactions.js';
export { gemini } from './gemini.js';
export { mcp } from './mcp.js';
export { message, text } from './message.js';
export { ollama } from './ollama.js';
export { openaiCompletions } from './openai-completions.js';
export { openaiResponses } from './openai-responses.js';
export { replicate } from './replicate.js';
export { tgi } from './tgi.js';
export { uiMessageStream } from './ui-message-stream.js';
