/**
 * What renders Markdown is half of all the code, and text can be read without it. So it is a module of its own, loaded with
 * the first text, or ahead of it if there is time.
 */
import { ChatError } from '../model/index.js';

type Markdown = typeof import('../markdown/markdown-view.js');

let loaded: Markdown | undefined;
let loading: Promise<Markdown> | undefined;

/** What renders Markdown, if it is there. */
export function loadedMarkdown(): Markdown | undefined {
  return loaded;
}

/**
 * Loads it once. What has failed is tried again by the next call.
 *
 * @throws ChatError `not-loaded`
 */
export function loadMarkdown(): Promise<Markdown> {
  loading ??= import('../markdown/markdown-view.js').then(
    (markdown) => (loaded = markdown),
    (cause: unknown) => {
      loading = undefined;
      // As the build names it; in a bundle of the page's own it has another name, which the cause knows.
      const file = 'stream-chat.markdown.js';
      throw new ChatError('not-loaded', `expected ${file} beside the script, got none`, { detail: file, cause });
    },
  );
  return loading;
}
