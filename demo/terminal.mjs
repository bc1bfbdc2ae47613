// A chat in the terminal:  node demo/terminal.mjs http://localhost:8080/v1/chat/completions docs
import { createInterface } from 'node:readline/promises';
import { createChat } from 'stream-chat-element/chat';

const [endpoint, model] = process.argv.slice(2);
const key = process.env.OPENAI_API_KEY;
const chat = createChat({
  endpoint,
  model,
  headers: key ? { authorization: `Bearer ${key}` } : undefined,
  onDelta(delta) {
    if (delta.type === 'text') process.stdout.write(delta.text);
  },
});

const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: '\n> ' });
terminal.on('SIGINT', () => (chat.readyState === 'idle' ? terminal.close() : chat.stop()));
terminal.prompt();
for await (const line of terminal) {
  if (line.trim()) {
    const reply = await chat.send(line);
    if (reply.status !== 'complete') console.log(`\n[${reply.status}] ${reply.error?.message ?? ''}`);
  }
  terminal.prompt();
}
