// A tab of Chromium that may be hidden and frozen. Playwright's own are kept as if they were always in front; so this one
// is made without its help, and driven by the plain protocol.

import type { Browser, CDPSession } from '@playwright/test';

export class BackgroundTab {
  readonly #browser: CDPSession;
  readonly #targetId: string;
  readonly #sessionId: string;
  readonly #waiting = new Map<number, (answer: { result?: unknown; error?: { message: string } }) => void>();
  #count = 0;

  private constructor(browser: CDPSession, targetId: string, sessionId: string) {
    this.#browser = browser;
    this.#targetId = targetId;
    this.#sessionId = sessionId;
    browser.on('Target.receivedMessageFromTarget', ({ message }) => {
      const { id, ...answer } = JSON.parse(message) as { id?: number };
      if (id !== undefined) this.#waiting.get(id)?.(answer);
    });
  }

  /** Opens it in front of the others. */
  static async open(browser: Browser, url: string): Promise<BackgroundTab> {
    const session = await browser.newBrowserCDPSession();
    const { targetId } = await session.send('Target.createTarget', { url });
    const { sessionId } = await session.send('Target.attachToTarget', { targetId });
    return new BackgroundTab(session, targetId, sessionId);
  }

  /** What the expression comes to, as JSON. */
  async evaluate<T>(expression: string): Promise<T> {
    const options = { expression, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails } = await this.#send<{
      result: { value: T; description?: string };
      exceptionDetails?: object;
    }>('Runtime.evaluate', options);
    if (exceptionDetails) throw new Error(result.description);
    return result.value;
  }

  /** Another tab comes in front of it. */
  async hide(): Promise<void> {
    await this.#browser.send('Target.createTarget', { url: 'about:blank' });
  }

  async show(): Promise<void> {
    await this.#browser.send('Target.activateTarget', { targetId: this.#targetId });
  }

  /** As the browser does with a tab that has been hidden for long: nothing runs in it. */
  async freeze(): Promise<void> {
    await this.#send('Page.setWebLifecycleState', { state: 'frozen' });
  }

  async resume(): Promise<void> {
    await this.#send('Page.setWebLifecycleState', { state: 'active' });
  }

  async #send<T>(method: string, params: object): Promise<T> {
    const id = ++this.#count;
    const answer = new Promise<{ result?: unknown; error?: { message: string } }>((resolve) =>
      this.#waiting.set(id, resolve),
    );
    const message = JSON.stringify({ id, method, params });
    await this.#browser.send('Target.sendMessageToTarget', { sessionId: this.#sessionId, message });
    const { result, error } = await answer;
    this.#waiting.delete(id);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }
}
