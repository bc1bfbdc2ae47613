export { applyDelta, newReply } from './apply-delta.js';
export { Conversation } from './conversation.js';
