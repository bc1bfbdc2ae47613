/** Calls back once, when the page that `host` is in has nothing better to do. */
import type { ReactiveControllerHost } from 'lit';

/** WebKit does not say when it is idle: long enough for most pages to be there. */
const WAIT_MS = 500;

export function onceIdle(host: ReactiveControllerHost, callback: () => void): void {
  let cancel: (() => void) | undefined;
  const controller = {
    hostConnected() {
      const call = () => {
        host.removeController(controller);
        callback();
      };
      if (typeof requestIdleCallback === 'function') {
        const handle = requestIdleCallback(call);
        cancel = () => cancelIdleCallback(handle);
      } else {
        const timer = setTimeout(call, WAIT_MS);
        cancel = () => clearTimeout(timer);
      }
    },
    hostDisconnected: () => cancel?.(),
  };
  host.addController(controller);
}
