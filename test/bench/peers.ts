// The packages of the peers: installed when they are first asked for, from a lock file of their own, without running any
// of their scripts.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../runner/files.js';

export const PEERS = join(import.meta.dirname, 'peers');

export function installPeers(): void {
  const installed = join(PEERS, 'node_modules/.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(PEERS, 'package-lock.json')).mtimeMs)
    return;
  const command = ['ci', '--prefix', PEERS, '--ignore-scripts', '--no-audit', '--no-fund'];
  // Its words are no part of the output.
  const stdio: ['ignore', 2, 'inherit'] = ['ignore', 2, 'inherit'];
  const { status, error } = spawnSync('npm', command, { stdio, shell: process.platform === 'win32' });
  if (status !== 0) throw new Error(`npm ${command.join(' ')} ended with ${status}`, { cause: error });
}

/** `name 1.2.3`, of a peer's package or, without `isPeer`, of one that this project depends on. */
export function versionOf(name: string, isPeer: boolean): string {
  const file = join(isPeer ? PEERS : ROOT, 'node_modules', name, 'package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return `${name} ${version}`;
}
