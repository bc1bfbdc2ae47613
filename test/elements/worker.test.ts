// The headless entries in a worker, which has no document: a page may keep a conversation there.

import { expect } from 'chai';
import { replyOf } from '../helpers/responses.js';

describe('a chat in a worker', () => {
  it('asks, and reads the reply', async () => {
    const entry = new URL('../../src/chat/index.ts', import.meta.url).href;
    const address = new URL('/chat', location.href).href;
    const source = `
      import { createChat, messageText } from ${JSON.stringify(entry)};
      const asked = [];
      const chat = createChat({
        endpoint: ${JSON.stringify(address)},
        fetch: async (url) => {
          asked.push(url);
          return new Response(${JSON.stringify(replyOf('Hello', ' there'))}, { headers: { 'content-type': 'text/event-stream' } });
        },
      });
      chat.send('Hi').then(
        (reply) => postMessage({ asked, status: reply.status, text: messageText(reply), hasDocument: 'document' in self }),
        (error) => postMessage({ error: String(error) }),
      );
    `;
    const file = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const worker = new Worker(file, { type: 'module' });
    const told = await new Promise((resolve, reject) => {
      worker.addEventListener('message', ({ data }) => resolve(data));
      worker.addEventListener('error', (event) => reject(new Error(event.message || 'the worker did not start')));
    });
    worker.terminate();
    URL.revokeObjectURL(file);
    expect(told).to.deep.equal({ asked: [address], status: 'complete', text: 'Hello there', hasDocument: false });
  });
});
