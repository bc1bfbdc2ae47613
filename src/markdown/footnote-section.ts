/**
 * Problem: the notes of an answer stand at its end, in the order of their first references, wherever they were written;
 * and every block that settles may change that order.
 * Choice: labels are kept in the order of their first references, a label of digits from there on, any other from its
 * note on (extensions/footnotes.ts); numbers follow from that, so what is numbered already seldom changes. What was left
 * out of an open block stays counted until that block is read as a whole again. There are no ids: in a shadow root they
 * lead nowhere, in a page they could be somebody else's, and two answers have the same labels. A click is answered by
 * moving the focus (fragment.ts).
 * Bound: an update costs the references and notes that are read in it, and those whose number changes.
 */
import type { Token } from 'marked';
import type { Block } from './blocks.js';
import { setDirection } from './direction.js';
import { patchNodes } from './dom-patch.js';
import { notesIn, referencesIn } from './extensions/footnotes.js';
import type { FootnoteToken } from './extensions/footnotes.js';
import type { MarkdownStrings } from './markdown-strings.js';
import { isElement } from './node-kind.js';

/** Which of the settled blocks that mention any, and where in it. */
type Place = readonly [block: number, index: number];

/** Behind all settled blocks: what was left out of the open one, and the rest. */
const KEPT = Number.MAX_VALUE;
const TAIL = Infinity;

interface Note {
  readonly token: FootnoteToken;
  /** The settled block it is in. */
  owner: Block | null;
  /** Nothing is added to it any more. */
  final: boolean;
  growing: boolean;
  rendered: boolean;
}

interface Label {
  readonly tag: string;
  /** Of its first reference; null: there is none. */
  place: Place | null;
  /** From 1; 0: there is no reference. */
  number: number;
  /** The number that its references show; 0: its name. */
  shown: number;
  note: Note | null;
  item: HTMLElement | null;
  /** The references in settled blocks. */
  readonly references: Set<Element>;
}

/** The labels that a settled block mentions, each once. */
interface Mentions {
  readonly block: number;
  tags: readonly string[];
}

export class FootnoteSection {
  /** Belongs at the end of the container, while it has a parent. */
  readonly element: HTMLElement;
  readonly #container: Element;
  readonly #strings: MarkdownStrings;
  readonly #list: HTMLElement;
  readonly #labels = new Map<string, Label>();
  /** Settled blocks that mention any, or will perhaps. */
  readonly #mentions = new Map<Block, Mentions>();
  /** Those that are mentioned, in the order of their places. */
  #order: Label[] = [];
  #kept: string[] = [];
  #keptNotes: Label[] = [];
  #tailNotes: Label[] = [];
  readonly #changed = new Set<Label>();
  /** References that have become final since. */
  readonly #placed: Element[] = [];
  /** The first number that may be another now. */
  #renumberFrom = Infinity;
  /** The reference that was followed last, to come back to. */
  #followed: HTMLElement | null = null;

  constructor(container: Element, strings: MarkdownStrings) {
    this.#container = container;
    this.#strings = strings;
    this.#list = this.#create('ol', {});
    this.element = this.#create('section', {});
  }

  /** Takes in what has changed. To be called before any of it is rendered: `number` goes by it. */
  read(settled: readonly Block[], tail: readonly Block[], resolved: readonly (readonly [Block, Block])[]): void {
    this.#unmention(TAIL);
    this.#forget(this.#tailNotes);
    for (const [block, whole] of resolved) this.#readAgain(block, whole);
    for (const block of settled) this.#settle(block);
    const growing = tail.findLast(({ token }) => token.type !== 'space');
    let index = 0;
    for (const block of tail) {
      for (const tag of referencesIn(block.token)) this.#mention(tag, [TAIL, index++]);
      for (const token of notesIn(block.token)) {
        const note = { token, owner: null, final: false, growing: block === growing, rendered: false };
        this.#define(note, this.#tailNotes);
      }
    }
    this.#renumber();
  }

  /** What is in `whole` but no more in `end`, the rest of it, is not going to be read again. */
  keep(whole: Token, end: Token): void {
    const references = leftOut([...referencesIn(whole)], [...referencesIn(end)], (tag) => tag);
    const notes = leftOut([...notesIn(whole)], [...notesIn(end)], ({ tag }) => tag);
    this.#unmention(TAIL);
    for (const tag of references) this.#mention(tag, [KEPT, this.#kept.push(tag)]);
    for (const { tag } of notes) {
      const label = this.#label(tag);
      const index = this.#tailNotes.indexOf(label);
      if (index < 0) continue; // another note of that label stands
      Object.assign(label.note!, { final: true, growing: false, rendered: false });
      this.#changed.add(label);
      this.#keptNotes.push(...this.#tailNotes.splice(index, 1));
    }
  }

  /** What was kept is going to be read again. */
  drop(): void {
    this.#unmention(KEPT);
    this.#kept = [];
    this.#forget(this.#keptNotes);
  }

  /** Sets what a reference shows: its number, as a link; without a note its label. */
  number(reference: Element, tag: string): void {
    reference.setAttribute('data-footnote', tag);
    const { number, note } = this.#label(tag);
    // Most are, when what they stand in is final.
    if (note && number > 0 && reference.firstElementChild?.textContent === String(number)) return;
    if (number === 0 || !note) {
      const text = this.#container.ownerDocument.createTextNode(tag.slice(1));
      patchNodes(reference, [...reference.childNodes], [text], null);
      return;
    }
    const link = this.#create('a', {
      href: `#footnote-${number}`,
      role: 'doc-noteref',
      'aria-label': this.#strings.footnote(number),
    });
    link.textContent = String(number);
    patchNodes(reference, [...reference.childNodes], [link], null);
  }

  /** Takes in the references in nodes that are final. */
  place(nodes: readonly Node[]): void {
    if (this.#labels.size === 0) return;
    for (const node of nodes) {
      if (!isElement(node)) continue;
      for (const reference of node.querySelectorAll('sup[data-footnote]')) {
        this.#label(tagOf(reference)!).references.add(reference);
        this.#placed.push(reference);
      }
    }
  }

  /** Shows the notes that are mentioned. Returns the items that are new and final. */
  show(render: (token: Token, unsettled: boolean) => Node[]): Node[] {
    for (const reference of this.#placed.splice(0)) this.number(reference, tagOf(reference)!);
    if (this.#changed.size === 0) return [];
    const final: HTMLElement[] = [];
    for (const label of this.#changed) {
      const { note, number } = label;
      if (!note || number === 0) {
        label.item?.remove();
        label.item = null;
        if (note) note.rendered = false;
        continue;
      }
      label.item ??= this.#create('li', { tabindex: '-1' });
      if (!note.rendered) {
        this.#render(label.item, note, render);
        if (note.final) final.push(label.item);
      }
      label.item.setAttribute('value', String(number));
      const back = label.item.querySelector('.footnote-back');
      back?.setAttribute('href', `#footnote-reference-${number}`);
      back?.setAttribute('aria-label', this.#strings.footnoteBack(number));
    }
    // Behind all numbers, since items are put in by them.
    for (const { item, number } of this.#changed) if (item && !item.parentNode) this.#insert(item, number);
    this.#sort();
    for (const label of this.#changed) {
      const { tag, number, note, references } = label;
      const shown = note ? number : 0;
      if (shown === label.shown) continue;
      label.shown = shown;
      for (const reference of references) if (tagOf(reference) === tag) this.number(reference, tag);
    }
    this.#changed.clear();
    if (!this.#list.firstChild) this.element.remove();
    else if (this.element.parentNode !== this.#container) this.#container.append(this.#dressed());
    setDirection(this.#list);
    this.place(final);
    return final;
  }

  /** The section as it is shown; most answers have no notes. */
  #dressed(): HTMLElement {
    if (!this.#list.parentNode) {
      this.element.className = 'footnotes';
      this.element.setAttribute('part', 'footnotes');
      this.element.setAttribute('role', 'doc-endnotes');
      this.element.setAttribute('aria-label', this.#strings.footnotes);
      this.element.append(this.#list);
    }
    return this.element;
  }

  /** Where a link to a note or back leads; null: it is another link. */
  target(link: HTMLElement): HTMLElement | null {
    const tag = tagOf(link.parentElement);
    if (tag !== null) {
      this.#followed = link;
      return this.#label(tag).item;
    }
    if (!link.matches('.footnote-back')) return null;
    const item = link.closest('.footnotes > ol > li') as HTMLLIElement;
    const label = this.#order[item.value - 1];
    const reference = `sup[data-footnote=${CSS.escape(label?.tag ?? '')}]`;
    const followed = this.#followed;
    if (followed?.closest(reference) && this.#container.contains(followed)) return followed;
    return this.#container.querySelector<HTMLElement>(`${reference} > a`);
  }

  reset(): void {
    this.#labels.clear();
    this.#mentions.clear();
    this.#changed.clear();
    this.#placed.length = 0;
    this.#order = [];
    this.#kept = [];
    this.#keptNotes = [];
    this.#tailNotes = [];
    this.#followed = null;
    this.#list.replaceChildren();
    this.element.remove();
  }

  #label(tag: string): Label {
    let label = this.#labels.get(tag);
    if (!label) {
      label = { tag, place: null, number: 0, shown: 0, note: null, item: null, references: new Set() };
      this.#labels.set(tag, label);
    }
    return label;
  }

  #settle(block: Block): void {
    const tags = [...new Set([...this.#kept, ...referencesIn(block.token)])];
    this.#unmention(KEPT);
    if (tags.length > 0 || waits(block)) {
      const mentions = { block: this.#mentions.size, tags };
      this.#mentions.set(block, mentions);
      this.#mentionAll(mentions);
    }
    for (const { note } of this.#keptNotes) note!.owner = block;
    this.#kept = [];
    this.#keptNotes = [];
    this.#defineAll(block, block);
  }

  /** A settled block that holds more references now; seldom fewer, where one became a part of a link. */
  #readAgain(block: Block, whole: Block): void {
    for (const { tag } of notesIn(whole.token)) {
      const label = this.#label(tag);
      if (label.note?.owner === block) label.note = null;
    }
    this.#defineAll(block, whole);
    const mentions = this.#mentions.get(block);
    if (!mentions) return;
    const tags = new Set(referencesIn(whole.token));
    const isLess = mentions.tags.some((tag) => !tags.has(tag));
    mentions.tags = [...tags];
    if (isLess) {
      this.#unmention(-1);
      for (const each of this.#mentions.values()) this.#mentionAll(each);
      for (const [index, tag] of this.#kept.entries()) this.#mention(tag, [KEPT, index]);
      return;
    }
    for (const [index, tag] of mentions.tags.entries()) {
      const label = this.#label(tag);
      if (label.place?.[0] === mentions.block) label.place = [mentions.block, index];
    }
    this.#mentionAll(mentions);
  }

  #defineAll(owner: Block, { token: block }: Block): void {
    for (const token of notesIn(block)) {
      this.#define({ token, owner, final: true, growing: false, rendered: false });
    }
  }

  /** The first note of a label stands. */
  #define(note: Note, list?: Label[]): void {
    const label = this.#label(note.token.tag);
    this.#changed.add(label);
    if (label.note) return;
    label.note = note;
    list?.push(label);
  }

  #forget(labels: Label[]): void {
    for (const label of labels.splice(0)) {
      label.note = null;
      this.#changed.add(label);
    }
  }

  #mentionAll({ block, tags }: Mentions): void {
    for (const [index, tag] of tags.entries()) this.#mention(tag, [block, index]);
  }

  #mention(tag: string, place: Place): void {
    const label = this.#label(tag);
    if (label.place) {
      if (!isBefore(place, label.place)) return;
      this.#order.splice(this.#order.indexOf(label), 1);
    }
    label.place = place;
    let index = this.#order.length;
    while (index > 0 && isBefore(place, this.#order[index - 1]!.place!)) index -= 1;
    this.#order.splice(index, 0, label);
    this.#renumberFrom = Math.min(this.#renumberFrom, index);
  }

  /** Takes out what is mentioned first in `block` or behind it. */
  #unmention(block: number): void {
    while ((this.#order.at(-1)?.place?.[0] ?? -Infinity) >= block) {
      const label = this.#order.pop()!;
      label.place = null;
      this.#changed.add(label);
    }
  }

  #renumber(): void {
    for (const label of this.#changed) if (!label.place) label.number = 0;
    for (let index = this.#renumberFrom; index < this.#order.length; index += 1) {
      const label = this.#order[index]!;
      if (label.number === index + 1) continue;
      label.number = index + 1;
      this.#changed.add(label);
    }
    this.#renumberFrom = Infinity;
  }

  #render(item: HTMLElement, note: Note, render: (token: Token, unsettled: boolean) => Node[]): void {
    const { tokens } = note.token;
    const nodes = tokens.flatMap((token, index) => render(token, !note.final && index === tokens.length - 1));
    // The list as a whole has a direction, as lists in the text do.
    for (const node of nodes) if (isElement(node)) node.removeAttribute('dir');
    if (note.final) {
      // At the end of the last paragraph, as far as there is one.
      const back = this.#create('a', { 'data-chrome': 'add', class: 'footnote-back', role: 'doc-backlink' });
      back.textContent = '↩\ufe0e';
      const last = nodes.findLast((node) => node.nodeType === 1);
      if (last?.nodeName === 'P') last.appendChild(back);
      else nodes.push(back);
    }
    patchNodes(item, [...item.childNodes], nodes, null);
    item.toggleAttribute('data-growing', note.growing);
    note.rendered = true;
  }

  /** What is in the list already may have another number now. */
  #sort(): void {
    const valueOf = (item: Element | null): number => (item as HTMLLIElement | null)?.value ?? NaN;
    const isMisplaced = ({ item, number }: Label): boolean =>
      valueOf(item?.previousElementSibling ?? null) > number || valueOf(item?.nextElementSibling ?? null) < number;
    if (![...this.#changed].some(isMisplaced)) return;
    let behind: Element | null = null;
    for (const { item } of [...this.#order].reverse()) {
      if (!item) continue;
      // What is moved loses the focus.
      if (item.nextElementSibling !== behind) this.#list.insertBefore(item, behind);
      behind = item;
    }
  }

  /** Notes come in the order of their numbers, mostly. */
  #insert(item: HTMLElement, number: number): void {
    let before: Element | null = null;
    let last = this.#list.lastElementChild;
    while (last && (last as HTMLLIElement).value > number) [before, last] = [last, last.previousElementSibling];
    this.#list.insertBefore(item, before);
  }

  #create(name: string, attributes: Readonly<Record<string, string>>): HTMLElement {
    const element = this.#container.ownerDocument.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  }
}

function tagOf(reference: Element | null): string | null {
  return reference?.getAttribute('data-footnote') ?? null;
}

function isBefore(a: Place, b: Place): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

/** `whole` without what it has in common with `end` at the end. */
function leftOut<T>(whole: readonly T[], end: readonly T[], keyOf: (item: T) => string): readonly T[] {
  let alike = 0;
  while (alike < end.length && alike < whole.length && keyOf(whole.at(-1 - alike)!) === keyOf(end.at(-1 - alike)!))
    alike += 1;
  return whole.slice(0, whole.length - alike);
}

function waits(block: Block): boolean {
  for (const label of block.missing) if (label.startsWith('^')) return true;
  return false;
}
