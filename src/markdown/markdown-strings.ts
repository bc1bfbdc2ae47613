/** Every word the renderer adds to an answer. `stream-chat` hands in its own table; a part of it is enough. */
export interface MarkdownStrings {
  /** On the button of a code block. */
  copy: string;
  copied: string;
  copyFailed: string;
  /** On the button that wraps the long lines of a block of code. */
  wrap: string;
  /** On the buttons of a table. */
  copyMarkdown: string;
  /** Names of what can be scrolled or pressed, for screen readers. `language` may be empty. */
  copyCode(language: string): string;
  wrapLines: string;
  codeBlock(language: string): string;
  table: string;
  copyTable: string;
  copyTableAsMarkdown: string;
  task: string;
  /** The button that stands for an image which does not load by itself. `alt` may be empty; it is cut, without quotes. */
  loadImage(alt: string, host: string): string;
  /** Instead of an image that may not be loaded at all and says nothing. */
  image: string;
  /** Titles of alerts: `> [!NOTE]` and so on. */
  note: string;
  tip: string;
  important: string;
  warning: string;
  caution: string;
  /** Names of the notes at the end, of a reference to one, and of the way back, for screen readers. */
  footnotes: string;
  footnote(number: number): string;
  footnoteBack(number: number): string;
}

/** Without what is not set: tables of translations have holes. */
export function present<Table extends object>(table: Table | null | undefined): Partial<Table> {
  const entries = Object.entries(table ?? {}).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(entries) as Partial<Table>;
}

export const DEFAULT_MARKDOWN_STRINGS: Readonly<MarkdownStrings> = {
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'Copying failed',
  wrap: 'Wrap',
  copyMarkdown: 'Markdown',
  copyCode: (language) => (language === '' ? 'Copy code' : `Copy code (${language})`),
  wrapLines: 'Wrap long lines',
  codeBlock: (language) => (language === '' ? 'Code' : `Code (${language})`),
  table: 'Table',
  copyTable: 'Copy table',
  copyTableAsMarkdown: 'Copy table as Markdown',
  task: 'Task',
  loadImage: (alt, host) => (alt === '' ? `Load image from ${host}` : `Load image “${alt}” from ${host}`),
  image: 'Image',
  note: 'Note',
  tip: 'Tip',
  important: 'Important',
  warning: 'Warning',
  caution: 'Caution',
  footnotes: 'Footnotes',
  footnote: (number) => `Footnote ${number}`,
  footnoteBack: (number) => `Back to reference ${number}`,
};
