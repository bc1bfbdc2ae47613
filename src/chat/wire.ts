/** What a question needs and a page without one does not, in one module: load-wire.ts loads it. */
export { applyDelta } from '../conversation/index.js';
export { Continuation } from './continuation.js';
export { exchange, prepare } from './exchange.js';
