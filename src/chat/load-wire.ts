/**
 * A page can be shown, written in and read without what a question needs: the transports, the formats, the ways on after
 * a fault. So that is a module of its own, loaded ahead of the first question if there is time, and with it if not.
 */
import { OnDemand } from '../model/on-demand.js';

const wire = new OnDemand('stream-chat.wire.js', () => import('./wire.js'));

/** @throws ChatError `not-loaded` */
export const loadWire = (): ReturnType<typeof wire.load> => wire.load();
