export * from '../model/index.js';
export { applyDelta, newReply } from '../conversation/index.js';
export { openai } from '../protocols/index.js';
export type { Decoder, Protocol, ProtocolRequest } from '../protocols/index.js';
export type { Connectivity, TimeLimits, Timers } from '../transport/index.js';
export * from './core.js';
export type { ChatOptions, ExchangeOptions, HeadersSource, RetryNotice } from './options.js';
export { readReply, type ReadReplyOptions } from './reply.js';
