/**
 * The demo's own files and the built element, read afresh each time. Only what is listed or matches a plain name is
 * served, so no path leads out of the folders.
 */

import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { requestUrl } from './request-url.js';

const CONTENT_TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** A page, a style sheet, a script or a picture that lies directly in demo/. */
const DEMO_FILE = /^\/([a-z0-9][a-z0-9-]*\.(?:html|css|js|svg))$/;
const BUILT_FILE = /^\/stream-chat(?:\.(?:markdown|wire|formats|highlight|global))?\.js$/;

export const MISSING_BUILD = 'dist/stream-chat.js is not there yet: run "npm run build" first.';

/** `root`: the project's folder. */
export async function serveFile(request: IncomingMessage, response: ServerResponse, root: string): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return sendText(response, 405, 'Only GET and HEAD are answered here.', { Allow: 'GET, HEAD' });
  }
  const { pathname } = requestUrl(request);
  const file = locate(pathname === '/' ? '/index.html' : pathname, root);
  const content = file === undefined ? undefined : await readIfThere(file);
  if (file === undefined || content === undefined) {
    return sendText(response, 404, BUILT_FILE.test(pathname) ? MISSING_BUILD : `There is no ${pathname} here.`);
  }
  response.writeHead(200, {
    'Content-Type': CONTENT_TYPES[extname(file)] ?? 'application/octet-stream',
    'Content-Length': content.length,
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : content);
}

function locate(pathname: string, root: string): string | undefined {
  if (BUILT_FILE.test(pathname)) return join(root, 'dist', pathname.slice(1));
  const name = DEMO_FILE.exec(pathname)?.[1];
  return name === undefined ? undefined : join(root, 'demo', name);
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function sendText(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...headers });
  response.end(`${text}\n`);
}
