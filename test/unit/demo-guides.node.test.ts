// The guides and the demo pages promise only what is there: links lead somewhere, names exist in the source, code that
// is shown is code that runs.

import { expect } from 'chai';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FINISH_REASONS } from '../../src/protocols/finish-reason.js';
import { PROTOCOL_NAMES } from '../../src/protocols/index.js';
import { readGuides, type Guide } from '../../demo/server/guides.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFile(join(ROOT, path), 'utf8');

let guides: Guide[];
let sources: Map<string, string>;
let element: string;
before(async () => {
  guides = await readGuides(ROOT);
  const files = (await readdir(join(ROOT, 'demo', 'guides'))).filter((file) => file.endsWith('.md'));
  sources = new Map(await Promise.all(files.map(async (file) => [file, await read(`demo/guides/${file}`)] as const)));
  element = await read('src/elements/stream-chat.ts');
});

describe('guides', () => {
  it('link to sections that are there', () => {
    const ids = new Set(guides.flatMap(({ passages }) => passages.map(({ id }) => id)));
    const broken: string[] = [];
    for (const [file, source] of sources) {
      const guide = file.replace('.md', '');
      for (const [link, name = guide, slug] of source.matchAll(/\]\((?:([\w-]+)\.md)?(?:#([\w-]+))?\)/g)) {
        if (!sources.has(`${name}.md`) || (slug && !ids.has(`${name}#${slug}`))) broken.push(`${file}: ${link}`);
      }
    }
    expect(broken).to.deep.equal([]);
  });

  it('explain each error code, and no other', async () => {
    const union = /export type ErrorCode =([^;]+);/.exec(await read('src/model/errors.ts'))?.[1] ?? '';
    const codes = [...union.matchAll(/'([\w-]+)'/g)].map(([, code]) => code);
    const table = sources.get('troubleshooting.md')?.match(/^\| `[\w-]+`/gm) ?? [];
    expect(codes).to.have.length.above(10);
    expect(table.map((cell) => cell.slice(3, -1))).to.have.members(codes);
  });

  it('list every format, and no other', () => {
    const table = /\| `protocol`[^]*?\n\n/.exec(sources.get('formats.md') ?? '')?.[0] ?? '';
    expect([...table.matchAll(/^\| `([\w-]+)` +\|/gm)].map(([, name]) => name)).to.have.members([
      'protocol',
      ...PROTOCOL_NAMES,
    ]);
  });

  it('list every word on why a reply ended, under what it means', () => {
    const table = /\| `finishReason`[^]*?\n\n/.exec(sources.get('formats.md') ?? '')?.[0] ?? '';
    const rows = [...table.matchAll(/^\| `([\w-]+)` +\|(.*)\|$/gm)].slice(1);
    const listed = rows.flatMap(([, reason, words = '']) =>
      [...words.matchAll(/`([\w:-]+)`/g)].map(([, word]) => [word, reason]),
    );
    expect(Object.fromEntries(listed)).to.deep.equal({ ...FINISH_REASONS, 'blocked:': 'content-filter' });
  });

  it('show the terminal client that lies in the demo folder', async () => {
    const client = await read('demo/terminal.mjs');
    expect(sources.get('headless.md')).to.include(`\`\`\`js\n${client}\`\`\``);
  });

  const LISTS: [what: string, inGuides: RegExp, inSource: RegExp][] = [
    ['custom properties', /--stream-chat-[a-z-]*[a-z]/g, /(?<=@cssprop )--[\w-]+/g],
    ['parts', /(?<=::part\()[a-z-]+/g, /(?<=@csspart )[\w-]+/g],
    ['states', /(?<=:state\()[a-z-]+/g, /(?<=@cssstate )[\w-]+/g],
    ['slots', /(?<=\bslot=")[\w-]+/g, /(?<=@slot )[\w-]+/g],
    ['events', /(?<=addEventListener\(')[\w-]+/g, /(?<=@fires \{\w+\} )\w+/g],
  ];
  for (const [what, inGuides, inSource] of LISTS) {
    it(`name ${what} that the element has`, () => {
      const known = new Set(element.match(inSource));
      const named = new Set([...sources.values()].flatMap((source) => source.match(inGuides) ?? []));
      expect(known.size).to.be.above(0);
      expect([...named].filter((name) => !known.has(name))).to.deep.equal([]);
    });
  }

  it('list all parts, custom properties, states and events', () => {
    const theming = sources.get('theming.md') ?? '';
    const javascript = sources.get('javascript.md') ?? '';
    const missing = [
      ...(element.match(/(?<=@csspart )[\w-]+/g) ?? []).filter((name) => !theming.includes(`\`${name}\``)),
      ...(element.match(/(?<=@cssprop )--[\w-]+/g) ?? []).filter((name) => !theming.includes(`\`${name}\``)),
      ...(element.match(/(?<=@cssstate )[\w-]+/g) ?? []).filter((name) => !theming.includes(`\`:state(${name})\``)),
      ...(element.match(/(?<=@fires \{\w+\} )\w+/g) ?? []).filter((name) => !javascript.includes(`| \`${name}\``)),
    ];
    expect(missing).to.deep.equal([]);
  });

  it('set attributes that the element has', () => {
    const known = new Set(['class', 'id', 'slot', 'onmessage']);
    const properties = /static override properties = \{([^]*?)\n {2}\}/.exec(element)?.[1] ?? '';
    for (const [, name = '', options = ''] of properties.matchAll(/(\w+): \{(.*)\}/g)) {
      if (options.includes('attribute: false')) continue;
      known.add(/attribute: '([\w-]+)'/.exec(options)?.[1] ?? name.toLowerCase());
    }
    const named = [...sources.values()].flatMap((source) =>
      [...source.matchAll(/<stream-chat\b([^]*?)(?<!=)>/g)].flatMap(([, tag = '']) => [
        ...tag.replace(/"[^"]*"|'[^']*'|\{[^]*\}/g, '').matchAll(/(?<=\s)[:@]?[\w.-]+(?==|\s|$)/g),
      ]),
    );
    const unknown = named.map(([name]) => name).filter((name) => !/^[:@]/.test(name) && !known.has(name));
    expect(named).to.have.length.above(20);
    expect(unknown).to.deep.equal([]);
  });
});

describe('demo pages', () => {
  const pages = async () => (await readdir(join(ROOT, 'demo'))).filter((file) => file.endsWith('.html'));

  it('show HTML that is on the page', async () => {
    for (const page of await pages()) {
      const source = await read(`demo/${page}`);
      const shown = unescape(/<pre[^>]*><code>([^]*?)<\/code>/.exec(source)?.[1] ?? '');
      const rest = source.replace(/<pre[^]*?<\/pre>/g, '');
      const tags = [...shown.matchAll(/<(stream-[\w]+|script)\b([^>]*)>/g)];
      expect(tags, page).to.have.length.above(0);
      for (const [tag, name = '', attributes = ''] of tags) {
        const wanted = attributes.match(/[\w-]+="[^"]*"/g) ?? [];
        const real = [...rest.matchAll(new RegExp(`<${name}\\b([^>]*)>`, 'g'))];
        const found = real.some(([, has = '']) => wanted.every((attribute) => hasAttribute(has, attribute)));
        expect(found, `${page}: ${tag}`).to.equal(true);
      }
    }
  });

  it('load nothing from elsewhere and have no inline handlers', async () => {
    for (const page of await pages()) {
      const source = (await read(`demo/${page}`)).replace(/<textarea[^]*?<\/textarea/g, '');
      expect(source.match(/(?:src|href)="(?!\/)[^"]*"/g), page).to.equal(null);
      expect(source.match(/\son\w+=/g), page).to.equal(null);
      expect(source.match(/<script(?! type="module")/g), page).to.equal(null);
    }
  });

  it('link to files that are there', async () => {
    const files = new Set([...(await readdir(join(ROOT, 'demo'))), '', 'stream-chat.js']);
    for (const page of await pages()) {
      const source = await read(`demo/${page}`);
      const paths = [...source.matchAll(/(?:src|href)="\/([^"?#]*)/g)].map(([, path = '']) => path);
      expect(
        paths.filter((path) => !files.has(path)),
        page,
      ).to.deep.equal([]);
    }
  });
});

describe('the proxies of the guide', () => {
  const KEY = 'sk-canary-51c2';
  const EVENTS = 'data: {"one":1}\n\ndata: [DONE]\n\n';
  let upstream: Server;
  let base: string;
  let seen: IncomingMessage[];
  let closed: Promise<unknown> | undefined;
  /** Called when a request that gets no answer has come. */
  let asked: (() => void) | undefined;
  let folder: string;
  let proxy: ChildProcess | undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'demo-proxy-'));
    upstream = createServer(async (request, response) => {
      seen.push(request);
      let body = '';
      for await (const bytes of request) body += String(bytes);
      if (body.includes('"fail"'))
        return response.writeHead(429, { 'Content-Type': 'application/json' }).end('{"error":{}}');
      if (body.includes('"silent"')) {
        closed = once(response, 'close');
        asked?.();
        return undefined;
      }
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      if (!body.includes('"endless"')) return response.end(EVENTS);
      const timer = setInterval(() => response.write('data: {}\n\n'), 20);
      closed = once(response, 'close').then(() => clearInterval(timer));
      return undefined;
    });
    upstream.listen(0, 'localhost');
    await once(upstream, 'listening');
    base = `http://localhost:${(upstream.address() as AddressInfo).port}/v1`;
  });
  beforeEach(() => {
    seen = [];
    closed = undefined;
  });
  afterEach(async () => {
    if (!proxy || proxy.exitCode !== null) return;
    proxy.kill();
    await once(proxy, 'exit');
  });
  after(async () => {
    upstream.closeAllConnections();
    upstream.close();
    await rm(folder, { recursive: true });
  });

  /** Cuts the program out of the guide, runs it, and waits until it listens. */
  async function startProxy(language: string, file: string, command: string): Promise<string> {
    const code = new RegExp(`\`\`\`${language}\\n([^]*?${file}[^]*?)\`\`\``).exec(sources.get('servers.md') ?? '')?.[1];
    if (code === undefined) throw new Error(`expected a block with ${file} in servers.md`);
    const path = join(folder, file);
    await writeFile(path, code);
    const port = await freePort();
    const env = { ...process.env, OPENAI_API_KEY: KEY, OPENAI_BASE_URL: base, PORT: String(port) };
    proxy = spawn(command, [path], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const url = `http://localhost:${port}/v1/chat/completions`;
    for (let attempt = 0; attempt < 100; attempt++) {
      const up = await fetch(url, { method: 'HEAD' }).then(
        () => true,
        () => new Promise<false>((resolve) => setTimeout(() => resolve(false), 50)),
      );
      if (up) return url;
    }
    throw new Error(`expected ${file} to listen within 5 s`);
  }

  for (const [language, file, command] of [
    ['js', 'proxy.mjs', process.execPath],
    ['python', 'proxy.py', 'python3'],
  ] as const) {
    it(`${file} adds the key, streams, passes errors on and stops`, async function () {
      this.timeout(20_000);
      if (spawnSync(command, ['--version']).status !== 0) this.skip();
      const url = await startProxy(language, file, command);
      const post = (kind: string, signal?: AbortSignal) =>
        fetch(url, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ kind }),
          signal,
        });

      const reply = await post('reply');
      expect(reply.headers.get('content-type')).to.equal('text/event-stream');
      expect(await reply.text()).to.equal(EVENTS);
      expect(seen[0]?.headers.authorization).to.equal(`Bearer ${KEY}`);
      expect(seen[0]?.url).to.equal('/v1/chat/completions');

      const failed = await post('fail');
      expect([failed.status, await failed.text()]).to.deep.equal([429, '{"error":{}}']);

      const controller = new AbortController();
      const endless = await post('endless', controller.signal);
      const first = await endless.body?.getReader().read();
      expect(Buffer.from(first?.value ?? []).toString()).to.match(/^data: \{\}/);
      controller.abort();
      await closed;

      // Python's server reads nothing while it waits, so it notices only when it writes.
      if (language === 'js') {
        const impatient = new AbortController();
        const come = new Promise<void>((resolve) => (asked = resolve));
        const silent = post('silent', impatient.signal).catch((error: unknown) => error);
        await come;
        impatient.abort();
        await Promise.all([silent, closed]);
      }

      const elsewhere = await fetch(url.replace('/v1', '/v2'), { method: 'POST', body: '{}' });
      expect(elsewhere.status).to.equal(404);
    });
  }
});

function hasAttribute(tag: string, attribute: string): boolean {
  const [, name = '', value = ''] = /^([\w-]+)="([^"]*)"$/.exec(attribute) ?? [];
  const real = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(tag)?.[1];
  return name === 'class' ? (real ?? '').split(' ').includes(value) : real === value;
}

function unescape(html: string): string {
  return html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
