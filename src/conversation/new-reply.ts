import type { Message } from '../model/index.js';
import { newId } from './new-id.js';

/** An assistant's message before its first delta. */
export function newReply(id = newId(), createdAt = Date.now()): Message {
  return { id, role: 'assistant', parts: [], status: 'streaming', createdAt };
}
