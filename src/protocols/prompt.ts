/** A conversation as one text, for endpoints that know no messages and only go on writing. */
import { messageText, type Message } from '../model/index.js';

export interface Prompt {
  text: string;
  /** Of a conversation: where to stop, for the model must not go on writing for the other side. */
  stop?: string[];
}

/** A single text is the prompt as it stands; a conversation is a transcript that ends where the next answer begins. */
export function promptOf(messages: readonly Message[], system?: string): Prompt {
  const isConversation = messages.length > 1;
  const lines = messages.map((message) =>
    isConversation ? `${SPEAKERS[message.role]}: ${messageText(message)}` : messageText(message),
  );
  if (isConversation) lines.push(`${SPEAKERS.assistant}:`);
  const text = [...(system ? [system] : []), ...lines].join('\n\n');
  return { text, ...(isConversation && { stop: [`\n${SPEAKERS.user}:`] }) };
}

const SPEAKERS: Readonly<Record<Message['role'], string>> = {
  user: 'User',
  assistant: 'Assistant',
  system: 'System',
  tool: 'Tool',
};
