/**
 * Who listens to a change. One listener that throws takes neither the change nor the other listeners with it: as with
 * the platform's own events, its error is reported as uncaught.
 */
export class Listeners {
  readonly #listeners = new Set<() => void>();

  /** Returns the unsubscriber. */
  add(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  call(): void {
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        reportUncaught(error);
      }
    }
  }
}

/** Hands an error of the page's own code to its global error handling, where nothing of ours can answer it. */
export function reportUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
