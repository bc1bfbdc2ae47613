/**
 * The unit that transports hand to protocols: one event of a stream, its text not yet understood.
 */
export interface StreamFrame {
  /** The event's name where the framing has one (SSE `event:`), else undefined. */
  event?: string;
  /** The payload, as text: an SSE event's joined `data:` lines, a line of NDJSON, an element of a JSON array. */
  data: string;
  /** The last event id seen (SSE `id:`). */
  id?: string;
  /** Milliseconds to wait before connecting again, where the server asked for it before this event (SSE `retry:`). */
  retry?: number;
  /** The stream ended inside this frame: it may be whole (its last blank line forgotten) or torn. */
  unterminated?: true;
  /**
   * How the frame was told from its neighbours: an SSE event, a JSON value, a line, or a piece of text as it arrived,
   * which has no borders of its own. Absent: an SSE event.
   */
  framing?: 'json' | 'line' | 'text';
  /**
   * What a server meant that writes bare text into events and escapes no newline in it: `data` with the lines that are
   * no field of the format, and the blank lines too many. Absent where that is the same as `data`.
   */
  text?: string;
  /** The lines that are no field of the format, alone: some servers put a JSON error there. */
  stray?: string;
}
