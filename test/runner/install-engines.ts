// On a bare Debian, as root (a container, a CI machine), the browsers are one apt-get away, and the test command fetches
// them itself. Anywhere else it installs nothing: changing somebody's laptop is not a test's business.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { EngineName } from './engines.js';

// WebKitGTK is no headless browser: it needs a display, and Xvfb is one.
const PACKAGES: Record<EngineName, string[]> = {
  chromium: ['chromium'],
  firefox: ['firefox-esr'],
  webkit: ['webkit2gtk-driver', 'xvfb'],
};

export function canInstallEngines(): boolean {
  // Ubuntu has the same package names, but its chromium and firefox are snaps, which no container can run.
  const osRelease = '/etc/os-release';
  return process.getuid?.() === 0 && existsSync(osRelease) && /^ID=debian$/m.test(readFileSync(osRelease, 'utf8'));
}

/** Says what went wrong and leaves the judgement to the caller, who looks for the engines again. */
export function installEngines(engines: EngineName[]): void {
  const packages = engines.flatMap((name) => PACKAGES[name]);
  console.log(`Installing ${packages.join(', ')}`);
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...packages);
}

function apt(...args: string[]): void {
  const { status, error, stdout, stderr } = spawnSync('apt-get', ['-qq', ...args], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) console.error(`apt-get ${args[0]} failed: ${error?.message ?? `${stdout}${stderr}`}`);
}
