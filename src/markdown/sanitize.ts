/**
 * The fence between text from elsewhere and the page: the only file that imports DOMPurify, and the only one that
 * gives a string to an HTML parser.
 *
 * Choice: a private instance, so that nothing the page does to its own copy (setConfig, hooks) reaches this one; one
 * frozen configuration; no hooks, no IN_PLACE, no custom elements. An address never passes through here: `href` holds
 * the number of a note (render-html.ts), and decorate.ts sets the real one after url-policy.ts agreed. Where no parser is
 * needed, none is asked (build-nodes.ts), once DOMPurify has been seen to work.
 * Bound: fails closed. DOMPurify returns its input where it does not support the browser, null or nothing where
 * Trusted Types refuse its policy; all of these are a null here, and the caller shows the text as text.
 */
import createDOMPurify from 'dompurify';
import type { Config, DOMPurify } from 'dompurify';
import { buildNodes } from './build-nodes.js';

export const CONFIG = Object.freeze({
  ALLOWED_TAGS: (
    'p br hr h1 h2 h3 h4 h5 h6 strong em b i u s del ins mark abbr sup sub kbd code pre blockquote ' +
    'ul ol li table thead tbody tr th td a span details summary'
  ).split(' '),
  ALLOWED_ATTR: ['href', 'title', 'align', 'start', 'open'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  // DOMPurify holds every attribute it does not know to be safe against the pattern for addresses.
  ADD_URI_SAFE_ATTR: ['align', 'start', 'open'],
  ALLOWED_URI_REGEXP: /^(?:https?:\/\/|mailto:|tel:|#)/i,
  RETURN_DOM_FRAGMENT: true,
  SANITIZE_DOM: true,
  SANITIZE_NAMED_PROPS: true,
  FORBID_CONTENTS:
    'script style template iframe noscript svg math textarea xmp noembed noframes plaintext select object embed'.split(
      ' ',
    ),
}) as Config & { RETURN_DOM_FRAGMENT: true };

/** What raw-html.ts takes for a character reference. */
const REFERENCE = /&(?:#\d{1,7}|#x[a-f\d]{1,6}|\w+);/gi;

/** Turns HTML into nodes of a document that loads and runs nothing. Null: not possible, for the reason in `error`. */
export interface Sanitizer {
  sanitize(html: string): DocumentFragment | null;
  /** Character references resolved, and nothing else changed. Null where that is not possible. */
  decode(text: string): string | null;
  /** Why the last call returned null. */
  readonly error: Error | null;
}

class PurifySanitizer implements Sanitizer {
  #purify: DOMPurify | null = null;
  /** Loads and runs nothing. Null: DOMPurify has not worked yet. */
  #inert: Document | null = null;
  error: Error | null = null;

  sanitize(html: string): DocumentFragment | null {
    try {
      const built = this.#inert && buildNodes(html, this.#inert);
      if (built) return built;
      const fragment: unknown = this.#instance().sanitize(html, CONFIG);
      if (!isFragment(fragment) || (fragment.firstChild === null && html.trim() !== '' && !this.#keepsAnything())) {
        throw new Error(
          'expected DOMPurify to return nodes, got none: is "dompurify" an allowed Trusted Types policy?',
        );
      }
      this.#inert ??= document.implementation.createHTMLDocument('');
      return fragment;
    } catch (error) {
      this.error = error instanceof Error ? error : new Error(String(error));
      return null;
    }
  }

  /** Nothing may be what is left of HTML that is not allowed; of this there would be something. */
  #keepsAnything(): boolean {
    const fragment: unknown = this.#instance().sanitize('<br>', CONFIG);
    return isFragment(fragment) && fragment.firstChild !== null;
  }

  decode(text: string): string | null {
    const references = [...new Set(text.match(REFERENCE))];
    // Each by itself and as text: an attribute that spells the end of a comment DOMPurify drops.
    const html = references.map((reference) => `<em>${reference}</em>`).join('');
    const values = [...(this.sanitize(html)?.children ?? [])].map(({ textContent }) => textContent);
    if (values.length !== references.length) return null;
    return text.replace(REFERENCE, (reference) => {
      const value = values[references.indexOf(reference)]!;
      // One that is none, and only begins like one: `&copyx;`.
      return value.length > 1 && value.endsWith(';') ? reference : value;
    });
  }

  #instance(): DOMPurify {
    if (this.#purify) return this.#purify;
    const purify = createDOMPurify(window);
    if (!purify.isSupported) throw new Error('expected a browser that DOMPurify supports');
    this.#purify = purify;
    return purify;
  }
}

function isFragment(value: unknown): value is DocumentFragment {
  return typeof value === 'object' && value !== null && (value as Node).nodeType === 11;
}

let shared: Sanitizer | undefined;

/** The one instance of this module; made on first use, since a class that is only imported may run without a DOM. */
export function defaultSanitizer(): Sanitizer {
  shared ??= new PurifySanitizer();
  return shared;
}
