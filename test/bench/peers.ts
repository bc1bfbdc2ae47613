// The packages of the peers: installed when they are first asked for, from a lock file of their own, without running any
// of their scripts.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../runner/files.js';
import { PEERS, type SubjectEntry } from './subjects.js';

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

/** `name 1.2.3, name 4.5.6` */
export function versionsOf({ name, packages }: SubjectEntry): string {
  const names = packages ?? (name.startsWith('stock') ? ['marked', 'dompurify'] : []);
  const folder = join(packages ? PEERS : ROOT, 'node_modules');
  return names.map((each) => `${each} ${versionIn(join(folder, each))}`).join(', ');
}

function versionIn(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return version;
}
