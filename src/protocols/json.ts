/**
 * Reading JSON that somebody else wrote: every field is asked for by its type, nothing is merged (so that `__proto__`
 * keys stay inert), and what has another type counts as absent.
 */

export type JsonRecord = Record<string, unknown>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asRecord(value: unknown): JsonRecord | undefined {
  return isRecord(value) ? value : undefined;
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A text, or the number that a server makes of one (Workers AI: of a token that reads as JSON). */
export function asText(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : asString(value);
}

export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/**
 * The JSON values of a frame's data: one, or where a proxy ran events together (no blank lines between `data:` lines)
 * one a line. `[DONE]` stands for itself, `undefined` for a line that does not parse; empty data (a heartbeat) has none.
 */
export function parseJsonValues(data: string): unknown[] {
  const whole = parseJson(data);
  if (whole !== undefined) return [whole];
  return data
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => (line.trim() === DONE ? DONE : parseJson(line)));
}

/** The value, or undefined (which JSON cannot express) where the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The text of a value that was JSON, or undefined where it is nested too deep for the engine to walk. */
export function stringifyJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    // Nothing else can fail; the error has another name in each engine.
    return undefined;
  }
}

/** The closing word of OpenAI's stream and of all that copy it. */
export const DONE = '[DONE]';
