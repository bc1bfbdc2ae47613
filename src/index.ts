/** Defines `<stream-chat>` and `<stream-markdown>`: the only module with a side effect. */
import { StreamChat } from './elements/stream-chat.js';
import { StreamMarkdown } from './elements/stream-markdown.js';

StreamChat.define();
StreamMarkdown.define();

export * from './elements/index.js';
export type {
  ChatError,
  Delta,
  ErrorCode,
  FinishReason,
  Message,
  MessagePart,
  MessageStatus,
  Usage,
} from './model/index.js';
export type { HeadersSource, ReadyState } from './chat/index.js';
