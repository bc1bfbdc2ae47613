export { applyDelta } from './apply-delta.js';
export { checkMessages, describeValue } from './check-messages.js';
export { Conversation } from './conversation.js';
export { Listeners, reportUncaught } from './listeners.js';
export { newId } from './new-id.js';
export { newReply } from './new-reply.js';
