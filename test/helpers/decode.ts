// A protocol's decoder and requests, as a unit test wants them: frames in, message out; messages in, body out.

import { applyDelta, newReply } from '../../src/conversation/index.js';
import type { Delta, Message, MessagePart, StreamFrame } from '../../src/model/index.js';
import type { Protocol, RequestOptions } from '../../src/protocols/index.js';

export interface Decoded {
  deltas: Delta[];
  message: Message;
  malformedFrames: number;
  unknownFrames: number;
}

const isFrame = (value: unknown): value is StreamFrame =>
  typeof value === 'object' && value !== null && typeof (value as Partial<StreamFrame>).data === 'string';

/** A frame as it is, text as the data of one, any other value as JSON in one. */
export function frameOf(value: unknown): StreamFrame {
  if (isFrame(value)) return value;
  return { data: typeof value === 'string' ? value : JSON.stringify(value) };
}

export function decode(protocol: Protocol, frames: readonly unknown[]): Decoded {
  const decoder = protocol.decoder();
  const deltas = frames.map(frameOf).flatMap((frame) => decoder.push(frame));
  deltas.push(...decoder.end());
  const { malformedFrames, unknownFrames } = decoder;
  return { deltas, message: deltas.reduce(applyDelta, newReply('m', 0)), malformedFrames, unknownFrames };
}

export function messageOf(role: Message['role'], ...parts: MessagePart[]): Message {
  return { id: 'x', role, parts, status: 'complete', createdAt: 0 };
}

export const textPart = (text: string): MessagePart => ({ type: 'text', text });

/** The body that `messages` become. */
export function bodyOf(
  protocol: Protocol,
  messages: readonly Message[],
  options: Partial<RequestOptions> = {},
): Record<string, unknown> {
  return protocol.request(messages, { endpoint: '/chat', ...options }).body as Record<string, unknown>;
}
