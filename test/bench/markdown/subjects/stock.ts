// What most pages do: marked, then DOMPurify, both as they come.

import DOMPurify from 'dompurify';
import { marked } from 'marked';

export function stockHtml(text: string): string {
  return DOMPurify.sanitize(marked.parse(text, { async: false }));
}
