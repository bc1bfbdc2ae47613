/**
 * The unit that transports hand to protocols: one event of a stream, its text not yet understood.
 */
export interface StreamFrame {
  /** The event's name where the framing has one (SSE `event:`), else undefined. */
  event?: string;
  /** The payload, as text: an SSE event's joined `data:` lines, a line of NDJSON, a whole JSON body. */
  data: string;
  /** The last event id seen (SSE `id:`). */
  id?: string;
  /** The stream ended inside this frame: it may be whole (its last blank line forgotten) or torn. */
  unterminated?: true;
}
