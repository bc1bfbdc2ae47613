/**
 * The demo inside Vite's development server. `/stream-chat.js` is the element's source there, so that a demo page reads
 * the same as after the build.
 */

import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { createDemo } from './middleware.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

export function demoServer(): Plugin {
  return {
    name: 'stream-chat-demo',
    apply: 'serve',
    enforce: 'pre',
    resolveId(id) {
      return id === '/stream-chat.js' ? `${root}src/index.ts` : undefined;
    },
    async configureServer({ middlewares }) {
      middlewares.use(await createDemo({ root, env: process.env }));
    },
  };
}
