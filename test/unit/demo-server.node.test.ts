// The demo server over real HTTP: the wire format, the three sources, the faults, and what must never leave it.

import { expect } from 'chai';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { redact } from '../../demo/server/forward.js';
import { startServer, type DemoServer } from '../../demo/server/server.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const QUESTION = { model: 'docs', stream: true, messages: [{ role: 'user', content: 'How do I theme it?' }] };

describe('demo server', () => {
  let server: DemoServer;
  let endpoint: string;
  before(async () => {
    server = await startServer({ root: ROOT, env: {}, port: 0 });
    endpoint = `${server.url}v1/chat/completions`;
  });
  after(() => server.close());

  const post = (query = '', body: unknown = QUESTION, init: RequestInit = {}) =>
    fetch(`${endpoint}${query}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...init,
    });

  describe('the wire format', () => {
    it('is server-sent events: role, pieces, finish reason, [DONE]', async () => {
      const response = await post('?pace=0');
      expect(response.status).to.equal(200);
      expect(response.headers.get('content-type')).to.equal('text/event-stream; charset=utf-8');
      expect(response.headers.get('cache-control')).to.equal('no-cache, no-transform');
      expect(response.headers.get('x-accel-buffering')).to.equal('no');
      const { chunks, done } = parse(await response.text());
      expect(done).to.equal(true);
      expect(chunks.every(({ object, model }) => object === 'chat.completion.chunk' && model === 'docs')).to.equal(
        true,
      );
      expect(new Set(chunks.map(({ id }) => id)).size).to.equal(1);
      expect(chunks[0]?.choices[0]).to.deep.equal({
        index: 0,
        delta: { role: 'assistant', content: '' },
        finish_reason: null,
      });
      expect(chunks.at(-1)?.choices[0]).to.deep.equal({ index: 0, delta: {}, finish_reason: 'stop' });
      expect(contentOf(chunks)).to.match(/^Set custom properties/);
      expect(chunks.some(({ usage }) => usage !== undefined)).to.equal(false);
    });

    it('closes with usage where it is asked for', async () => {
      const response = await post('?pace=0', { ...QUESTION, stream_options: { include_usage: true } });
      const { chunks } = parse(await response.text());
      expect(chunks.at(-1)?.choices).to.deep.equal([]);
      expect(chunks.at(-1)?.usage).to.have.keys('prompt_tokens', 'completion_tokens', 'total_tokens');
      expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).to.equal(true);
    });

    it('is one object without stream', async () => {
      const response = await post('', { ...QUESTION, stream: false });
      const value = (await response.json()) as Chunk & { choices: { message: { content: string } }[] };
      expect(value.object).to.equal('chat.completion');
      expect(value.choices[0]?.message.content).to.match(/^Set custom properties/);
    });

    it('takes content that comes in parts', async () => {
      const content = [{ type: 'text', text: 'How do I ' }, { type: 'image_url' }, { type: 'text', text: 'theme it?' }];
      const { chunks } = parse(
        await (await post('?pace=0', { ...QUESTION, messages: [{ role: 'user', content }] })).text(),
      );
      expect(contentOf(chunks)).to.match(/^Set custom properties/);
    });

    it('arrives over time, about 13 ms apart', async () => {
      const started = performance.now();
      const response = await post('', { ...QUESTION, messages: [{ role: 'user', content: 'hi' }] });
      let first = 0;
      let text = '';
      for await (const bytes of response.body ?? []) {
        text += Buffer.from(bytes).toString('utf8');
        if (first === 0 && text.split('\n\n').length > 2) first = performance.now() - started;
      }
      const pieces = parse(text).chunks.length - 2;
      // No less than it should take; on a busy machine it may be any more.
      expect(first).to.be.at.least(25);
      expect(performance.now() - started).to.be.at.least(13 * pieces * 0.9);
    });
  });

  describe('what is no question', () => {
    const REFUSED: [name: string, status: number, send: () => Promise<Response>, says: RegExp][] = [
      ['GET', 405, () => fetch(endpoint), /Only POST/],
      ['OPTIONS', 405, () => fetch(endpoint, { method: 'OPTIONS' }), /Only POST/],
      ['an unknown path', 404, () => fetch(`${server.url}v1/nothing`), /There is no \/v1\/nothing/],
      ['a body that is no JSON', 400, () => post('', '{"messages":'), /not JSON/],
      ['a body that is no object', 400, () => post('', '[]'), /JSON object/],
      ['a body without messages', 400, () => post('', {}), /'messages'/],
      ['a message that is no object', 400, () => post('', { messages: [1] }), /'messages\[0\]'/],
      [
        'a body of another type',
        400,
        () => post('', QUESTION, { headers: { 'Content-Type': 'text/plain' } }),
        /Content-Type/,
      ],
      ['a pace that is no number', 400, () => post('?pace=fast'), /\?pace=/],
      ['a pace that nothing waits for', 400, () => post('?pace=1e300'), /\?pace= takes a number from 0 to 1000/],
      ['an unknown recording', 404, () => post('?recording=nothing'), /There are: cut-off, error, reasoning, tour\./],
      ['a path as a recording', 404, () => post('?recording=../guides/theming'), /No such recording/],
    ];
    for (const [name, status, send, says] of REFUSED) {
      it(`${name}: ${status} in OpenAI's shape`, async () => {
        const response = await send();
        expect(response.status).to.equal(status);
        const { error } = (await response.json()) as { error: Record<string, unknown> };
        expect(error).to.have.keys('message', 'type', 'param', 'code');
        expect(error['message']).to.match(says);
        if (status === 405) expect(response.headers.get('allow')).to.equal('POST');
      });
    }

    it('a body of more than 10 MB: 413, without reading it all', async () => {
      const { port } = new URL(endpoint);
      const request = httpRequest({
        port,
        host: 'localhost',
        path: '/v1/chat/completions',
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
      });
      const answered = once(request, 'response') as Promise<[IncomingMessage]>;
      // Cut off while it is still sending, the client sees that as well.
      request.on('error', () => undefined);
      const piece = Buffer.alloc(1_000_000, 32);
      for (let sent = 0; sent < 12; sent++) request.write(piece);
      const [response] = await answered;
      expect(response.statusCode).to.equal(413);
      request.destroy();
    });
  });

  describe('recordings', () => {
    it('are played byte for byte', async () => {
      for (const name of ['tour', 'reasoning', 'error', 'cut-off']) {
        const response = await post(`?recording=${name}&pace=0`);
        expect(response.headers.get('content-type')).to.equal('text/event-stream; charset=utf-8');
        const recorded = await readFile(join(ROOT, 'demo', 'recordings', `${name}.sse`));
        expect(Buffer.from(await response.arrayBuffer()).equals(recorded), name).to.equal(true);
      }
    });

    it('are listed', async () => {
      const response = await fetch(`${server.url}v1/recordings`);
      expect(await response.json()).to.deep.equal({ data: ['cut-off', 'error', 'reasoning', 'tour'] });
    });

    it('come from a data folder, too, JSON lines framed', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'demo-data-'));
      const streams = join(folder, 'streams', 'openai-chat');
      await mkdir(streams, { recursive: true });
      await writeFile(join(streams, 'lines.jsonl'), '{"a":1}\n{"b":2}\n');
      await writeFile(join(streams, 'crlf.sse'), 'data: {"é":1}\r\n\r\ndata: [DONE]');
      await writeFile(join(streams, 'lines.expected.json'), '{}');
      const other = await startServer({ root: ROOT, env: { STREAM_CHAT_DATA: folder }, port: 0 });
      try {
        const play = async (name: string) => {
          const init = {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify(QUESTION),
          };
          return (await fetch(`${other.url}v1/chat/completions?pace=0&recording=${name}`, init)).text();
        };
        expect(await play('lines')).to.equal('data: {"a":1}\n\ndata: {"b":2}\n\ndata: [DONE]\n\n');
        expect(await play('crlf')).to.equal('data: {"é":1}\r\n\r\ndata: [DONE]');
        expect(await play('tour')).to.include('chat.completion.chunk');
      } finally {
        await other.close();
        await rm(folder, { recursive: true });
      }
    });

    it('stop the start where the data folder is named and not there', async () => {
      const start = startServer({ root: ROOT, env: { STREAM_CHAT_DATA: '/nowhere' }, port: 0 });
      const error: unknown = await start.catch((reason: unknown) => reason);
      expect(error)
        .to.be.an('error')
        .with.property('message')
        .that.matches(/STREAM_CHAT_DATA names \/nowhere/);
    });
  });

  describe('faults', () => {
    for (const [status, type] of [
      [401, 'authentication_error'],
      [404, 'invalid_request_error'],
      [429, 'rate_limit_error'],
      [500, 'server_error'],
    ] as const) {
      it(`?status=${status}`, async () => {
        const response = await post(`?status=${status}`);
        expect(response.status).to.equal(status);
        expect(((await response.json()) as { error: { type: string } }).error.type).to.equal(type);
        expect(response.headers.get('retry-after')).to.equal(status === 429 ? '8' : null);
      });
    }

    const ANSWERS: [name: string, type: string, body: RegExp][] = [
      ['html', 'text/html; charset=utf-8', /^<!doctype html>/],
      ['json', 'application/json', /^\{"hello":"world"\}$/],
      ['empty', 'text/event-stream; charset=utf-8', /^$/],
      ['malformed', 'text/event-stream; charset=utf-8', /"delta":\n\n[^]*\[DONE\]/],
      ['markup', 'text/event-stream; charset=utf-8', /<script>/],
    ];
    for (const [name, type, body] of ANSWERS) {
      it(`?answer=${name}`, async () => {
        const response = await post(`?answer=${name}`);
        expect(response.status).to.equal(200);
        expect(response.headers.get('content-type')).to.equal(type);
        expect(await response.text()).to.match(body);
      });
    }

    it('?answer=reset breaks the connection after some text', async () => {
      const response = await post('?answer=reset');
      const error: unknown = await response.text().catch((reason: unknown) => reason);
      expect(error).to.be.an('error');
    });

    it('that are unknown say which there are', async () => {
      expect((await post('?answer=nothing')).status).to.equal(404);
      expect((await post('?answer=toString')).status).to.equal(404);
      expect((await post('?status=200')).status).to.equal(400);
    });
  });

  describe('files', () => {
    it('are served with their type', async () => {
      for (const [path, type] of [
        ['', 'text/html; charset=utf-8'],
        ['errors.html', 'text/html; charset=utf-8'],
        ['demo.css', 'text/css; charset=utf-8'],
        ['demo.js', 'text/javascript; charset=utf-8'],
        ['icon.svg', 'image/svg+xml'],
      ]) {
        const response = await fetch(`${server.url}${path}`);
        expect(response.status, path).to.equal(200);
        expect(response.headers.get('content-type'), path).to.equal(type);
      }
    });

    it('outside of the demo are not', async () => {
      const { port } = new URL(server.url);
      for (const path of [
        '/../package.json',
        '/..%2fpackage.json',
        '/server/main.ts',
        '//',
        '/%00',
        '/recordings/tour.sse',
        '/.env',
      ]) {
        const socket = connect(Number(port), 'localhost');
        socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
        let answer = '';
        for await (const bytes of socket) answer += String(bytes);
        expect(answer.split('\r\n')[0], path).to.equal('HTTP/1.1 404 Not Found');
      }
    });

    it('are read only', async () => {
      expect((await fetch(server.url, { method: 'POST' })).status).to.equal(405);
      const head = await fetch(server.url, { method: 'HEAD' });
      expect([head.status, await head.text()]).to.deep.equal([200, '']);
    });

    it('say what to do where the element is not built', async () => {
      const root = await mkdtemp(join(tmpdir(), 'demo-root-'));
      await symlink(join(ROOT, 'demo'), join(root, 'demo'));
      const other = await startServer({ root, env: {}, port: 0 });
      try {
        const missing = await fetch(`${other.url}stream-chat.js`);
        expect([missing.status, await missing.text()]).to.deep.equal([
          404,
          'dist/stream-chat.js is not there yet: run "npm run build" first.\n',
        ]);
        await mkdir(join(root, 'dist'));
        await writeFile(join(root, 'dist', 'stream-chat.js'), 'export {};');
        const built = await fetch(`${other.url}stream-chat.js`);
        expect(built.headers.get('content-type')).to.equal('text/javascript; charset=utf-8');
        expect(await built.text()).to.equal('export {};');
      } finally {
        await other.close();
        await rm(root, { recursive: true });
      }
    });
  });

  it('listens on this machine only', async () => {
    const { hostname, port } = new URL(server.url);
    expect(hostname).to.equal('localhost');
    const taken: unknown = await startServer({ root: ROOT, env: {}, port: Number(port) }).catch(
      (error: unknown) => error,
    );
    expect(taken).to.have.property('code', 'EADDRINUSE');
    expect(taken).to.have.property('address').that.is.oneOf(['127.0.0.1', '::1']);
  });
});

describe('demo server in front of an endpoint', () => {
  const KEY = 'sk-canary-7f3a9c';
  let upstream: Server;
  let server: DemoServer;
  let answer: (request: IncomingMessage, response: import('node:http').ServerResponse, body: string) => void;
  let seen: { url?: string; authorization?: string; body: Record<string, unknown> }[] = [];

  before(async () => {
    upstream = createServer(async (request, response) => {
      let body = '';
      for await (const bytes of request) body += String(bytes);
      const { authorization } = request.headers;
      seen.push({ url: request.url, authorization, body: JSON.parse(body) as Record<string, unknown> });
      answer(request, response, body);
    });
    upstream.listen(0, 'localhost');
    await once(upstream, 'listening');
    const { port } = upstream.address() as AddressInfo;
    const env = { OPENAI_BASE_URL: `http://localhost:${port}/v1/`, OPENAI_API_KEY: KEY, OPENAI_MODEL: 'real-model' };
    server = await startServer({ root: ROOT, env, port: 0 });
  });
  beforeEach(() => (seen = []));
  after(async () => {
    await server.close();
    upstream.closeAllConnections();
    upstream.close();
  });

  const post = (body: unknown = QUESTION, init: RequestInit = {}) =>
    fetch(`${server.url}v1/chat/completions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      ...init,
    });

  it('adds the key and passes the stream through as it comes', async () => {
    const bytes = 'data: {"x":"é"}\r\n\r\n: comment\n\ndata: [DONE]';
    answer = (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Set-Cookie': 'secret=1' });
      response.end(bytes);
    };
    const response = await post({ ...QUESTION, temperature: 0.5 });
    expect(await response.text()).to.equal(bytes);
    expect(response.headers.get('content-type')).to.equal('text/event-stream');
    expect(response.headers.get('set-cookie')).to.equal(null);
    expect(seen).to.deep.equal([
      {
        url: '/v1/chat/completions',
        authorization: `Bearer ${KEY}`,
        body: { ...QUESTION, temperature: 0.5, model: 'real-model' },
      },
    ]);
  });

  it('leaves a model alone that is not the demo’s own', async () => {
    answer = (_request, response) => response.end('{}');
    await post({ ...QUESTION, model: 'other' });
    expect(seen[0]?.body['model']).to.equal('other');
  });

  it('passes errors on with status, body and Retry-After, the key taken out', async () => {
    answer = (_request, response) => {
      response.writeHead(429, { 'Content-Type': 'application/json', 'Retry-After': '7' });
      response.end(JSON.stringify({ error: { message: `Key ${KEY} (sk-can****9c) has no credit.` } }));
    };
    const response = await post();
    expect(response.status).to.equal(429);
    expect(response.headers.get('retry-after')).to.equal('7');
    expect(await response.json()).to.deep.equal({ error: { message: 'Key [redacted] ([redacted]) has no credit.' } });
  });

  it('stops the endpoint’s work when the reader goes', async () => {
    let closed: Promise<unknown> | undefined;
    answer = (request, response) => {
      closed = once(request.socket, 'close');
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('data: {}\n\n');
    };
    const controller = new AbortController();
    const response = await post(QUESTION, { signal: controller.signal });
    await response.body?.getReader().read();
    controller.abort();
    expect(await closed).not.to.equal(undefined);
  });

  it('says 502 without an address where nothing answers', async () => {
    const env = { OPENAI_BASE_URL: 'http://localhost:9/v1', OPENAI_API_KEY: KEY };
    const other = await startServer({ root: ROOT, env, port: 0 });
    try {
      const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(QUESTION) };
      const response = await fetch(`${other.url}v1/chat/completions`, init);
      expect(response.status).to.equal(502);
      expect(await response.text())
        .to.include('did not answer (')
        .and.not.include('localhost')
        .and.not.include(KEY);
    } finally {
      await other.close();
    }
  });

  it('does not follow a redirect, which would take the key along', async () => {
    answer = (_request, response) => response.writeHead(307, { Location: '/elsewhere' }).end('{}');
    expect((await post()).status).to.equal(502);
    expect(seen).to.have.length(1);
  });

  it('serves its own machine alone', async () => {
    const { port } = new URL(server.url);
    const request = httpRequest({
      port,
      host: 'localhost',
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Host: `evil.example:${port}` },
    });
    request.end(JSON.stringify(QUESTION));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).to.equal(403);
    expect(seen).to.deep.equal([]);
  });

  it('takes a key out of any text', () => {
    expect(redact(`a ${KEY} b ${KEY}`, KEY)).to.equal('a [redacted] b [redacted]');
    expect(redact('**bold** stays', KEY)).to.equal('**bold** stays');
  });
});

interface Chunk {
  id: string;
  object: string;
  model: string;
  choices: { index: number; delta: { role?: string; content?: string }; finish_reason: string | null }[];
  usage?: Record<string, number> | null;
}

function parse(text: string): { chunks: Chunk[]; done: boolean } {
  const data = text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => event.replace(/^data: /, ''));
  const chunks = data.filter((value) => value !== '[DONE]').map((value) => JSON.parse(value) as Chunk);
  return { chunks, done: data.at(-1) === '[DONE]' };
}

function contentOf(chunks: Chunk[]): string {
  return chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
}
