/** Markdown files cut into passages: the text under one heading, with the titles above it and an address of its own. */

export interface Passage {
  id: string;
  /** Names the heading in its guide, as in the address. */
  slug: string;
  /** The file's name without its extension, lower-case: `theming`, `readme`. */
  guide: string;
  /** The document's title and the headings above this one, outermost first, itself last. */
  titles: string[];
  /** What stands under the heading, as Markdown, its links made absolute. */
  markdown: string;
  /** Where a reader finds it in the documentation page. */
  url: string;
}

/** The page that shows a guide, which every link to one leads to. */
const GUIDE_PAGE = '/docs-corner.html';

export function splitPassages(guide: string, source: string, guides: readonly string[]): Passage[] {
  const passages: Passage[] = [];
  const titles: string[] = [];
  const slugs = new Set<string>();
  for (const { level, heading, body } of splitSections(source)) {
    titles.length = Math.min(titles.length, level - 1);
    while (titles.length < level - 1) titles.push('');
    titles[level - 1] = heading;
    const slug = uniqueSlug(heading, slugs);
    const markdown = linkGuides(body, guide, guides).trim();
    if (markdown === '') continue;
    passages.push({
      id: `${guide}#${slug}`,
      slug,
      guide,
      titles: titles.filter((title) => title !== ''),
      markdown,
      url: guideUrl(guide, slug),
    });
  }
  return passages;
}

function guideUrl(guide: string, slug?: string): string {
  return `${GUIDE_PAGE}?guide=${guide}${slug ? `#${slug}` : ''}`;
}

/** Links between the files (`theming.md#dark-mode`, `demo/guides/servers.md`, `#parts`) lead to the page that shows them. */
function linkGuides(markdown: string, guide: string, guides: readonly string[]): string {
  return markdown
    .replace(
      /\]\((?:\.{1,2}\/)*(?:demo\/guides\/)?([\w-]+)\.md(?:#([\w-]*))?\)/gi,
      (link, name: string, slug?: string) => {
        const target = name.toLowerCase();
        return guides.includes(target) ? `](${guideUrl(target, slug)})` : link;
      },
    )
    .replace(/\]\(#([\w-]+)\)/g, (_, slug: string) => `](${guideUrl(guide, slug)})`);
}

interface Section {
  level: number;
  heading: string;
  body: string;
}

/** Headings are lines that start with `#`, except inside a code fence. What stands before the first belongs to none. */
function splitSections(source: string): Section[] {
  const sections: Section[] = [];
  let fence = '';
  for (const line of source.split(/\r?\n/)) {
    const marker = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? '';
    if (fence === '') fence = marker;
    else if (marker.startsWith(fence) && line.trim() === marker) fence = '';
    const heading = fence === '' ? /^(#{1,6})\s+(.+?)\s*#*$/.exec(line) : null;
    if (heading) sections.push({ level: heading[1]?.length ?? 1, heading: plainText(heading[2] ?? ''), body: '' });
    else {
      const last = sections.at(-1);
      if (last) last.body += `${line}\n`;
    }
  }
  return sections;
}

/** As GitHub names headings, so that one link works there and here. */
function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

function uniqueSlug(heading: string, taken: Set<string>): string {
  const base = slugOf(heading);
  let slug = base;
  for (let number = 1; taken.has(slug); number++) slug = `${base}-${number}`;
  taken.add(slug);
  return slug;
}

/** A heading without its Markdown: code marks, emphasis, links. */
function plainText(markdown: string): string {
  return markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*]/g, '')
    .trim();
}
