/** Attributes and properties that pages write by hand → values, or an error that says what was expected and what came. */
import { ChatError } from '../model/index.js';

/** A JSON object, or the text of one. Undefined where nothing is set. */
export function readJsonObject<T = unknown>(name: string, value: unknown): Record<string, T> | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  let read: unknown = value;
  if (typeof value === 'string') {
    try {
      read = JSON.parse(value);
    } catch (cause) {
      throw new ChatError('bad-option', `expected ${name} to be a JSON object, got text that is no JSON`, { cause });
    }
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) {
    const came = Array.isArray(read) ? 'an array' : read === null ? 'null' : `a ${typeof read}`;
    throw new ChatError('bad-option', `expected ${name} to be a JSON object, got ${came}`);
  }
  return read as Record<string, T>;
}

/** `all`, `none` or a number; anything else counts as the default, as in HTML's enumerated attributes. */
export function readHistory(value: string | number | null | undefined): 'all' | 'none' | number {
  if (String(value).toLowerCase() === 'none') return 'none';
  if (value === undefined || value === null || value === '') return 'all';
  const count = Number(value);
  return Number.isInteger(count) && count >= 0 ? count : 'all';
}

/** As in fetch, in any case; anything else counts as the default. */
export function readCredentials(value: string | null | undefined): RequestCredentials {
  const name = value?.toLowerCase();
  return name === 'omit' || name === 'include' ? name : 'same-origin';
}

/** One of a few words, in any case, as in HTML's enumerated attributes. */
export function readKeyword(value: string | null): string | undefined {
  return value?.toLowerCase();
}

/** A number from 0; anything else counts as the default. */
export function readNumber(value: string | number | null | undefined): number | undefined {
  const number = value === null || value === '' ? NaN : Number(value);
  return number >= 0 && number < Infinity ? number : undefined;
}

/** Tokens separated by white space. */
export function readTokens(value: string | null | undefined): ReadonlySet<string> {
  return new Set((value ?? '').split(/\s+/).filter(Boolean));
}
