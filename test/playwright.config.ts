// End to end, against the built package in the demo server, which test/run.ts starts and names in STREAM_CHAT_DEMO_URL.
// By hand: `npm start` in one terminal, and in another
//   STREAM_CHAT_DEMO_URL=http://localhost:PORT/ npx playwright test -c test/playwright.config.ts

import { defineConfig, type Project } from '@playwright/test';
import { findEngines, type Engine } from './runner/engines.js';

function project([name, engine]: [string, Engine]): Project[] {
  // WebKitGTK is beyond Playwright: e2e/webkit.ts.
  if (engine.drive !== 'playwright') return [];
  const { channel, executablePath } = engine.launchOptions;
  // What asks the browser itself, as only Chromium answers.
  const testIgnore = name === 'chromium' ? [] : '**/*.chromium.spec.ts';
  return [{ name, testIgnore, use: { browserName: name as 'chromium', channel, launchOptions: { executablePath } } }];
}

export default defineConfig({
  testDir: 'e2e',
  outputDir: '../test-results',
  projects: Object.entries(findEngines()).flatMap(project),
  forbidOnly: true,
  // Real sockets and real time on a loaded machine: a test may be tried once more, and is then named.
  retries: 1,
  workers: 2,
  fullyParallel: true,
  timeout: 90_000,
  reporter: [['dot'], ['./runner/playwright-counts.ts']],
  use: { baseURL: process.env['STREAM_CHAT_DEMO_URL'], trace: 'off' },
});
