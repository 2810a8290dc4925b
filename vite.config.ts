import { defineConfig } from 'vite';

// The command line as one file, out/cli.js. Its npm packages stay outside: some are native addons.
export default defineConfig({
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'out',
    rolldownOptions: { input: { cli: 'main/cli.ts' }, output: { format: 'es', entryFileNames: '[name].js' } },
  },
});
