/**
 * The widths that the columns of a long table were given, for each of them by its place. In a file of its own: the build
 * makes style sheets smaller only where all of their text stands there.
 */
import { unsafeCSS } from 'lit';

/** Columns behind these share what is left. */
const COLUMNS = 24;

export const tableColumnStyles = unsafeCSS(
  Array.from({ length: COLUMNS }, (_, at) => {
    return `.markdown table[style] > * > :first-child > :nth-child(${at + 1}){inline-size:var(--column-${at + 1})}`;
  }).join(''),
);
