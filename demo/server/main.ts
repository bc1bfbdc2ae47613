/** `npm start`: serves the demo on this machine and says where. `PORT` names the port, 0 any free one. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { upstreamFrom } from './forward.js';
import { startServer } from './server.js';
import { MISSING_BUILD } from './static-files.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

try {
  if (!existsSync(join(root, 'dist', 'stream-chat.js'))) throw new Error(MISSING_BUILD);
  const { url } = await startServer({ root, env: process.env, port: readPort(process.env['PORT']) });
  console.log(
    `Demo: ${url} (${upstreamFrom(process.env) ? 'answers come from OPENAI_BASE_URL' : 'answers come from the guides'})`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function readPort(value: string | undefined): number | undefined {
  if (!value) return undefined;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new Error(`PORT has to be a number from 0 to 65535, got "${value}".`);
}
