// How many letters and digits of Markdown sources are to be seen once they are rendered: those of stock marked's HTML.

import { marked } from 'marked';

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

export function countLetters(documents: readonly string[]): number {
  return documents.reduce((sum, text) => {
    const html = marked.parse(text, { async: false });
    const shown = html.replace(/<[^>]*>/g, '').replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity]!);
    return sum + (shown.match(/[\p{L}\p{N}]/gu)?.length ?? 0);
  }, 0);
}
