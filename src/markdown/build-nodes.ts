/**
 * Problem: most of what is rendered is a few plain elements and text, and giving each of them to an HTML parser, in a
 * document of its own, and looking through what came of it costs several times what the nodes themselves do.
 * Choice: where HTML is nothing but elements of this list, each closed in the element it was opened in and standing where
 * the parser would leave it, they are made one by one. No parser sees it: what is not an element of the list, with no
 * attribute but a number or one of three words, can only be text. sanitize.ts decides; everything else goes through
 * DOMPurify, and what both can do comes to the same (a test holds them against each other).
 * Bound: one pass over the HTML.
 */

type Kind = 'root' | 'block' | 'paragraph' | 'list' | 'item' | 'table' | 'section' | 'row' | 'cell' | 'code' | 'inline';

interface Rule {
  readonly kind: Kind;
  /** What it may stand in: where the parser would neither close that nor put it elsewhere. */
  readonly inside: readonly Kind[];
}

const FLOW = ['root', 'block', 'item'] as const;
const PHRASE = [...FLOW, 'paragraph', 'cell', 'inline'] as const;

const RULES = new Map<string, Rule>([
  ...['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((name) => [name, { kind: 'paragraph', inside: FLOW }] as const),
  ['blockquote', { kind: 'block', inside: FLOW }],
  ['ul', { kind: 'list', inside: FLOW }],
  ['ol', { kind: 'list', inside: FLOW }],
  ['li', { kind: 'item', inside: ['list'] }],
  ['table', { kind: 'table', inside: FLOW }],
  ['thead', { kind: 'section', inside: ['table'] }],
  ['tbody', { kind: 'section', inside: ['table'] }],
  ['tr', { kind: 'row', inside: ['section'] }],
  ['th', { kind: 'cell', inside: ['row'] }],
  ['td', { kind: 'cell', inside: ['row'] }],
  ['pre', { kind: 'code', inside: FLOW }],
  ...['a', 'strong', 'em', 'del', 'sup', 'span'].map((name) => [name, { kind: 'inline', inside: PHRASE }] as const),
  ['code', { kind: 'inline', inside: [...PHRASE, 'code'] }],
]);

/** Elements that hold nothing. */
const EMPTY = new Map<string, readonly Kind[]>([
  ['hr', FLOW],
  ['br', PHRASE],
]);

/** Text where there is none but line ends: the parser would put it elsewhere, or drop the first line end. */
const NO_TEXT: Readonly<Partial<Record<Kind, RegExp>>> = {
  list: /[^\n]/,
  table: /[^\n]/,
  section: /[^\n]/,
  row: /[^\n]/,
  code: /^/,
};

/**
 * The name of what ends, or of what begins, and its attribute: the number of a note (render-html.ts) or of a list's first
 * item, or where a cell's text stands.
 */
const TOKEN =
  /<\/([a-z]+[1-6]?)>|<([a-z]+[1-6]?)(?: (?:(href)="(#:\d+)"|(start)="(\d+)"|(align)="(left|right|center)"))?>|[^<>\r\0]+/y;

const REFERENCE = /&(?:(amp|lt|gt|quot|#39);)?/g;
const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** Deeper than this the parser has limits of its own. */
const DEEPEST = 100;

/** Nodes of `owner`; null: not all of it is of this list. */
export function buildNodes(html: string, owner: Document): DocumentFragment | null {
  // In front of all elements the parser drops blanks.
  if (!html.startsWith('<')) return null;
  const fragment = owner.createDocumentFragment();
  const open: { readonly node: Node; readonly name: string; readonly kind: Kind }[] = [
    { node: fragment, name: '', kind: 'root' },
  ];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < html.length) {
    const token = TOKEN.exec(html);
    if (!token) return null;
    const [all, closed, name] = token;
    const parent = open.at(-1)!;
    if (closed !== undefined) {
      if (parent.name !== closed) return null;
      open.pop();
    } else if (name === undefined) {
      const text = resolveReferences(all);
      if (text === null || NO_TEXT[parent.kind]?.test(text)) return null;
      parent.node.appendChild(owner.createTextNode(text));
    } else {
      const rule = RULES.get(name);
      const inside = rule?.inside ?? EMPTY.get(name);
      // A link in a link, however deep, the parser takes apart.
      if (!inside?.includes(parent.kind) || (name === 'a' && open.some((outer) => outer.name === 'a'))) return null;
      const element = owner.createElement(name);
      const attribute = token[3] ?? token[5] ?? token[7];
      if (attribute !== undefined) element.setAttribute(attribute, (token[4] ?? token[6] ?? token[8])!);
      parent.node.appendChild(element);
      if (!rule) continue;
      if (open.length > DEEPEST) return null;
      open.push({ node: element, name, kind: rule.kind });
    }
  }
  return open.length === 1 ? fragment : null;
}

/** Text with the characters that are written as references in HTML; null where others are than are written here. */
export function resolveReferences(text: string): string | null {
  if (!text.includes('&')) return text;
  let known = true;
  const resolved = text.replace(REFERENCE, (_, name: string | undefined) => {
    if (name === undefined) known = false;
    return CHARACTERS[name ?? ''] ?? '';
  });
  return known ? resolved : null;
}
