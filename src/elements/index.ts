export { StreamChat } from './stream-chat.js';
export { StreamMarkdown } from './stream-markdown.js';
export {
  ChatErrorEvent,
  ChatMessageEvent,
  DeltaEvent,
  RequestEvent,
  ResponseStartEvent,
  RetryEvent,
  SendEvent,
  type StreamChatEventMap,
} from './events.js';
export { defaultStrings, type Strings } from './strings.js';
