/**
 * Problem: `[Setup](#setup)` leads to an id of the page's, and what the answer shows has none: in a shadow root ids lead
 * nowhere, and elsewhere they would be in the way of the page's own.
 * Choice: a click looks for the heading in the same answer that a heading's id would be made of, as GitHub makes them.
 * Going there is moving the focus, which a reader with a keyboard or a screen reader goes on from; nothing glides. Where
 * there is no such heading the page may have its own idea of the link.
 */

/** The heading that `#…` names; null: none does. */
export function headingOf(container: Element, link: HTMLAnchorElement): HTMLElement | null {
  const seen = new Map<string, number>();
  const probe = link.cloneNode() as HTMLAnchorElement;
  for (const heading of container.querySelectorAll<HTMLElement>('h1, h2, h3, h4, h5, h6')) {
    const id = idOf(heading.textContent ?? '');
    const count = seen.get(id) ?? 0;
    seen.set(id, count + 1);
    // Escaped like the link's.
    probe.hash = count === 0 ? id : `${id}-${count}`;
    if (probe.hash.length > 1 && probe.hash.toLowerCase() === link.hash.toLowerCase()) return heading;
  }
  return null;
}

function idOf(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
}

/** Shows an element, whatever it is folded away in, and moves the focus there. */
export function goTo(target: HTMLElement): void {
  for (let at: Element | null = target; at; at = at.parentElement)
    if (at.localName === 'details') (at as HTMLDetailsElement).open = true;
  if (target.tabIndex < 0) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: 'nearest', behavior: 'instant' });
}
