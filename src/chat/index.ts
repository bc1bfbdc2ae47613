export * from '../model/index.js';
export { applyDelta, newReply } from '../conversation/index.js';
export { openai, type Protocol, type ProtocolRequest } from '../protocols/index.js';
export { Chat, createChat, type ChatOptions, type ChatSnapshot, type HeadersSource, type ReadyState } from './chat.js';
export { readReply, type ReadReplyOptions } from './reply.js';
