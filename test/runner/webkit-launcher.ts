// Web-test-runner's launcher for WebKitGTK. Its own webdriver launcher puts a dependency of many megabytes between the
// two and shares one page by iframes; here the one window of the one session goes from test file to test file.

import type { BrowserLauncher } from '@web/test-runner';
import type { WebDriverEngine } from './engines.js';
import { WebDriverSession } from './webdriver.js';

export function webkitLauncher(engine: WebDriverEngine): BrowserLauncher {
  let driver: Promise<WebDriverSession> | undefined;
  let active: string | undefined;

  return {
    name: 'Webkit',
    type: 'webdriver',
    concurrency: 1,

    async startSession(sessionId, url) {
      active = sessionId;
      driver ??= WebDriverSession.start(engine);
      await (await driver).navigate(url);
    },
    isActive: (sessionId) => sessionId === active,
    async getBrowserUrl() {
      return (await driver)?.url();
    },
    async stopSession() {
      active = undefined;
      // Leaving the page ends its timers and connections, as closing a tab would.
      await (await driver)?.navigate('about:blank');
      return {};
    },
    async startDebugSession() {
      throw new Error('WebKitGTK has no debug session here: open the printed address in MiniBrowser by hand');
    },
    async stop() {
      await (await driver)?.close();
      driver = undefined;
    },
  };
}
