/** The few icons, drawn on a 20 px grid with the current colour. They say nothing of their own: buttons have names. */
import { svg, type TemplateResult } from 'lit';

function icon(paths: TemplateResult): TemplateResult {
  return svg`<svg class="icon" viewBox="0 0 20 20" width="20" height="20" fill="none" stroke="currentColor"
    stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${paths}</svg>`;
}

export const icons = {
  send: icon(svg`<path d="M10 16V4.5M5 9l5-5 5 5" stroke-width="1.9" />`),
  stop: icon(svg`<rect x="5.5" y="5.5" width="9" height="9" rx="1.5" fill="currentColor" stroke="none" />`),
  copy: icon(
    svg`<rect x="7" y="7" width="9.5" height="9.5" rx="2" /><path d="M13 7V5.5a2 2 0 0 0-2-2H5.5a2 2 0 0 0-2 2V11a2 2 0 0 0 2 2H7" />`,
  ),
  check: icon(svg`<path d="M4 10.5l4 4 8-9" />`),
  regenerate: icon(svg`<path d="M16 10a6 6 0 1 1-1.8-4.3M16 3.5v3.2h-3.2" />`),
  down: icon(svg`<path d="M10 4v11.5M5 11l5 5 5-5" />`),
  warning: icon(svg`<circle cx="10" cy="10" r="7" /><path d="M10 6.5v4M10 13.4v.1" stroke-width="1.9" />`),
  chevron: icon(svg`<path d="M8 5.5l4.5 4.5L8 14.5" />`),
};
