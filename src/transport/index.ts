export {
  readFrames,
  sendRequest,
  errorDetail,
  parseRetryAfter,
  type HttpRequest,
  type SendOptions,
} from './http-transport.js';
export { SseParser, MAX_EVENT_LENGTH } from './sse-parser.js';
