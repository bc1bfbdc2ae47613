// Which browser engines this machine has, and how each is driven. Looked for in this order: environment variables,
// Playwright's own downloads, the system's. (Installing a missing one is install-engines.ts.)
//
//   STREAM_CHAT_BROWSERS  the engines that have to be there, as in `chromium,firefox,webkit`. Without it any one is enough
//   CHROMIUM_PATH         a Chromium or Chrome to run
//   FIREFOX_PATH          a Firefox to run (a stock one: it is driven over WebDriver BiDi)
//   WEBKIT_DRIVER_PATH    WebKitGTK's `WebKitWebDriver`
//   WEBKIT_BROWSER_PATH   WebKitGTK's `MiniBrowser`
//
// Stock Firefox needs Playwright's channel `moz-firefox`; WebKitGTK speaks no protocol of Playwright's, so it is driven
// over plain WebDriver (webdriver.ts).

import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, firefox, webkit } from 'playwright';

export const ENGINE_NAMES = ['chromium', 'firefox', 'webkit'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

export interface PlaywrightEngine {
  drive: 'playwright';
  launchOptions: { executablePath: string; channel?: string };
}

export interface WebDriverEngine {
  drive: 'webdriver';
  driverPath: string;
  browserPath: string;
  /** Undefined where a display is there already. */
  xvfbPath: string | undefined;
}

export type Engine = PlaywrightEngine | WebDriverEngine;
export type Engines = Partial<Record<EngineName, Engine>>;

const SYSTEM_CHROMIUM = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
const SYSTEM_FIREFOX = [
  'firefox-esr',
  'firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
];

/** The engines that STREAM_CHAT_BROWSERS names; `undefined` where any one will do. */
export function requiredEngines(): EngineName[] | undefined {
  const named = process.env['STREAM_CHAT_BROWSERS'];
  return named?.split(',').map((name) => {
    const engine = ENGINE_NAMES.find((candidate) => candidate === name.trim());
    if (!engine) throw new Error(`STREAM_CHAT_BROWSERS: expected ${ENGINE_NAMES.join(', ')}, got "${name}"`);
    return engine;
  });
}

/** Every engine found, of those that are asked for. */
export function findEngines(): Engines {
  const finders = { chromium: findChromium, firefox: findFirefox, webkit: findWebKit };
  const engines: Engines = {};
  for (const name of requiredEngines() ?? ENGINE_NAMES) {
    const engine = finders[name]();
    if (engine) engines[name] = engine;
  }
  return engines;
}

function findChromium(): Engine | undefined {
  const path = namedPath('CHROMIUM_PATH') ?? existing(chromium.executablePath()) ?? firstOnSystem(SYSTEM_CHROMIUM);
  return path ? { drive: 'playwright', launchOptions: { executablePath: path } } : undefined;
}

function findFirefox(): Engine | undefined {
  const named = namedPath('FIREFOX_PATH');
  const playwrights = named ? undefined : existing(firefox.executablePath());
  if (playwrights) return { drive: 'playwright', launchOptions: { executablePath: playwrights } };
  const stock = named ?? firstOnSystem(SYSTEM_FIREFOX);
  return stock ? { drive: 'playwright', launchOptions: { executablePath: stock, channel: 'moz-firefox' } } : undefined;
}

function findWebKit(): Engine | undefined {
  const named = namedPath('WEBKIT_DRIVER_PATH');
  const playwrights = named ? undefined : existing(webkit.executablePath());
  if (playwrights) return { drive: 'playwright', launchOptions: { executablePath: playwrights } };
  const driverPath = named ?? firstOnSystem(['WebKitWebDriver']);
  const browserPath = namedPath('WEBKIT_BROWSER_PATH') ?? findMiniBrowser();
  const xvfbPath = firstOnSystem(['Xvfb']);
  // Without a display the driver does not fail, it hangs.
  const hasDisplay = Boolean(xvfbPath ?? process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
  if (!driverPath || !browserPath || !hasDisplay) return undefined;
  return { drive: 'webdriver', driverPath, browserPath, xvfbPath };
}

/** MiniBrowser is in no PATH: Debian keeps it under the library's own folder, by architecture and API version. */
function findMiniBrowser(): string | undefined {
  for (const root of ['/usr/lib', '/usr/libexec', '/usr/lib64']) {
    for (const folder of [root, ...foldersIn(root).filter((path) => path.includes('-linux-'))]) {
      for (const name of foldersIn(folder).filter((entry) => entry.includes('webkit2gtk-'))) {
        const path = existing(join(name, 'MiniBrowser'));
        if (path) return path;
      }
    }
  }
  return undefined;
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));
}

/** A path that somebody wrote down must be there: falling back to another browser would test the wrong one. */
function namedPath(variable: string): string | undefined {
  const path = process.env[variable];
  if (path && !existsSync(path)) throw new Error(`${variable}: there is no file ${path}`);
  return path || undefined;
}

function existing(path: string | undefined): string | undefined {
  return path && existsSync(path) ? path : undefined;
}

function firstOnSystem(names: string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  for (const name of names) {
    const candidates = /[\\/]/.test(name) ? [name] : folders.map((folder) => join(folder, name));
    const found = candidates.find((path) => existsSync(path));
    if (found) return found;
  }
  return undefined;
}
