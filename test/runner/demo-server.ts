// The demo, built, on a free port, for the end-to-end suites: what users see is what is tested.

import { spawnSync, type ChildProcess } from 'node:child_process';
import { ROOT } from './files.js';
import { startChild, stopChild } from './child.js';

const START_MS = 20_000;

export interface DemoServer {
  /** Ends with a slash. */
  url: string;
  stop(): Promise<void>;
}

export async function startDemo(): Promise<DemoServer> {
  build();
  const child = startChild(process.execPath, ['--import', 'tsx', 'demo/server/main.ts'], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    return { url: await printedAddress(child), stop: () => stopChild(child) };
  } catch (error) {
    await stopChild(child);
    throw error;
  }
}

function build(): void {
  const { status, error, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: ROOT,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`The build failed\n${stdout}${stderr}`, { cause: error });
}

function printedAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const fail = (what: string) => reject(new Error(`The demo server ${what}\n${printed}`));
    const timeout = setTimeout(() => fail(`named no address within ${START_MS / 1000} s`), START_MS);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timeout);
      fail(`ended with ${code}`);
    });
    // Read to the end, so that the server never waits for a full pipe.
    child.stdout?.on('data', (bytes: Buffer) => {
      if (printed.length < 10_000) printed += bytes.toString();
      const address = /https?:\/\/\S+:\d+\//.exec(printed)?.[0];
      if (!address) return;
      clearTimeout(timeout);
      resolve(address);
    });
  });
}
