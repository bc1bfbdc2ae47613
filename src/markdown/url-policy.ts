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
  /** Schemes or origins a link may have, separated by spaces; empty: none. Default: `http https mailto tel`. */
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
  /** Leads to another origin of the web than the page's own. */
  readonly external: boolean;
  /** Stays in the page: `#…`. */
  readonly fragment: boolean;
}

/**
 * Parses an address against `base`, and refuses the forms that are read differently by people and by browsers.
 * Returns null for those; what is allowed is another question. `origin`: the page's own.
 */
export function parseUrl(written: string, base: string, origin = ownOrigin(base)): CheckedUrl | null {
  const href = written.trim();
  // No address at all is one to browsers: that of the page, which a click would load again.
  if (href === '') return null;
  // The browser drops control characters, and reads a backslash as a slash; marked hands the latter over as %5C.
  // An end tag (which marked escapes, where it is no character reference) is there to break out of markup.
  if (/[\\\0-\x1f\x7f]|<\//.test(href) || href.startsWith('//')) return null;
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
  const fragment = href.startsWith('#');
  return { url, href, external: web && !fragment && url.origin !== origin, fragment };
}

/** The address if it may be used so, or null. */
export function checkUrl(
  written: string,
  use: UrlUse,
  policy: MarkdownPolicy,
  base: string,
  origin = ownOrigin(base),
): CheckedUrl | null {
  const checked = parseUrl(written, base, origin);
  if (!checked) return null;
  // A list that is not set (an attribute that was removed is null) is the default, an empty one allows nothing.
  const { allowLinks, allowImages } = policy;
  const allowed =
    use === 'link'
      ? isListed(checked.url, allowLinks ?? DEFAULT_POLICY.allowLinks, origin)
      : isWeb(checked.url) && isListed(checked.url, allowImages ?? DEFAULT_POLICY.allowImages, origin, true);
  return allowed && passesPagePolicy(checked.url, use, policy) ? checked : null;
}

/** True where an image that does not load by itself may be loaded on a click. */
export function mayLoadOnClick(checked: CheckedUrl, policy: MarkdownPolicy): boolean {
  return isWeb(checked.url) && passesPagePolicy(checked.url, 'image', policy);
}

/** The host to show: ASCII, so that a lookalike letter is seen as `xn--…`. Of mail, the one it goes to. */
export function shownHost(url: URL): string {
  return url.host || bareHost(mailHost(url)) || url.protocol;
}

const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;
/** With bounds: to try a run of signs of two units from each of its ends costs WebKit the square of its length. */
const HOST = '((?:[\\p{L}\\p{M}\\p{N}_-]{1,63}[.。])+[\\p{L}\\p{M}\\p{N}-]{2,63})';
const LONGEST_WORD = 500;
/** Anywhere in a text. What stands before an `@` is no host, but is read as one; what stands behind it is where it leads. */
const ADDRESSES = ['https?:[/\\\\]+', 'https?:[/\\\\]+[^\\s/\\\\?#]{0,200}@', '(?<![\\w./=-])(?=www\\.)'].map(
  (before) => new RegExp(before + HOST, 'giu'),
);
/** A word, but for signs around it; a path is none, nor is what is called or indexed: `a.info()`. */
const HOST_AS_WORD = new RegExp(
  `^(?:[^/?#]*@)?[^\\p{L}\\p{N}/@]*(?=[\\p{L}\\p{N}])${HOST}(?::\\d+)?(?:[/?#].*|[^\\p{L}\\p{N}([{]*)$`,
  'u',
);
/**
 * `README.md` and `node.js` read as hosts too; a text without a scheme must name a well-known kind of domain. `.in` and
 * `.me` are among them though a few files end so (`MANIFEST.in`): the host behind a file's name does no harm, and shops
 * and payments (`paypal.me`) are worth an imitation.
 */
const WELL_KNOWN =
  /\.(?:com|org|net|edu|gov|io|dev|app|ai|co|uk|de|fr|jp|cn|ru|eu|in|me|us|ca|au|br|it|es|nl|ch|info|bank)$/i;

/**
 * True where a link's text reads as an address on another host than the one it leads to, as in
 * `[https://bank.example](https://evil.example)`. Where a link leads to no host, any is another.
 */
export function namesAnotherHost(written: string, url: URL): boolean {
  if (!/[.。．｡․]/.test(written)) return false;
  // What nobody sees is not read along, and what looks like a letter or a dot is read as one.
  const text = written.replace(UNSEEN, '').normalize('NFKC');
  const host = bareHost(url.hostname || mailHost(url));
  const isOther = (named: string): boolean => bareHost(named) !== null && bareHost(named) !== host;
  if (ADDRESSES.some((address) => [...text.matchAll(address)].some(([, named = '']) => isOther(named)))) return true;
  const [word = '', more] = text.split(/\s+/).filter((part) => /\p{L}/u.test(part));
  const [, named = ''] = HOST_AS_WORD.exec(word.slice(0, LONGEST_WORD)) ?? [];
  return more === undefined && (word.includes('/') || WELL_KNOWN.test(bareHost(named) ?? '')) && isOther(named);
}

/** Whose mail it is; several, or what may be, are nobody's. */
function mailHost({ href }: URL): string {
  return /^mailto:[^@,;?%]+@([^@,;?#]+)(?:[?#]|$)/.exec(href)?.[1] ?? '';
}

/** As the browser would name it, without `www.`; null for what is no host after all. */
function bareHost(named: string): string | null {
  try {
    return new URL(`https://${named}`).hostname.replace(/^www\./, '');
  } catch {
    return null;
  }
}

/** The page's own, which its `<base>` does not change; where it has none (`file:`, a sandbox), that of its addresses. */
function ownOrigin(base: string): string | null {
  const { origin } = globalThis;
  return origin && origin !== 'null' ? origin : originOf(base);
}

function isWeb(url: URL): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:';
}

function isListed(url: URL, list: string, origin: string | null, images = false): boolean {
  return list
    .toLowerCase()
    .split(/\s+/)
    .some((token) => {
      if (token === '' || token === 'none') return false;
      if (token === '*') return images || isListed(url, DEFAULT_POLICY.allowLinks, origin);
      if (token === 'self') return isWeb(url) && url.origin === origin;
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
