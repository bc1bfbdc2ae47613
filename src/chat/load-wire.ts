/**
 * A page can be shown, written in and read without what a question needs: the transports, the formats, the ways on after
 * a fault. So that is a module of its own, loaded ahead of the first question if there is time, and with it if not.
 */
import { ChatError } from '../model/index.js';

type Wire = typeof import('./wire.js');

let loading: Promise<Wire> | undefined;

/**
 * Loads it once. What has failed is tried again by the next call.
 *
 * @throws ChatError `not-loaded`
 */
export function loadWire(): Promise<Wire> {
  loading ??= import('./wire.js').catch((cause: unknown) => {
    loading = undefined;
    // As the build names it; in a bundle of the page's own it has another name, which the cause knows.
    const file = 'stream-chat.wire.js';
    throw new ChatError('not-loaded', `expected ${file} beside the script, got none`, { detail: file, cause });
  });
  return loading;
}
