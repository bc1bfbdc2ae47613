import { defineConfig } from 'vite';

// The two files for a script tag, each with everything inside. (The package's modules are emitted by tsc.)
export default defineConfig({
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    copyPublicDir: false,
    lib: {
      entry: 'src/index.ts',
      name: 'StreamChat',
      formats: ['es', 'iife'],
      fileName: (format) => (format === 'es' ? 'stream-chat.js' : 'stream-chat.global.js'),
    },
    // Without this the ES form keeps its white space.
    rolldownOptions: { output: { minify: true } },
  },
});
