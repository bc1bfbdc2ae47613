/** What element tests do with a page: put an element in, wait for what it shows, take it out again. */
import type { StreamChat } from '../../src/elements/index.js';
import { FakeEndpoint } from './fake-endpoint.js';

const added = new Set<Element>();

/** Puts `element` in the page until `removeAll`. */
export function add<T extends Element>(element: T): T {
  document.body.append(element);
  added.add(element);
  return element;
}

export function removeAll(): void {
  for (const element of added) element.remove();
  added.clear();
}

/** A chat in the page whose server the test plays, and which asks once only. */
export async function addChat(
  attributes: Record<string, string> = {},
): Promise<{ chat: StreamChat; server: FakeEndpoint }> {
  const server = new FakeEndpoint();
  const chat = document.createElement('stream-chat');
  for (const [name, value] of Object.entries({ endpoint: '/chat', retry: '0', ...attributes }))
    chat.setAttribute(name, value);
  chat.fetch = server.fetch;
  add(chat);
  await chat.updateComplete;
  return { chat, server };
}

/** Resolves with the first truthy value, asked for at each frame; fails with `what` when it takes too long. */
export async function until<T>(what: string, value: () => T | undefined | null | false): Promise<T> {
  const deadline = performance.now() + 4000;
  for (;;) {
    const got = value();
    if (got) return got;
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await frame();
  }
}

/** The next animation frame, or where the page gets none a moment later. */
export function frame(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 100);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** The one element inside `chat` that matches. */
export function find<T extends Element = HTMLElement>(chat: Element, selector: string): T {
  const found = chat.shadowRoot!.querySelectorAll<T>(selector);
  if (found.length !== 1) throw new Error(`expected one ${selector}, got ${found.length}`);
  return found[0]!;
}

export function findAll(chat: Element, selector: string): HTMLElement[] {
  return [...chat.shadowRoot!.querySelectorAll<HTMLElement>(selector)];
}

/** The text of the last answer as it stands in the page. */
export function shownText(chat: Element): string {
  const contents = findAll(chat, '.message.assistant:last-of-type [part~="content"]');
  return contents
    .map((content) => content.textContent)
    .join('')
    .trim();
}

export function type(chat: Element, text: string): HTMLTextAreaElement {
  const input = find<HTMLTextAreaElement>(chat, 'textarea');
  input.value = text;
  input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  return input;
}

export function press(target: EventTarget, key: string, init: KeyboardEventInit & { keyCode?: number } = {}): boolean {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true, ...init });
  // `keyCode` is not settable through the constructor in every engine.
  if (init.keyCode !== undefined) Object.defineProperty(event, 'keyCode', { value: init.keyCode });
  return target.dispatchEvent(event);
}
