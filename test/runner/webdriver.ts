// WebKitGTK over plain WebDriver (https://www.w3.org/TR/webdriver2/), the only protocol it has. A client of a dozen
// commands is less than a dependency, and it is what the other two engines get from Playwright.
//
// MiniBrowser is no headless browser, so it runs on an X server of its own: `-displayfd` makes Xvfb choose a free
// display and say which, so that two runs on one machine do not meet. The driver serves one session at a time.

import type { ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild, stopChild } from './child.js';
import type { WebDriverEngine } from './engines.js';

const START_MS = 15_000;
/** The key under which the standard wraps an element's id. */
const ELEMENT_KEY = 'element-6066-11e4-a52e-4f735466cecf';

/** What `execute` returns for an element, and takes as an argument. */
export type ElementReference = { [ELEMENT_KEY]: string };

export class WebDriverSession {
  private constructor(
    private readonly address: string,
    private readonly children: ChildProcess[],
  ) {}

  static async start(engine: WebDriverEngine): Promise<WebDriverSession> {
    const children: ChildProcess[] = [];
    try {
      const display = engine.xvfbPath ? await startXvfb(engine.xvfbPath, children) : process.env['DISPLAY'];
      const port = await freePort();
      const environment = engine.xvfbPath ? { GDK_BACKEND: 'x11', WAYLAND_DISPLAY: '' } : {};
      children.push(
        startChild(engine.driverPath, [`--port=${port}`], {
          stdio: 'ignore',
          env: { ...process.env, ...environment, DISPLAY: display },
        }),
      );
      const driver = `http://127.0.0.1:${port}`;
      await untilReady(driver);
      const capabilities = {
        // A page whose modules wait for something forever must not take the navigation command with it.
        pageLoadStrategy: 'none',
        'webkitgtk:browserOptions': { binary: engine.browserPath, args: ['--automation'] },
      };
      const session = (await request(driver, 'POST', '/session', { capabilities: { alwaysMatch: capabilities } })) as {
        sessionId: string;
      };
      return new WebDriverSession(`${driver}/session/${session.sessionId}`, children);
    } catch (error) {
      await Promise.all(children.map(stopChild));
      throw error;
    }
  }

  async navigate(url: string): Promise<void> {
    await request(this.address, 'POST', '/url', { url });
  }

  async url(): Promise<string> {
    return (await request(this.address, 'GET', '/url')) as string;
  }

  /** Runs the body of a function in the page. */
  async execute<Result>(script: string, ...args: unknown[]): Promise<Result> {
    return (await request(this.address, 'POST', '/execute/sync', { script, args })) as Result;
  }

  async setWindowSize(width: number, height: number): Promise<void> {
    await request(this.address, 'POST', '/window/rect', { x: 0, y: 0, width, height });
  }

  /** Types as a person would: focus, then key by key. */
  async sendKeys(element: ElementReference, text: string): Promise<void> {
    await request(this.address, 'POST', `/element/${element[ELEMENT_KEY]}/value`, { text });
  }

  async click(element: ElementReference): Promise<void> {
    await request(this.address, 'POST', `/element/${element[ELEMENT_KEY]}/click`, {});
  }

  async close(): Promise<void> {
    try {
      await request(this.address, 'DELETE', '');
    } finally {
      await Promise.all(this.children.map(stopChild));
    }
  }
}

async function startXvfb(path: string, children: ChildProcess[]): Promise<string> {
  const args = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'];
  const xvfb = startChild(path, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  children.push(xvfb);
  const number = await new Promise<string>((resolve, reject) => {
    const timeout = setTimeout(() => reject(new Error('Xvfb named no display')), START_MS);
    xvfb.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
    xvfb.once('error', reject);
    let said = '';
    xvfb.stdio[3]?.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (!said.endsWith('\n')) return;
      clearTimeout(timeout);
      resolve(said.trim());
    });
  });
  return `:${number}`;
}

/** The driver takes no port 0, so one is asked of the system first; that another takes it in between is unlikely. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilReady(driver: string): Promise<void> {
  const end = Date.now() + START_MS;
  let last: unknown;
  while (Date.now() < end) {
    try {
      await request(driver, 'GET', '/status');
      return;
    } catch (error) {
      last = error;
      await sleep(50);
    }
  }
  throw new Error(`WebKitWebDriver did not answer within ${START_MS / 1000} s`, { cause: last });
}

async function request(base: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(base + path, {
    method,
    // The commands here are short ones; a driver that does not answer hangs.
    signal: AbortSignal.timeout(30_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const { value } = (await response.json()) as { value: unknown };
  if (!response.ok) {
    const { error, message } = value as { error: string; message: string };
    throw new Error(`WebDriver ${method} ${path || '/'}: ${error}: ${message}`);
  }
  return value;
}
