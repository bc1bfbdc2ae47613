export { ChatError, isAbortError, type ChatErrorInit, type ErrorCode } from './errors.js';
export type { StreamFrame } from './frame.js';
export type { Delta } from './delta.js';
export {
  isForModel,
  messageText,
  type DataPart,
  type FilePart,
  type FinishReason,
  type Message,
  type MessagePart,
  type MessageStatus,
  type ProviderMetadata,
  type ReasoningPart,
  type RefusalPart,
  type ReplyMetrics,
  type Role,
  type SourcePart,
  type TextPart,
  type ToolCallPart,
  type Usage,
} from './message.js';
export { parsePartialJson, type PartialJson } from './partial-json.js';
