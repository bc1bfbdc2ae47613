/**
 * An assistant's message → turns, for APIs that want a tool's result in the turn right behind its call: what the assistant
 * said after it is a turn of its own.
 */
import type { Message, MessagePart } from '../model/index.js';
import type { JsonRecord } from './json.js';

/** What a part is in the API's words. */
export interface WirePart {
  /** In the assistant's turn. */
  content: readonly JsonRecord[];
  /** In the user's turn behind it. */
  result?: JsonRecord;
}

export function toolTurns(
  { parts }: Pick<Message, 'parts'>,
  toWirePart: (part: MessagePart) => WirePart,
): { role: 'assistant' | 'user'; content: JsonRecord[] }[] {
  const turns: { role: 'assistant' | 'user'; content: JsonRecord[] }[] = [];
  let content: JsonRecord[] = [];
  let results: JsonRecord[] = [];
  const close = () => {
    if (content.length > 0) turns.push({ role: 'assistant', content });
    if (results.length > 0) turns.push({ role: 'user', content: results });
    content = [];
    results = [];
  };
  for (const part of parts) {
    const wire = toWirePart(part);
    if (wire.content.length > 0 && results.length > 0 && !wire.result) close();
    content.push(...wire.content);
    if (wire.result) results.push(wire.result);
  }
  close();
  return turns;
}
