/** What load-markdown.ts loads: all that only shown text needs. */
export { markdownWeight } from '../markdown/markdown-weight.js';
export { MarkdownView } from '../markdown/markdown-view.js';
export { startFade } from './views/fade.js';
