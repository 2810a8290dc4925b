import { defineConfig } from 'vite';

// The command line, out/cli.js, and the process that tries a device, which must lie beside the code that starts it. npm
// packages stay outside: some are native addons.
export default defineConfig({
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'out',
    rolldownOptions: {
      input: { cli: 'main/cli.ts', 'trial-process': 'main/engine/trial-process.ts' },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
