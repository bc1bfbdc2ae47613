/** Markdown that arrives in pieces, rendered safely: what `./markdown` exports. Needs a DOM, not Lit. */
export { markdownWeight } from './markdown-weight.js';
export { MarkdownView } from './markdown-view.js';
export type { MarkdownViewOptions } from './markdown-view.js';
export { TOKEN_KINDS } from './line-reader.js';
export type { CodeToken, Highlighter, LineReader, ReadLine, TokenKind } from './line-reader.js';
export type { MarkdownPlugin, NodeContext, NodeRenderer } from './plugin.js';
export { DEFAULT_MARKDOWN_STRINGS } from './markdown-strings.js';
export type { MarkdownStrings } from './markdown-strings.js';
export { DEFAULT_POLICY, checkUrl } from './url-policy.js';
export type { CheckedUrl, MarkdownPolicy, UrlUse } from './url-policy.js';
export { copyText } from './copy-text.js';
export { TextNormalizer, visibleText } from './normalize-text.js';
