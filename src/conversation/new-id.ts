/** A random id. Not `crypto.randomUUID`, which pages that are served over plain http do not have. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
