import { resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';
import vuetify from 'vite-plugin-vuetify';

// out/main/: the programs, the processes they start lying beside them; npm packages stay outside, some are native addons.
// out/preload/index.cjs: one file, as a sandboxed window can load no other. out/renderer/: the page.
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node24',
      // A development tool, asked for by name where it is installed.
      externalizeDeps: { include: ['playwright-core'] },
      rolldownOptions: {
        input: {
          index: 'main/index.ts',
          cli: 'main/cli.ts',
          'trial-process': 'main/engine/trial-process.ts',
          'job-entry': 'main/jobs/job-entry.ts',
          'speed-process': 'bench/speed-process.ts',
          'utility-entry': 'main/desktop/utility-entry.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rolldownOptions: {
        input: { index: 'preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [vue(), vuetify()],
    resolve: { alias: { xmlbuilder2: resolve('renderer/components/viewport/without-xml.ts') } },
    build: {
      outDir: 'out/renderer',
      // Under /assets/ the services answer.
      assetsDir: 'page',
      rolldownOptions: { input: 'renderer/index.html' },
    },
  },
});
