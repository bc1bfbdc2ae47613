/**
 * Markdown that arrives in pieces → safe DOM in one container, which this class owns the children of.
 *
 * Choice: blocks.ts says which top-level blocks are final and what the unsettled tail looks like now; both are rendered
 * block by block (render-html.ts, sanitize.ts, decorate.ts) and patched into the end of the container (dom-patch.ts).
 * A `<details>` that a block opens becomes the parent that later blocks go into: the path of open ones is kept.
 * Where the unsettled tail is one large block, only its end is rendered and patched in along its open elements
 * (elide.ts, spine.ts).
 * Bound: a settled block is not looked at again, unless it waits for a definition that came later.
 */
import type { Token } from 'marked';
import { BlockPath } from './block-path.js';
import { BlockReader, markedOptions } from './blocks.js';
import type { Block } from './blocks.js';
import { colourLines } from './code-lines.js';
import { copyText } from './copy-text.js';
import type { DraftedRange } from './block-path.js';
import { decorate, makeImage, wordsFor } from './decorate.js';
import { setDirection } from './direction.js';
import type { Direction } from './direction.js';
import { patchNodes } from './dom-patch.js';
import { goTo, headingOf } from './fragment.js';
import { FootnoteSection } from './footnote-section.js';
import { grow } from './grow.js';
import type { ShownBlock } from './grow.js';
import { defaultHighlighter, Highlighting } from './highlighting.js';
import type { Highlighter } from './line-reader.js';
import { DEFAULT_MARKDOWN_STRINGS, present } from './markdown-strings.js';
import type { MarkdownStrings } from './markdown-strings.js';
import { isElement } from './node-kind.js';
import { TextNormalizer } from './normalize-text.js';
import { Plugins } from './plugin.js';
import type { MarkdownPlugin } from './plugin.js';
import { regroup } from './regroup.js';
import { HtmlRenderer } from './render-html.js';
import type { Note, RenderedHtml } from './render-html.js';
import { defaultSanitizer } from './sanitize.js';
import type { Sanitizer } from './sanitize.js';
import { Spine } from './spine.js';
import { isGroup } from './open-end.js';
import { copyTable } from './table-copy.js';
import { freezeColumns } from './table-columns.js';
import { DEFAULT_POLICY } from './url-policy.js';
import type { MarkdownPolicy } from './url-policy.js';

export interface MarkdownViewOptions extends Partial<MarkdownPolicy> {
  strings?: Partial<MarkdownStrings> | undefined;
  /** What the page adds: marked extensions, and elements in place of a source. */
  plugins?: readonly MarkdownPlugin[] | undefined;
  /** Colours code; null: none does. Default: what is built in, loaded when it is needed. */
  highlighter?: Highlighter | null | undefined;
  /** Told once, when the sanitiser cannot be used and answers are shown as plain text. */
  onSanitizerError?: ((error: Error) => void) | undefined;
  /** Told what a Copy button did, and in which words, so that it can be announced. */
  onCopy?: ((copied: boolean, words: string) => void) | undefined;
  /** Another fence in place of DOMPurify; meant for tests. */
  sanitizer?: Sanitizer | undefined;
  /**
   * What a late definition changes is shown a few blocks at a time, with each `write()` and `proceed()`, a few milliseconds'
   * worth. False by default: all of it at once, however many blocks waited for it.
   */
  inSlices?: boolean | undefined;
  /** The size of an open block, in characters, from which only its end is rendered; meant for tests. */
  elideFrom?: number | undefined;
}

/** A run of text of so many characters may be laid out with every frame. */
const RUN_PER_FRAME = 6000;

/** Kinds of blocks that show nothing where they stand. */
const UNSEEN: ReadonlySet<string> = new Set(['space', 'def', 'footnote']);

/** How long a Copy button says that it has copied, in milliseconds. */
const COPIED_FOR = 2000;

export class MarkdownView {
  readonly #container: Element;
  readonly #strings: MarkdownStrings;
  readonly #sanitizer: Sanitizer;
  readonly #onSanitizerError: ((error: Error) => void) | undefined;
  readonly #onCopy: MarkdownViewOptions['onCopy'];
  readonly #loaded = new Set<string>();
  #policy: MarkdownPolicy;
  readonly #plugins: Plugins;
  readonly #html: HtmlRenderer;
  readonly #highlighting: Highlighting;
  #reader: BlockReader;
  readonly #elideFrom: number | undefined;
  readonly #inSlices: boolean;
  #normalizer = new TextNormalizer();
  readonly #footnotes: FootnoteSection;
  #path: BlockPath;
  /** Nodes of settled blocks that wait for a definition. */
  #waiting = new Map<Block, Node[]>();
  /** The open block of which only the end is read, and its element. */
  #open: { readonly spine: Spine; readonly root: Element; readonly release: () => void } | null = null;
  /** Of each block in the tail that shows something; null: made in another way. */
  #shown: readonly (ShownBlock | null)[] = [];
  /** Of the last block that has one; none of what stands elsewhere. */
  #direction: Direction = null;
  /** What tokens were rendered to in this update. */
  readonly #made = new Map<Token, { readonly unsettled: boolean; readonly rendered: RenderedHtml }>();
  #source = '';
  #ended = false;
  #reported = false;

  /** `container` is emptied when text is set, and everything in it is this view's from then on. */
  constructor(container: Element, options: MarkdownViewOptions = {}) {
    this.#container = container;
    this.#policy = policyOf(options);
    this.#strings = { ...DEFAULT_MARKDOWN_STRINGS, ...present(options.strings) };
    this.#sanitizer = options.sanitizer ?? defaultSanitizer();
    this.#onSanitizerError = options.onSanitizerError;
    this.#onCopy = options.onCopy;
    this.#elideFrom = options.elideFrom;
    this.#inSlices = options.inSlices ?? false;
    this.#plugins = new Plugins(options.plugins);
    this.#html = new HtmlRenderer(this.#plugins);
    const { highlighter = defaultHighlighter } = options;
    this.#highlighting = new Highlighting(highlighter, () => this.#colour());
    this.#reader = this.#newReader();
    this.#footnotes = new FootnoteSection(container, this.#strings);
    this.#path = new BlockPath(container, this.#footnotes.element);
    container.replaceChildren();
    container.addEventListener('click', this.#onClick);
  }

  /** Everything written, as it came. */
  get source(): string {
    return this.#source;
  }

  /** True after `end()`. */
  get ended(): boolean {
    return this.#ended;
  }

  /** How many hidden characters (tag characters, bidi overrides, controls) were left out of what is shown. */
  get hiddenCharacters(): number {
    return this.#normalizer.removed;
  }

  /**
   * How many frames should pass without a `write()` after the last: 0, but for a paragraph of several thousand characters.
   * The engine lays out a paragraph as a whole whenever it changes, so one that changed with every frame would cost the
   * square of its length; what is saved up for `1 + n / 6000` frames costs the same per frame at any length.
   */
  get framesToSkip(): number {
    return Math.floor((this.#open?.spine.run ?? 0) / RUN_PER_FRAME);
  }

  /** With `inSlices`: whether more can be shown without more text, by `proceed()`. Else always false. */
  get isBehind(): boolean {
    return this.#reader.isBehind;
  }

  /** Appends text and shows it. Throws after `end()`. */
  write(text: string): void {
    this.#push(text);
    if (text !== '') this.#show();
  }

  /** With `inSlices`: shows some more of what is behind. Safe to call at any time; nothing where nothing is. */
  proceed(): void {
    if (this.isBehind) this.#update();
  }

  /**
   * No more text behind `text`, nothing by default: what was open is closed, everything is settled. Safe to call again
   * without text; throws with it.
   */
  end(text = ''): void {
    if (this.#ended && text === '') return;
    this.#push(text);
    this.#ended = true;
    this.#reader.push(this.#normalizer.flush());
    this.#reader.end();
    this.#show();
  }

  #show(): void {
    this.#update();
    while (!this.#inSlices && this.isBehind) this.#update();
  }

  #push(text: string): void {
    if (this.#ended) throw new Error('expected text before end(), got it behind; set() starts again');
    this.#source += text;
    this.#reader.push(this.#normalizer.push(text));
  }

  /** Shows `text` as the whole source. Where it only continues what is there, what is there stays. */
  set(text: string): void {
    const continues = text.startsWith(this.#source);
    if (continues && text.length === this.#source.length) return;
    if (!continues) this.clear();
    else if (this.#ended) this.#restart();
    this.write(text.slice(this.#source.length));
  }

  /** Back to an empty container and no text. */
  clear(): void {
    this.#restart();
    this.#container.replaceChildren();
  }

  /** Changes what may be linked and loaded, and shows the text again under it. */
  setPolicy(policy: Partial<MarkdownPolicy>): void {
    const { allowImages, allowLinks, urlPolicy } = this.#policy;
    this.#policy = policyOf(policy);
    const unchanged = this.#policy.allowImages === allowImages && this.#policy.allowLinks === allowLinks;
    if (unchanged && this.#policy.urlPolicy === urlPolicy) return;
    const [source, ended] = [this.#source, this.#ended];
    this.#restart();
    this.write(source);
    if (ended) this.end();
  }

  #newReader(): BlockReader {
    const plugins = this.#plugins;
    return new BlockReader({ lexer: markedOptions(plugins.extensions), elideFrom: this.#elideFrom, plugins });
  }

  /** Reads from the beginning; the nodes that are there are patched like any tail. */
  #restart(): void {
    this.#reader = this.#newReader();
    this.#normalizer = new TextNormalizer();
    this.#open = null;
    this.#shown = [];
    this.#direction = null;
    this.#footnotes.reset();
    this.#path = new BlockPath(this.#container, this.#footnotes.element);
    this.#waiting.clear();
    this.#source = '';
    this.#ended = false;
  }

  /** Gives the container back as it is, without a listener. */
  disconnect(): void {
    this.#container.removeEventListener('click', this.#onClick);
  }

  #update(): void {
    const changes = this.#reader.take();
    const { settled } = changes;
    let { tail } = changes;
    /** As it is shown: who waits for its labels knows it as it was settled. */
    let [first] = settled;
    if (changes.restored) this.#release();
    const resolved = changes.resolved.map((block) => [block, this.#reader.reread(block)] as const);
    this.#footnotes.read(settled, tail, resolved);
    for (const [block, whole] of resolved) this.#aside(() => this.#renderAgain(block, whole));
    if (settled.length + resolved.length === 0 && !changes.restored && this.#grow(tail)) {
      this.#plugins.adopt(this.#showFootnotes());
      this.#settleInside(this.#shown[0]?.nodes[0]);
      this.#made.clear();
      return;
    }
    // The last block is open; those of the tail in front of it are complete, and only may change.
    const isOpen = (block: Block | undefined): boolean =>
      block === tail.findLast(({ token }) => token.type !== 'space');
    const behind = this.#patchOpen(settled[0] ?? tail[0], settled.length === 0 && isOpen(tail[0]));
    if (this.#open && !behind) {
      this.#release();
      if (first) first = this.#reader.reread(first);
      else {
        tail = this.#reader.restore();
        this.#footnotes.read([], tail, []);
      }
    }

    const ranges: [Block, DraftedRange | null][] = [];
    /** Among the blocks that were in the tail. */
    let place = 0;
    /** Every block so far is where it was. */
    let isInPlace = true;
    const add = (block: Block, unsettled: boolean): void => {
      const isPatched = behind !== null && ranges.length === 0;
      const shown = block === settled[0] ? first! : block;
      const nodes = isPatched ? behind : this.#nodesOf(shown, unsettled, place, isInPlace);
      isInPlace &&= nodes !== null || UNSEEN.has(block.token.type);
      if (!UNSEEN.has(block.token.type)) place += 1;
      ranges.push([block, nodes ? this.#path.add(nodes) : this.#add(shown, unsettled)]);
    };
    this.#path.begin();
    for (const block of settled) add(block, false);
    this.#path.settle();
    for (const block of tail) add(block, isOpen(block));
    this.#path.commit();

    const open = this.#open?.root;
    if (settled.length > 0) this.#open = null;
    const final = ranges.slice(0, settled.length).flatMap(([, range]) => range?.nodes() ?? []);
    this.#plugins.adopt(final);
    if (open && settled.length > 0) this.#plugins.adopt([open]);
    this.#footnotes.place([...(open && settled.length > 0 ? [open] : []), ...final]);
    if (this.#ended && !this.isBehind) this.#waiting.clear();
    for (const [index, [block, range]] of ranges.entries()) {
      if (this.#ended || index >= settled.length || !range || block.missing.size === 0) continue;
      this.#waiting.set(block, [...(open && index === 0 ? [open] : []), ...range.nodes()]);
    }
    for (const [, range] of ranges) for (const node of range?.nodes() ?? []) freezeColumns(node);
    const notes = this.#showFootnotes();
    this.#plugins.adopt(notes);
    const inTail = ranges.slice(settled.length).filter(([block]) => !UNSEEN.has(block.token.type));
    this.#shown = inTail.map(([{ token }, range], index) => {
      const rendered = this.#made.get(token)?.rendered;
      const nodes = this.#open && index === 0 ? [this.#open.root] : range?.nodes();
      return rendered && nodes?.[0] ? { rendered, nodes } : null;
    });
    this.#settleInside(this.#open?.root ?? ranges[settled.length]?.[1]?.nodes()[0]);
    this.#made.clear();
  }

  /** Whether the tail is what it was but for more text at the ends of its blocks, which is there now. */
  #grow(tail: readonly Block[]): boolean {
    const blocks = tail.filter(({ token }) => token.type !== 'space');
    if (blocks.length === 0 || blocks.length !== this.#shown.length) return false;
    return blocks.every((block, index) => {
      const shown = this.#shown[index];
      return shown != null && isRendered(block) && this.#growBlock(shown, block, index === blocks.length - 1);
    });
  }

  /** The nodes of a block that was in the tail, where it is shown as it was or with more text at its end. */
  #nodesOf(block: Block, unsettled: boolean, place: number, isInPlace: boolean): readonly Node[] | null {
    const shown = this.#shown[place];
    if (!shown || (this.#open && place === 0) || !isRendered(block)) return null;
    // They would be moved for it.
    if (this.#path.isDrafted || (!isInPlace && isGroup(shown.nodes[0]!.parentNode!))) return null;
    return this.#growBlock(shown, block, unsettled) ? shown.nodes : null;
  }

  #growBlock(shown: ShownBlock, { token }: Block, unsettled: boolean): boolean {
    let hasTable = false;
    const has = grow(shown, this.#htmlOf(token, unsettled), (html, notes) => {
      hasTable = html.includes('<table');
      const nodes = this.#nodes(html, notes, unsettled);
      return nodes && this.#regroup(nodes);
    });
    const [block] = shown.nodes;
    if (has && hasTable) freezeColumns(block!);
    if (has && isElement(block)) this.#direct(block, unsettled);
    return has;
  }

  /** Renders something else than what comes next. */
  #aside<T>(render: () => T): T {
    const direction = this.#direction;
    const rendered = render();
    this.#direction = direction;
    return rendered;
  }

  #direct(block: Element, unsettled: boolean): void {
    this.#direction = setDirection(block, unsettled ? this.#direction : undefined) ?? this.#direction;
  }

  /** What a block renders to; null where the text is all that can be shown. */
  #htmlOf(token: Token, unsettled: boolean): RenderedHtml | null {
    try {
      const made = this.#made.get(token);
      if (made?.unsettled === unsettled) return made.rendered;
      const rendered = this.#html.render(token, unsettled);
      this.#made.set(token, { unsettled, rendered });
      return rendered;
    } catch {
      // Deeper than the stack.
      return null;
    }
  }

  /** Patches the block of which only the end is read. What stands behind it, or null: it is not the end of that block. */
  #patchOpen(block: Block | undefined, unsettled: boolean): Node[] | null {
    if (!this.#open || !block) return this.#open && [];
    const [wanted, ...behind] = this.#render(block, unsettled);
    const { spine, root } = this.#open;
    if (!isElement(wanted) || !spine.patch(wanted)) return null;
    this.#direct(root, unsettled);
    return behind;
  }

  /** `root`: the block that the tail begins with. */
  #settleInside(root: Node | undefined): void {
    const elided = this.#reader.elide();
    if (!elided || !isElement(root)) return;
    const [wanted] = this.#aside(() => this.#render(elided.block, true));
    const spine = isElement(wanted)
      ? Spine.along(elided.path, root, wanted, this.#highlighting, this.#open?.spine, elided.cut)
      : null;
    if (!spine) return;
    // What it has got since is the spine's.
    if (!this.#open) freezeColumns(root);
    this.#reader.accept();
    this.#footnotes.keep(elided.whole.token, elided.block.token);
    const made = this.#made.get(elided.block.token);
    this.#shown = [made ? { rendered: made.rendered, nodes: [root] } : null];
    this.#open = { spine, root, release: this.#open?.release ?? this.#path.hold() };
  }

  /** The open block is rendered as a whole again. */
  #release(): void {
    this.#open?.release();
    this.#open = null;
    // What is known of it is how its end was made.
    this.#shown = [];
    this.#footnotes.drop();
  }

  /** A block settled earlier, in which a label now has a definition. */
  #renderAgain(block: Block, whole: Block): void {
    const nodes = this.#waiting.get(block);
    const first = nodes?.[0];
    if (!nodes || !first?.parentNode) return;
    const after = nodes[nodes.length - 1]?.nextSibling ?? null;
    const now = patchNodes(first.parentNode, nodes, this.#regroup(this.#render(whole)), after);
    this.#path.replaced(nodes, now);
    for (const node of now) freezeColumns(node);
    this.#plugins.adopt(now);
    this.#footnotes.place(now);
    if (block.missing.size > 0) this.#waiting.set(block, now);
    else this.#waiting.delete(block);
  }

  #showFootnotes(): Node[] {
    return this.#aside(() => this.#footnotes.show((token, unsettled) => this.#renderToken(token, unsettled)));
  }

  #regroup(nodes: readonly Node[]): Node[] {
    return nodes.map((node) => regroup(node, this.#highlighting));
  }

  /** Colours the code that was shown before its language was there. */
  #colour(): void {
    for (const code of this.#container.querySelectorAll('pre > code[class]')) colourLines(code, this.#highlighting);
  }

  #add(block: Block, unsettled = false): DraftedRange | null {
    if (UNSEEN.has(block.token.type)) return null;
    if (block.token.type !== 'html') return this.#path.add(this.#regroup(this.#render(block, unsettled)));
    for (const piece of this.#htmlPieces(block)) {
      if (piece === 'close') this.#path.close();
      else if (Array.isArray(piece)) this.#path.add(piece);
      else this.#path.open(piece);
    }
    return null;
  }

  #render({ token }: Block, unsettled = false): Node[] {
    return this.#renderToken(token, unsettled);
  }

  #renderToken(token: Token, unsettled: boolean): Node[] {
    const rendered = this.#htmlOf(token, unsettled);
    const nodes = rendered && this.#nodes(rendered.html, rendered.notes, unsettled);
    if (nodes) return nodes;
    // The text is kept, its format is not.
    this.#made.delete(token);
    return this.#plain(token.raw);
  }

  /** Nodes to add, `<details>` to open, or the end of one. */
  #htmlPieces(block: Block): (Node[] | Element | 'close')[] {
    const { pieces, notes } = this.#html.renderHtmlBlock(block.token, this.#path.depth);
    const result: (Node[] | Element | 'close')[] = [];
    // Without a fence there is no structure either: the tags are shown like the rest.
    if (pieces.some((piece) => piece.type !== 'flow') && !this.#sanitize('<br>')) return [this.#plain(block.token.raw)];
    for (const piece of pieces) {
      if (piece.type === 'close') result.push('close');
      else if (piece.type === 'open') {
        const details = this.#container.ownerDocument.createElement('details');
        if (piece.open) details.setAttribute('open', '');
        result.push(details);
      } else {
        const nodes = this.#nodes(piece.html, notes);
        if (!nodes) return [this.#plain(block.token.raw)];
        result.push(nodes);
      }
    }
    return result;
  }

  /** Null: there is no sanitiser, so there is no HTML. */
  #nodes(html: string, notes: readonly Note[], unsettled = false): Node[] | null {
    if (html.trim() === '') return html === '' ? [] : [this.#container.ownerDocument.createTextNode(html)];
    const fragment = this.#sanitize(html);
    if (!fragment) return null;
    decorate(fragment, html, notes, {
      policy: this.#policy,
      strings: this.#strings,
      base: this.#container.ownerDocument.baseURI,
      loaded: this.#loaded,
      plugins: this.#plugins,
      footnotes: this.#footnotes,
      sanitize: (piece) => this.#sanitize(piece),
      decode: (text) => this.#sanitizer.decode(text),
      direct: (block) => this.#direct(block, unsettled),
    });
    return [...fragment.childNodes];
  }

  #plain(raw: string): Node[] {
    const owner = this.#container.ownerDocument;
    const paragraph = owner.createElement('p');
    paragraph.setAttribute('data-chrome', 'wrap');
    paragraph.setAttribute('class', 'source');
    paragraph.textContent = raw.replace(/\n+$/, '');
    setDirection(paragraph);
    return [paragraph, owner.createTextNode('\n')];
  }

  #sanitize(html: string): DocumentFragment | null {
    let problem: unknown;
    try {
      const fragment = this.#sanitizer.sanitize(html);
      if (fragment) return fragment;
      problem = this.#sanitizer.error;
    } catch (error) {
      problem = error;
    }
    if (!this.#reported) {
      this.#reported = true;
      const expected = 'expected the sanitiser to return nodes, got none';
      this.#onSanitizerError?.(problem instanceof Error ? problem : new Error(expected));
    }
    return null;
  }

  readonly #onClick = (event: Event): void => {
    // The path, not the target: a listener outside a shadow root would see its host.
    const target = event.composedPath()[0] as Node;
    const element = isElement(target) ? target : target.parentElement;
    const link = element?.closest<HTMLAnchorElement>('a[href^="#"]');
    if (link && this.#container.contains(link)) {
      const { ctrlKey, metaKey, shiftKey, altKey } = event as MouseEvent;
      // Another tab, another window or a download is the browser's.
      if (ctrlKey || metaKey || shiftKey || altKey) return;
      const place = this.#footnotes.target(link) ?? headingOf(this.#container, link);
      // A page's `<base>` would have it lead to another page.
      const leaves = link.href.split('#')[0] !== link.ownerDocument.URL.split('#')[0];
      if (place || leaves) event.preventDefault();
      if (place) goTo(place);
      return;
    }
    const button = element?.closest('button');
    if (!button || !this.#container.contains(button)) return;
    if (button.matches('.copy-button')) void this.#copy(button);
    else if (button.matches('.wrap-button')) button.ariaPressed = String(button.ariaPressed !== 'true');
    else if (button.matches('[data-src]')) this.#loadImage(button, event);
  };

  async #copy(button: HTMLButtonElement): Promise<void> {
    const asMarkdown = button.hasAttribute('data-copy');
    const copied = await this.#copyFrom(button, asMarkdown);
    const words = copied ? this.#strings.copied : this.#strings.copyFailed;
    button.textContent = words;
    this.#onCopy?.(copied, words);
    setTimeout(() => {
      button.textContent = asMarkdown ? this.#strings.copyMarkdown : this.#strings.copy;
    }, COPIED_FOR);
  }

  #copyFrom(button: Element, asMarkdown: boolean): Promise<boolean> {
    const table = button.closest('.table-block')?.querySelector('table');
    if (!table) {
      const code = button.closest('.code-block')?.querySelector('code')?.textContent ?? '';
      // With the end of its line a command would run as soon as it is pasted.
      return copyText(code.replace(/\n$/, ''));
    }
    const { tabs, markdown, html } = copyTable(table);
    return asMarkdown ? copyText(markdown) : copyText(tabs, html);
  }

  #loadImage(button: HTMLButtonElement, event: Event): void {
    event.preventDefault();
    const address = button.getAttribute('data-src') ?? '';
    this.#loaded.add(address);
    const alt = button.getAttribute('data-alt') ?? '';
    const image = makeImage(button.ownerDocument, address, alt, button.getAttribute('data-title'));
    const hadFocus = button.matches(':focus');
    const words = wordsFor(button);
    if (words) button.remove();
    (words ?? button).replaceWith(image);
    if (!hadFocus) return;
    // Nobody who goes by keys is thrown back to the top of the page.
    image.tabIndex = -1;
    image.focus({ preventScroll: true });
    image.addEventListener('blur', () => image.removeAttribute('tabindex'), { once: true });
  }
}

/** As one piece, where it stands. */
function isRendered({ token }: Block): boolean {
  return token.type !== 'html' && !UNSEEN.has(token.type);
}

function policyOf(policy: Partial<MarkdownPolicy>): MarkdownPolicy {
  return {
    allowImages: policy.allowImages ?? DEFAULT_POLICY.allowImages,
    allowLinks: policy.allowLinks ?? DEFAULT_POLICY.allowLinks,
    urlPolicy: policy.urlPolicy,
  };
}
