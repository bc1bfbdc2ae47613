/** What `npm start` and `npm run dev` share: the API and the guides, as one connect-style middleware. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { sendJson } from './api-error.js';
import { handleApi, isApiPath, type ChatSources } from './chat-endpoint.js';
import { createDocsSearch } from './docs-search.js';
import { upstreamFrom } from './forward.js';
import { readGuides } from './guides.js';
import { openRecordings, recordingFolders } from './recordings.js';
import { requestUrl } from './request-url.js';

export type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

export interface DemoOptions {
  /** The project's folder. */
  root: string;
  /** Read for `OPENAI_BASE_URL`, `OPENAI_API_KEY`, `OPENAI_MODEL` and `STREAM_CHAT_DATA`. */
  env: Record<string, string | undefined>;
}

export async function createDemo({ root, env }: DemoOptions): Promise<Middleware> {
  const guides = await readGuides(root);
  const sources: ChatSources = {
    docs: createDocsSearch(guides.flatMap(({ passages }) => passages)),
    recordings: openRecordings(await recordingFolders(join(root, 'demo', 'recordings'), env['STREAM_CHAT_DATA'])),
    upstream: upstreamFrom(env),
  };
  return (request, response, next) => {
    const { pathname } = requestUrl(request);
    if (isApiPath(pathname)) {
      void handleApi(request, response, sources);
      return;
    }
    if (pathname !== '/guides.json') return next();
    sendJson(response, 200, JSON.stringify(guides));
  };
}
