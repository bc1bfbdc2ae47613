/** What the wire formats of this server have in common: a conversation in, a reply in pieces or in one out. */

import type { ChatRequest } from './request-body.js';

export interface WireFormat {
  /** Where a request's body has the conversation. */
  conversationKey: string;
  /** Whether it streams where the body does not say. */
  streamsByDefault: boolean;
  /** Of the stream. */
  contentType: string;
  /** The stream, as text ready to be written. */
  events: (pieces: AsyncIterable<string>, request: ChatRequest) => AsyncIterable<string>;
  /** The same reply as one JSON body. */
  object: (text: string, request: ChatRequest) => string;
  /** The body of an error. */
  error: (status: number, message: string) => string;
}

export const EVENT_STREAM = 'text/event-stream; charset=utf-8';

/** There is no tokeniser here: four characters a token is the usual rule of thumb. */
export function tokensIn({ messages }: ChatRequest): number {
  return tokensOf(messages.reduce((total, { text }) => total + text.length, 0));
}

export function tokensOf(length: number): number {
  return Math.ceil(length / 4);
}

/** A server-sent event; with a name where the format has one. */
export function sseEvent(value: object, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(value)}\n\n`;
}

export function secondsNow(): number {
  return Math.floor(Date.now() / 1000);
}
