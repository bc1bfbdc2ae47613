/**
 * A document takes only style sheets that were made for it: what moves to another one (an iframe, a window of its own)
 * arrives there without any, and Lit sets those of the first. (CSSOM, `adoptedStyleSheets`)
 */
import type { CSSResult, CSSResultOrNative } from 'lit';

interface Styled {
  /** Of `css` alone. */
  readonly elementStyles: readonly CSSResultOrNative[];
  readonly shadowRootOptions: ShadowRootInit;
}

export function adoptStyles({ shadowRoot, ownerDocument }: Element, { elementStyles }: Styled): void {
  const { defaultView } = ownerDocument;
  if (!shadowRoot || !defaultView || !('adoptedStyleSheets' in shadowRoot)) return;
  shadowRoot.adoptedStyleSheets = elementStyles.map((style) => {
    const sheet = new defaultView.CSSStyleSheet();
    sheet.replaceSync((style as CSSResult).cssText);
    return sheet;
  });
}

/** The shadow root of an element that is rendered first in another document than this one; undefined in this one. */
export function rootElsewhere(element: Element, styled: Styled): ShadowRoot | undefined {
  if (element.ownerDocument === document) return undefined;
  const root = element.attachShadow(styled.shadowRootOptions);
  adoptStyles(element, styled);
  return root;
}
