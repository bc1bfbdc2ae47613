// All unit tests in one page of each engine. Opening a page costs more than most unit tests, and as in Node they share
// nothing that one could spoil for the next; tests of elements, which define tags, have a page for each file.

const { unitFiles } = globalThis.testPage ?? { unitFiles: [] };

for (const file of unitFiles) {
  try {
    await import(`/${file}`);
  } catch (error) {
    // One failure in its own name, where an uncaught one would take the other files along.
    it(`${file} loads`, () => {
      throw error;
    });
  }
}
