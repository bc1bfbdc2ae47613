// What a reader sees of Markdown that is still arriving: blocks and renderer without a page. Notes (addresses, images,
// languages, boxes) are put back as attributes, so that a rendering is one string to compare.

import { BlockReader } from '../../src/markdown/blocks.js';
import { PENDING } from '../../src/markdown/open-tail.js';
import { HtmlRenderer } from '../../src/markdown/render-html.js';
import type { Note } from '../../src/markdown/render-html.js';

const renderer = new HtmlRenderer();

/** The HTML of what is shown after `text` has arrived and more is expected. */
export function shownHtml(text: string): string {
  return render(text, false);
}

/** The HTML of `text` when nothing more comes. */
export function finalHtml(text: string): string {
  return render(text, true);
}

function render(text: string, ended: boolean): string {
  const reader = new BlockReader();
  reader.push(text);
  if (ended) reader.end();
  const { settled, tail } = reader.take();
  let depth = 0;
  const blocks = [...settled, ...tail].map(({ token }) => {
    if (token.type !== 'html') {
      const { html, notes } = renderer.render(token);
      return resolveNotes(html, notes);
    }
    const { pieces, notes } = renderer.renderHtmlBlock(token, depth);
    for (const { type } of pieces) depth += DETAILS[type].depth;
    return resolveNotes(
      pieces.map((piece) => (piece.type === 'flow' ? piece.html : DETAILS[piece.type].tag)).join(''),
      notes,
    );
  });
  // Blanks at a block's end or between blocks are not seen.
  return blocks
    .join('')
    .replace(/\s+(?=<\/?(?:p|h\d|[uo]l|li|t\w+|pre|hr|blockquote|details|summary)\b)/g, '')
    .replace(/\s+(?=<\/code><\/pre>)/g, '')
    .replace(/(?<=<\/?(?:p|h\d|[uo]l|li|t\w+|pre|hr|blockquote|details|summary)\b[^>]*>)\s+/g, '')
    .trim();
}

const DETAILS = {
  open: { depth: 1, tag: '<details>' },
  close: { depth: -1, tag: '</details>' },
  flow: { depth: 0, tag: '' },
};

function resolveNotes(html: string, notes: readonly Note[]): string {
  // A link whose address has not come is an element only, to a reader text.
  const isPending = (note: Note | undefined): boolean => note?.kind === 'link' && note.href === encodeURI(PENDING);
  const shown = html.replace(/<a href="#:(\d+)">(.*?)<\/a>/gs, (link, index: string, text: string) =>
    isPending(notes[Number(index)]) ? text : link,
  );
  return shown.replace(/ href="#:(\d+)"/g, (_, index: string) => {
    const note = notes[Number(index)];
    if (note?.kind === 'link') return ` href="${note.href}"`;
    if (note?.kind === 'image') return ` src="${note.href}"`;
    if (note?.kind === 'task') return note.checked ? ' checked' : ' unchecked';
    return note?.kind === 'code' && note.language !== '' ? ` lang="${note.language}"` : '';
  });
}

const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", copy: '©' };

/** The words of `html` as they are read, each run of blanks as one. */
export function wordsOf(html: string): string {
  return html
    .replace(/<\/?(?:p|h\d|li|ul|ol|table|thead|tbody|tr|td|th|blockquote|pre|hr|br|details|summary)\b[^>]*>/g, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&(#?\w+);/g, (whole, name: string) => CHARACTERS[name] ?? whole)
    .replace(/\s+/g, ' ')
    .trim();
}
