// A chat in the terminal, with the figures of how each answer arrived:
//   node demo/terminal.mjs http://localhost:8080/v1/chat/completions docs
import { createInterface } from 'node:readline/promises';
import { createChat } from 'stream-chat-element/chat';

const [endpoint, model] = process.argv.slice(2);
if (!endpoint) {
  console.error('expected the address of a chat endpoint: node demo/terminal.mjs URL [MODEL]');
  process.exit(2);
}
const key = process.env.OPENAI_API_KEY;
let times = [];
const chat = createChat({
  endpoint,
  model,
  headers: key ? { authorization: `Bearer ${key}` } : undefined,
  onRetry: ({ attempt, error }) => console.log(`[try ${attempt} failed: ${error.message}]`),
  onDelta(delta) {
    if (delta.type !== 'text') return;
    times.push(performance.now());
    process.stdout.write(delta.text);
  },
});

function figures(start, characters) {
  if (times.length === 0) return 'no text';
  const gaps = times.slice(1).map((time, at) => Math.round(time - times[at]));
  const seconds = (times.at(-1) - start) / 1000;
  return `first text after ${Math.round(times[0] - start)} ms, ${times.length} pieces, longest gap ${Math.max(0, ...gaps)} ms, ${Math.round(characters / seconds)} characters/s`;
}

const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: '\n> ' });
let closed = false; // at the end of what is piped in, with a question still to be answered
terminal.on('close', () => (closed = true));
terminal.on('SIGINT', () => (chat.readyState === 'idle' ? terminal.close() : chat.stop()));
terminal.prompt();
for await (const line of terminal) {
  if (line.trim()) {
    const start = performance.now();
    times = [];
    const reply = await chat.send(line);
    const text = reply.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
    console.log(`\n[${reply.status}: ${figures(start, text.length)}] ${reply.error?.message ?? ''}`);
  }
  if (!closed) terminal.prompt();
}
