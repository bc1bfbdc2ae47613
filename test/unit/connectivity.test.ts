import { expect } from 'chai';
import { browserConnectivity } from '../../src/transport/connectivity.js';

/** The listeners of the network that were added and not removed, while `act` is under way and behind it. */
async function listening(act: () => Promise<unknown>): Promise<[during: number, after: number]> {
  const global = globalThis as { addEventListener?: unknown; removeEventListener?: unknown };
  const { addEventListener, removeEventListener } = global;
  const listeners = new Set<unknown>();
  global.addEventListener = (_: string, listener: unknown) => void listeners.add(listener);
  global.removeEventListener = (_: string, listener: unknown) => void listeners.delete(listener);
  try {
    const acting = act();
    const during = listeners.size;
    await acting;
    return [during, listeners.size];
  } finally {
    Object.assign(global, { addEventListener, removeEventListener });
  }
}

describe('the browser’s network', () => {
  it('is waited for no longer by what was called off', async () => {
    const controller = new AbortController();
    const reason = new Error('called off');
    let thrown: unknown;
    const counts = await listening(async () => {
      const waiting = browserConnectivity.whenOnline(controller.signal);
      controller.abort(reason);
      await waiting.catch((error: unknown) => (thrown = error));
    });
    expect([thrown, counts[1]]).to.deep.equal([reason, 0]);
  });

  it('is not waited for by what was called off before', async () => {
    let thrown: unknown;
    const reason = new Error('called off');
    const counts = await listening(() =>
      browserConnectivity.whenOnline(AbortSignal.abort(reason)).catch((error: unknown) => (thrown = error)),
    );
    expect([thrown, ...counts]).to.deep.equal([reason, 0, 0]);
  });
});
