// A page with nothing but a chat, which is answered a few characters a frame: whatever the machine is doing besides, what
// arrives is spread over as many frames.

import type { Locator } from '@playwright/test';
import type { StreamChat } from '../../src/elements/index.js';

export const CHAT_PAGE = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Frames</title><link rel="icon" href="data:,">
    <script type="module" src="/stream-chat.js"></script></head>
  <body><stream-chat endpoint="/good"></stream-chat></body>
</html>`;

/** Whatever `chat` is asked from now on is answered by `text`. */
export async function answerInFrames(chat: Locator, text: string): Promise<void> {
  await chat.evaluate((element: StreamChat, whole) => {
    const encoder = new TextEncoder();
    const chunk = (delta: object, reason?: string) =>
      encoder.encode(
        `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`,
      );
    element.fetch = () => {
      const body = new ReadableStream<Uint8Array>({
        async start(stream) {
          for (let at = 0; at < whole.length; at += 16) {
            stream.enqueue(chunk({ content: whole.slice(at, at + 16) }));
            await new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
          }
          stream.enqueue(chunk({}, 'stop'));
          stream.close();
        },
      });
      return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
    };
  }, text);
}
