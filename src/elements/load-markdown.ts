/**
 * What renders Markdown is half of all the code, and text can be read without it. So it is a module of its own, loaded with
 * the first text, or ahead of it if there is time.
 */
import { OnDemand } from '../model/on-demand.js';

const markdown = new OnDemand('stream-chat.markdown.js', () => import('./markdown-on-demand.js'));

/** What renders Markdown, if it is there. */
export const loadedMarkdown = (): typeof markdown.loaded => markdown.loaded;

/** @throws ChatError `not-loaded` */
export const loadMarkdown = (): ReturnType<typeof markdown.load> => markdown.load();
