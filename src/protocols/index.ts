export type { Decoder, Protocol, ProtocolRequest, RequestOptions } from './protocol.js';
export { openai } from './openai.js';
export { finishReasonOf } from './finish-reason.js';
