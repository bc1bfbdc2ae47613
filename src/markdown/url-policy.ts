/**
 * Problem: an answer is written by somebody who may want a reader, or the reader's browser, to go elsewhere.
 * Choice: one function decides about every address, by the browser's own URL parser, from an allow-list; what cannot
 * be parsed, names a user, has no host or spells its scheme unusually is refused rather than repaired.
 * Bound: no DOM and no state; nothing here can allow a scheme that runs script.
 */

export type UrlUse = 'link' | 'image';

export interface MarkdownPolicy {
  /** What may load by itself: `none` (default), `self`, `*`, or origins separated by spaces. */
  allowImages: string;
  /** Schemes or origins a link may have, separated by spaces. Default: `http https mailto tel`. */
  allowLinks: string;
  /**
   * Asked last, about links that the list allows and images that may load, by themselves or on a click: returning false (or
   * throwing) refuses. It cannot allow more.
   */
  urlPolicy?: ((url: URL, use: UrlUse) => boolean) | undefined;
}

export const DEFAULT_POLICY: Readonly<MarkdownPolicy> = { allowImages: 'none', allowLinks: 'http https mailto tel' };

/** Schemes that run script or show a document of the page's own making: never, whatever a list says. */
const FORBIDDEN_SCHEMES = new Set(['javascript', 'vbscript', 'data', 'blob', 'filesystem', 'about', 'view-source']);

export interface CheckedUrl {
  readonly url: URL;
  /** The address as written, which the browser resolves as it did here. */
  readonly href: string;
  /** Leads to another origin of the web. */
  readonly external: boolean;
  /** Stays in the page: `#…`. */
  readonly fragment: boolean;
}

/**
 * Parses an address against `base`, and refuses the forms that are read differently by people and by browsers.
 * Returns null for those; what is allowed is another question.
 */
export function parseUrl(written: string, base: string): CheckedUrl | null {
  const href = written.trim();
  // The browser drops control characters, and reads a backslash as a slash; marked hands the latter over as %5C.
  if (/[\\\0-\x1f\x7f]/.test(href) || href.startsWith('//')) return null;
  if (/^(?:[a-z][a-z0-9+.-]*:)?(?:\/*%5c|\/\/[^/?#]*%5c)/i.test(href)) return null;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(href)?.[1]?.toLowerCase();
  // `https:evil.com` is a relative link on an https page and an absolute one elsewhere.
  if ((scheme === 'http' || scheme === 'https') && !/^https?:\/\/[^/]/i.test(href)) return null;
  if (scheme !== undefined && FORBIDDEN_SCHEMES.has(scheme)) return null;
  let url: URL;
  try {
    url = new URL(href, base);
  } catch {
    return null; // not an address: refused is the answer, there is nothing to report
  }
  const web = url.protocol === 'http:' || url.protocol === 'https:';
  if (url.username !== '' || url.password !== '' || FORBIDDEN_SCHEMES.has(url.protocol.slice(0, -1))) return null;
  // Some engines escape in a host what the standard forbids there (a space).
  if (web && (url.hostname === '' || url.hostname.includes('%'))) return null;
  if (scheme === undefined && !web) return null;
  const external = web && scheme !== undefined && url.origin !== originOf(base);
  return { url, href, external, fragment: href.startsWith('#') };
}

/** The address if it may be used so, or null. */
export function checkUrl(written: string, use: UrlUse, policy: MarkdownPolicy, base: string): CheckedUrl | null {
  const checked = parseUrl(written, base);
  if (!checked) return null;
  const allowed =
    use === 'link'
      ? isListed(checked.url, policy.allowLinks || DEFAULT_POLICY.allowLinks, base)
      : isWeb(checked.url) && isListed(checked.url, policy.allowImages || DEFAULT_POLICY.allowImages, base, true);
  return allowed && passesPagePolicy(checked.url, use, policy) ? checked : null;
}

/** True where an image that does not load by itself may be loaded on a click. */
export function mayLoadOnClick(checked: CheckedUrl, policy: MarkdownPolicy): boolean {
  return isWeb(checked.url) && passesPagePolicy(checked.url, 'image', policy);
}

/** The host to show: ASCII, so that a lookalike letter is seen as `xn--…`. */
export function shownHost(url: URL): string {
  return url.host || url.protocol;
}

const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;
const HOST = '((?:[\\p{L}\\p{M}\\p{N}_-]+[.。．｡])+[\\p{L}\\p{M}\\p{N}-]{2,})';
/** Anywhere in a text. What stands before an `@` is no host, but is read as one. */
const ADDRESS_IN_TEXT = new RegExp(`https?://${HOST}`, 'giu');
const HOST_AS_TEXT = new RegExp(`^\\s*${HOST}(?::\\d+)?(?:[/?#]\\S*)?[\\s.,:;!?]*$`, 'iu');
/** `README.md` and `node.js` read as hosts too; a text without a scheme must name a well-known kind of domain. */
const WELL_KNOWN = /^www\.|\.(?:com|org|net|edu|gov|io|dev|app|co|uk|de|fr|jp|cn|ru|eu|info|bank)$/i;

/**
 * True where a link's text reads as an address on another host than the one it leads to, as in
 * `[https://bank.example](https://evil.example)`.
 */
export function namesAnotherHost(written: string, url: URL): boolean {
  if (!/[.。．｡]/.test(written)) return false;
  // What nobody sees is not read along.
  const text = written.replace(UNSEEN, '');
  const isOther = (named: string): boolean => bareHost(named) !== null && bareHost(named) !== bareHost(url.hostname);
  if ([...text.matchAll(ADDRESS_IN_TEXT)].some(([, named = '']) => isOther(named))) return true;
  const [, named = ''] = HOST_AS_TEXT.exec(text) ?? [];
  return (text.includes('/') || WELL_KNOWN.test(bareHost(named, '') ?? '')) && isOther(named);
}

/** As the browser would name it, without `www.`; null for what is no host after all. */
function bareHost(named: string, without: string | RegExp = /^www\./): string | null {
  try {
    return new URL(`https://${named}`).hostname.replace(without, '');
  } catch {
    return null;
  }
}

function isWeb(url: URL): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:';
}

function isListed(url: URL, list: string, base: string, images = false): boolean {
  return list
    .toLowerCase()
    .split(/\s+/)
    .some((token) => {
      if (token === '' || token === 'none') return false;
      if (token === '*') return images || isListed(url, DEFAULT_POLICY.allowLinks, base);
      if (token === 'self') return isWeb(url) && url.origin === originOf(base);
      if (token.includes('://')) return isWeb(url) && url.origin === originOf(token);
      return !images && url.protocol === `${token.replace(/:$/, '')}:`;
    });
}

function originOf(address: string): string | null {
  try {
    return new URL(address).origin;
  } catch {
    return null; // a list may hold anything; what is no origin matches none
  }
}

function passesPagePolicy(url: URL, use: UrlUse, policy: MarkdownPolicy): boolean {
  if (!policy.urlPolicy) return true;
  try {
    return policy.urlPolicy(new URL(url.href), use);
  } catch (error) {
    // The page's own function: its mistake is the page's to see, and refusing is the safe reading of it.
    queueMicrotask(() => {
      throw error;
    });
    return false;
  }
}
