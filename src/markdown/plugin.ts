/**
 * What a page may add to Markdown, in two steps that trust differently.
 *
 * `extensions` are marked's own (names, tokenizers, renderers to HTML): the HTML of each token passes the sanitiser as a
 * fragment of its own, so that nothing it leaves open reaches its neighbours. `code` and `nodes` make DOM, later if they
 * like; what they put into the page is theirs to answer for, and the source they are given comes from the answer.
 * Bound: one call for each block that is final and each source; a late result for a block that has changed is dropped. What a
 * function of an extension throws is reported once, and what it was asked about stays as it would be without it.
 */
import type { MarkedOptions, RendererExtensionFunction, Token, TokenizerAndRendererExtension } from 'marked';
import type { PluginBounds } from './elide.js';
import { isElement } from './node-kind.js';

export interface NodeContext {
  /** Language of the fenced code, or name of the extension. */
  readonly name: string;
  /** Where the node is going to stand. */
  readonly document: Document;
}

/** Makes what is shown in place of `source`, which stays in the page, hidden. Until then, and if this fails, it shows. */
export type NodeRenderer = (source: string, context: NodeContext) => Node | Promise<Node>;

export interface MarkdownPlugin {
  /**
   * marked extensions, by `level` with a `tokenizer`, or by `renderer` alone for a kind of token that there is already.
   * A block's inline text belongs in `tokens` (`childTokens` are refused). So that text in pieces reads like the whole,
   * a block without its end has to be taken up to the end of the text, as fenced code is.
   */
  readonly extensions?: readonly TokenizerAndRendererExtension[];
  /** By language of fenced code, in lower case. */
  readonly code?: Readonly<Record<string, NodeRenderer>>;
  /** By name of one of the extensions, which then needs no `renderer`: the source is the token's `text`, or its `raw`. */
  readonly nodes?: Readonly<Record<string, NodeRenderer>>;
}

type Extensions = NonNullable<MarkedOptions<string, string>['extensions']>;

/** The plug-ins of a view, sorted by who asks for them. */
export class Plugins implements PluginBounds {
  /** For marked's lexer. */
  readonly extensions: Extensions | null;
  readonly rendered: ReadonlySet<string>;
  readonly hasInline: boolean;
  readonly #renderers = new Map<string, RendererExtensionFunction<string, string>>();
  readonly #nodes = new Map<string, NodeRenderer>();
  readonly #jobs = new WeakMap<Element, Job>();

  constructor(plugins: readonly MarkdownPlugin[] = []) {
    const extensions: Extensions = { renderers: {}, childTokens: {} };
    let any = false;
    for (const { extensions: added = [], code = {}, nodes = {} } of plugins) {
      for (const extension of added) {
        any = true;
        this.#add(extension, extensions);
      }
      for (const [language, render] of Object.entries(code)) this.#nodes.set(codeKey(language), render);
      for (const [name, render] of Object.entries(nodes)) this.#nodes.set(name, render);
    }
    this.extensions = any ? extensions : null;
    this.rendered = new Set([...this.#renderers.keys(), ...this.#nodes.keys()]);
    this.hasInline = extensions.inline !== undefined || this.rendered.has('text');
  }

  #add(extension: TokenizerAndRendererExtension, table: Extensions): void {
    const { name } = extension;
    if ('renderer' in extension) this.#renderers.set(name, guarded(name, extension.renderer, false));
    if (!('tokenizer' in extension)) return;
    const { level, start, tokenizer, childTokens } = extension;
    if (level !== 'block' && level !== 'inline')
      throw new TypeError(`expected level 'block' or 'inline' in extension "${name}", got ${String(level)}`);
    if (childTokens) throw new TypeError(`expected extension "${name}" to use tokens, got childTokens`);
    // Later ones are asked first, as marked does it.
    const read = guarded(name, level === 'inline' ? readQueued(tokenizer) : tokenizer, undefined);
    (table[level] ??= []).unshift(read);
    if (start) (table[level === 'block' ? 'startBlock' : 'startInline'] ??= []).push(guarded(name, start, undefined));
  }

  /** The HTML of a token, not to be trusted; null where none of the plug-ins makes any. */
  render(token: Token, parser: PluginParser): string | null {
    // The two methods are what an extension uses of marked's parser.
    const context = { parser } as unknown as ThisParameterType<RendererExtensionFunction<string, string>>;
    const html = this.#renderers.get(token.type)?.call(context, token);
    return typeof html === 'string' ? html : null;
  }

  /** The key by which the node for a token is made, if one is. */
  nodeKey(token: Token): string | null {
    return this.#nodes.has(token.type) ? token.type : null;
  }

  /** The same for fenced code. */
  codeKey(language: string): string | null {
    const key = codeKey(language);
    return this.#nodes.has(key) ? key : null;
  }

  /** Makes the nodes of what is final, in `nodes` and below. What was made before for the same source is shown again. */
  adopt(nodes: readonly Node[]): void {
    if (this.#nodes.size === 0) return;
    for (const node of nodes) {
      if (!isElement(node)) continue;
      if (node.matches('[data-plugin]')) this.#show(node);
      for (const place of node.querySelectorAll('[data-plugin]')) this.#show(place);
    }
  }

  #show(place: Element): void {
    const key = place.getAttribute('data-plugin') ?? '';
    const source = sourceOf(place);
    const render = this.#nodes.get(key);
    const before = this.#jobs.get(place);
    if (before?.key === key && before.source === source) {
      if (before.output) show(place, before.output);
      return;
    }
    const job: Job = { key, source, output: null };
    this.#jobs.set(place, job);
    const done = (node: Node): void => {
      if (this.#jobs.get(place) !== job) return; // something else stands here by now
      job.output = place.ownerDocument.createElement(place.localName);
      job.output.setAttribute('data-chrome', 'add');
      job.output.setAttribute('class', 'plugin-output');
      job.output.append(node);
      show(place, job.output);
    };
    try {
      const made = render?.(source, { name: key.replace(/^code:/, ''), document: place.ownerDocument });
      if (made && 'then' in made) made.then(done).catch(reportError);
      else if (made) done(made);
    } catch (error) {
      // The page's own function: its mistake is the page's to see, and the source stays.
      reportError(error);
    }
  }
}

/** What stands in a place. */
interface Job {
  readonly key: string;
  readonly source: string;
  output: Element | null;
}

/** What an extension's renderer may ask for: the HTML of tokens inside its own. */
export interface PluginParser {
  parse(tokens: Token[]): string;
  /** As words alone where a renderer is named, which is marked's way to ask for those. */
  parseInline(tokens: Token[], textRenderer?: object): string;
  readonly textRenderer: object;
}

function codeKey(language: string): string {
  return `code:${language.toLowerCase()}`;
}

type Tokenize = NonNullable<Extensions['inline']>[number];

/** The page's own function: its mistake is the page's to see, once, and counts as `otherwise`. */
function guarded<This, Args extends unknown[], Result>(
  name: string,
  call: (this: This, ...args: Args) => Result,
  otherwise: Result,
): (this: This, ...args: Args) => Result {
  let isReported = false;
  return function (...args) {
    try {
      return call.apply(this, args);
    } catch (error) {
      if (!isReported) reportError(new Error(`expected extension "${name}" not to throw`, { cause: error }));
      isReported = true;
      return otherwise;
    }
  };
}

/** Text that a tokenizer puts off is read with it: the lexer's queue is for what is found before the definitions are. */
function readQueued(tokenize: Tokenize): Tokenize {
  return function (src, tokens) {
    const { lexer } = this;
    const from = lexer.inlineQueue.length;
    const token = tokenize.call(this, src, tokens);
    for (const run of lexer.inlineQueue.splice(from)) lexer.inlineTokens(run.src, run.tokens);
    return token;
  };
}

function sourceOf(place: Element): string {
  return place.getAttribute('data-source') ?? place.querySelector('code')?.textContent?.trimEnd() ?? '';
}

/** What was made of the source of a place that is about to become `next`, which has the same: it stays where it is. */
export function outputFor(place: Element, next: Element): Element | null {
  const key = place.getAttribute('data-plugin');
  const output = key === null ? null : place.querySelector(':scope > .plugin-output');
  if (!output || next.getAttribute('data-plugin') !== key || sourceOf(next) !== sourceOf(place)) return null;
  markReady(next);
  return output;
}

function show(place: Element, output: Element): void {
  if (output.parentNode !== place) place.append(output);
  markReady(place);
}

function markReady(place: Element): void {
  place.setAttribute('data-ready', '');
  // Of use where there is no style sheet of ours.
  for (const source of place.querySelectorAll(':scope > :is(pre, .plugin-source)')) source.setAttribute('hidden', '');
}
