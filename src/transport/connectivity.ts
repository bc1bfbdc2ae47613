/** Whether there is a network at all, as the browser says; elsewhere there always is. */
export interface Connectivity {
  isOffline(): boolean;
  /** Resolves when there is one again, or rejects with the signal's reason. */
  whenOnline(signal: AbortSignal): Promise<void>;
}

export const browserConnectivity: Connectivity = {
  isOffline: () => (globalThis as { navigator?: { onLine?: boolean } }).navigator?.onLine === false,
  whenOnline: (signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const done = () => {
        globalThis.removeEventListener('online', done);
        signal.removeEventListener('abort', done);
        if (signal.aborted) reject(signal.reason as Error);
        else resolve();
      };
      globalThis.addEventListener('online', done);
      signal.addEventListener('abort', done);
    }),
};
