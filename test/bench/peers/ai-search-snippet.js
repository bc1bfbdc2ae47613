// The renderer of Cloudflare's AI Search snippet is not exported: it is measured in its chat, whose request is answered
// here with one streamed reply.

import '@cloudflare/ai-search-snippet/chat';

const encoder = new TextEncoder();

export function create(box) {
  // It would show the chats of before.
  localStorage.clear();
  let controller;
  let text = '';
  let updates = 0;
  const body = new ReadableStream({
    start(given) {
      controller = given;
    },
  });
  globalThis.fetch = () => Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
  const send = (data) => controller.enqueue(encoder.encode(`data: ${data}\n\n`));
  const chat = document.createElement('chat-page-snippet');
  chat.setAttribute('api-url', location.href);
  chat.style.cssText = 'display: block; inline-size: 720px; block-size: 600px';
  box.append(chat);
  let done = false;
  chat.sendMessage('?').then(
    () => (done = true),
    (error) => reportError(error),
  );
  return {
    write(piece) {
      text += piece;
      send(JSON.stringify({ choices: [{ delta: { content: piece } }] }));
      updates++;
    },
    end() {
      send('[DONE]');
      controller.close();
    },
    settled: () => done && chat.getMessages().at(-1)?.content === text,
    get updates() {
      return updates;
    },
  };
}
