// Child processes that cannot outlive the run: browsers, drivers and servers left behind would hold ports and displays
// and break the next run. Each child leads a process group of its own, and the group goes, since a browser is many
// processes and Xvfb or a driver does not take its children along.

import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';

const running = new Set<ChildProcess>();

export function startChild(command: string, args: string[], options: SpawnOptions): ChildProcess {
  const child = spawn(command, args, { ...options, detached: process.platform !== 'win32' });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Resolves when the process has ended. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  signalGroup(child, 'SIGTERM');
  const insist = setTimeout(() => signalGroup(child, 'SIGKILL'), 3000);
  await ended;
  clearTimeout(insist);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
  } catch (error) {
    // The group may end between the look and the signal; everything else is worth knowing.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

// SIGTERM and not SIGKILL: a suite has children of its own to take along.
process.once('exit', () => {
  for (const child of running) signalGroup(child, 'SIGTERM');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    void Promise.all([...running].map(stopChild)).finally(() => process.exit(1));
  });
}
