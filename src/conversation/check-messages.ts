/**
 * Messages that a page made by hand or kept somewhere → messages, or an error that names what is wrong: one odd message
 * found while rendering would take the whole conversation with it.
 */
import { ChatError, type Message } from '../model/index.js';

/** The properties that a part of this type cannot do without, which are text. Parts of other types are kept and not shown. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  text: ['text'],
  reasoning: ['text'],
  refusal: ['text'],
  'tool-call': ['name', 'inputText'],
  source: ['url'],
  file: ['mediaType'],
  data: ['name'],
};

/** @throws ChatError `bad-option` */
export function checkMessages(messages: unknown): readonly Message[] {
  if (messages === undefined || messages === null) return [];
  if (!Array.isArray(messages)) throw unexpected('messages', 'an array', messages);
  return messages.map((message: Partial<Message> | null, at) => {
    const path = `messages[${at}]`;
    if (typeof message !== 'object' || message === null) throw unexpected(path, 'an object', message);
    const { id, role, parts, status, createdAt, error } = message;
    if (typeof id !== 'string') throw unexpected(`${path}.id`, 'a string', id);
    if (typeof role !== 'string') throw unexpected(`${path}.role`, 'a string', role);
    if (!Array.isArray(parts)) throw unexpected(`${path}.parts`, 'an array of parts', parts);
    for (const [index, part] of parts.entries() as IterableIterator<[number, Record<string, unknown> | null]>) {
      if (typeof part !== 'object' || part === null) throw unexpected(`${path}.parts[${index}]`, 'an object', part);
      for (const needed of NEEDED[String(part['type'])] ?? []) {
        if (typeof part[needed] !== 'string') {
          throw unexpected(`${path}.parts[${index}].${needed}`, 'a string', part[needed]);
        }
      }
    }
    // What browsers store, or send to each other, of an error is what it says.
    const isBare = error instanceof Error && typeof (error as Partial<ChatError>).code !== 'string';
    if (error !== undefined && !isBare && typeof (error as Partial<ChatError> | null)?.code !== 'string') {
      throw unexpected(`${path}.error`, 'an object with a code', error);
    }
    if (status !== undefined && createdAt !== undefined && !isBare) return message as Message;
    const read = { ...message, status: status ?? 'complete', createdAt: createdAt ?? Date.now() } as Message;
    return isBare ? { ...read, error: new ChatError('interrupted', error.message) } : read;
  });
}

/** What came, in the words of an error message. */
export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  return value === null || value === undefined ? String(value) : `a ${typeof value}`;
}

function unexpected(path: string, expected: string, came: unknown): ChatError {
  return new ChatError('bad-option', `expected ${path} to be ${expected}, got ${describeValue(came)}`);
}
