/**
 * What the elements have of a chat from the start. Not index.ts, which also has what is loaded on demand: there are
 * bundlers that split by files, and take along all that a file names.
 */
export { isProtocolName, PROTOCOL_NAMES, registerProtocol } from '../protocols/registry.js';
export { Chat, createChat, type ChatSnapshot, type ReadyState } from './chat.js';
