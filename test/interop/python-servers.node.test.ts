// The two small back ends that the guides show, run as they stand and read over real HTTP, to the character. Each is
// tried with the first Python on this machine that has what it imports; without one its tests count as skipped, and an
// absent module is the only reason.

import { expect } from 'chai';
import { spawnSync, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createChat, readReply } from '../../src/chat/index.js';
import { messageText } from '../../src/model/index.js';
import { startChild, stopChild } from '../runner/child.js';
import { ROOT } from '../runner/files.js';

const FOLDER = join(ROOT, 'demo', 'servers');
const QUESTION = 'Why?\n\n- “é” & 謎 🙂';

/** [file, modules, path, what may be sent beside the element's own body] */
const SERVERS: [string, string[], string, { path: string; body?: string }[]][] = [
  ['flask_server.py', ['flask'], '/stream-chat', [{ path: '', body: JSON.stringify({ message: QUESTION }) }]],
  [
    'fastapi_server.py',
    ['fastapi', 'uvicorn'],
    '/stream',
    [{ path: '', body: JSON.stringify({ message: QUESTION }) }, { path: `?prompt=${encodeURIComponent(QUESTION)}` }],
  ],
];

for (const [file, modules, path, requests] of SERVERS) {
  describe(`${file} (Python with ${modules.join(', ')})`, () => {
    let server: ChildProcess | undefined;
    let endpoint: string;
    let expected: string;

    before(async function () {
      this.timeout(30_000);
      const python = findPython(modules);
      if (!python) return this.skip();
      const env = { ...process.env, PORT: '0', PAUSE: '0', PYTHONDONTWRITEBYTECODE: '1' };
      server = startChild(python, [join(FOLDER, file)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      endpoint = (await printedAddress(server)) + path;
      const answer = await readFile(join(FOLDER, 'answer.md'), 'utf8');
      expected = `You said: ${QUESTION}\n\n${answer.trim()}`;
    });
    after(() => server && stopChild(server));

    for (const request of requests) {
      it(`answers POST ${path}${request.path && '?prompt=…'} to the character`, async () => {
        const response = await fetch(endpoint + request.path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: 'https://page.example' },
          body: request.body,
        });
        expect(response.headers.get('content-type')).to.match(/^text\/event-stream\b/);
        expect(response.headers.get('cache-control')).to.equal('no-cache');
        expect(response.headers.get('x-accel-buffering')).to.equal('no');
        expect(response.headers.get('access-control-allow-origin')).to.equal('*');
        let text = '';
        let last = '';
        for await (const delta of readReply(response)) {
          if (delta.type === 'text') text += delta.text;
          last = delta.type;
        }
        expect(text).to.equal(expected);
        expect(last).to.equal('end');
      });
    }

    it('answers a chat, and a second question', async () => {
      const chat = createChat({ endpoint, protocol: 'message' });
      for (let turn = 0; turn < 2; turn++) {
        const reply = await chat.send(QUESTION);
        expect(reply).to.include({ status: 'complete' });
        expect(messageText(reply)).to.equal(expected);
        expect(reply.metrics).to.include({ malformedFrames: 0, unknownFrames: 0 });
      }
    });

    it('lets another origin ask', async () => {
      const response = await fetch(endpoint, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://page.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type',
        },
      });
      expect(response.status).to.equal(200);
      expect(response.headers.get('access-control-allow-origin')).to.equal('*');
      expect(response.headers.get('access-control-allow-headers')?.toLowerCase()).to.include('content-type');
    });
  });
}

function findPython(modules: string[]): string | undefined {
  return ['python3', '/usr/bin/python3', 'python'].find(
    (python) => spawnSync(python, ['-c', `import ${modules.join()}`], { stdio: 'ignore' }).status === 0,
  );
}

/** The address that the server prints when it listens, without the slash. */
function printedAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}\n${printed}`)));
    // Read to the end, so that the server never waits for a full pipe.
    const read = (bytes: Buffer) => {
      if (printed.length < 10_000) printed += bytes.toString();
      const address = /running on (http:\/\/[\d.]+:\d+)/i.exec(printed)?.[1];
      if (address) resolve(address);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
  });
}
