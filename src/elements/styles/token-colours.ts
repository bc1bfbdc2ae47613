/** The colours of what code is made of, kind by kind. Apart from the other styles for the reason of table-columns.ts. */
import { unsafeCSS } from 'lit';
import { TOKEN_KINDS } from '../../markdown/line-reader.js';

export const tokenStyles = unsafeCSS(
  TOKEN_KINDS.map((kind) => `.markdown .token-${kind}{color:var(--_code-${kind})}`).join(''),
);
