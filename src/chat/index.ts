export * from '../model/index.js';
export { applyDelta, newReply } from '../conversation/index.js';
export { isProtocolName, openai, PROTOCOL_NAMES, registerProtocol } from '../protocols/index.js';
export type { Decoder, Protocol, ProtocolRequest } from '../protocols/index.js';
export type { Connectivity, TimeLimits, Timers } from '../transport/index.js';
export { Chat, createChat, type ChatSnapshot, type ReadyState } from './chat.js';
export type { ChatOptions, ExchangeOptions, HeadersSource, RetryNotice } from './options.js';
export { readReply, type ReadReplyOptions } from './reply.js';
