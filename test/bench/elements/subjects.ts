// The whole elements that are measured, each as its documentation puts it into a page.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../runner/files.js';
import { bundle, type Files } from '../bundle.js';
import { PEERS, versionOf } from '../peers.js';

export interface ElementEntry {
  name: string;
  /** As the tables call it. */
  label: string;
  /** What stands in the page; the answer comes from `answer`, beside it. */
  html: string;
  /** The script that `html` names. */
  script: string;
  files(): Promise<Files>;
  versions: readonly string[];
}

const OWN_FILES = ['', '.markdown', '.wire', '.formats', '.highlight'].map((part) => `stream-chat${part}.js`);

const peerFiles = (module: string) => () => bundle({ element: module }, [], PEERS);

export function elementSubjects(): ElementEntry[] {
  return [
    {
      name: 'ours',
      label: '**stream-chat-element**',
      html: `<script type="module" src="stream-chat.js"></script>
<stream-chat endpoint="answer"></stream-chat>`,
      script: 'stream-chat.js',
      files: async () => new Map(OWN_FILES.map((name) => [name, readFileSync(join(ROOT, 'dist', name), 'utf8')])),
      versions: [],
    },
    {
      name: 'deep-chat',
      label: 'deep-chat',
      // It has its own shape of answers; this is how it takes another. It draws itself anew, without what has been typed,
      // whenever a property is set, so that all are set before it is in the page.
      html: `<script type="module" src="element.js"></script>
<script type="module">
  const chat = document.createElement('deep-chat');
  chat.connect = { url: 'answer', stream: true };
  chat.responseInterceptor = ({ choices }) => ({ text: choices[0].delta.content });
  document.body.append(chat);
</script>`,
      script: 'element.js',
      files: peerFiles('deep-chat'),
      versions: [versionOf('deep-chat', true)],
    },
    {
      name: 'ai-search-snippet',
      label: 'ai-search-snippet',
      html: `<script type="module" src="element.js"></script>
<chat-page-snippet api-url="answer"></chat-page-snippet>`,
      script: 'element.js',
      files: peerFiles('@cloudflare/ai-search-snippet/chat'),
      versions: [versionOf('@cloudflare/ai-search-snippet', true)],
    },
  ];
}
