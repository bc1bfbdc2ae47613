/**
 * Collects what is reported as uncaught until `stop`, in place of the global error handling, which would end the tests.
 * A microtask of the code under test runs at once meanwhile.
 */
export function catchUncaught(): { errors: unknown[]; stop: () => void } {
  const { queueMicrotask } = globalThis;
  const errors: unknown[] = [];
  globalThis.queueMicrotask = (task) => {
    try {
      task();
    } catch (error) {
      errors.push(error);
    }
  };
  return { errors, stop: () => void (globalThis.queueMicrotask = queueMicrotask) };
}
