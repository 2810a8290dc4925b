import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { describe, expect, it } from 'vitest';
import { plantTree, root } from './planted-tree.ts';

const options = await extractOptions(join(root, '.dependency-cruiser.mjs'));

const packages = [
  '@bufbuild/protobuf',
  '@jax-js/jax',
  '@orpc/client',
  '@orpc/contract',
  '@orpc/server',
  'better-sqlite3',
  'commander',
  'dicom-parser',
  'electron',
  'koffi',
  'onnxruntime-common',
  'onnxruntime-node',
  'pinia',
  'sharp',
  'vue',
  'zod',
];

const stubs = Object.fromEntries(
  packages.flatMap((name) => [
    [`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' })],
    [`node_modules/${name}/index.js`, 'exports.it = 1;\n'],
  ]),
);

/** One line of TypeScript that imports `target`, relative to the tree where it is one of its files. */
function importLine(from: string, target: string, kind: 'value' | 'type' = 'value'): string {
  const up = '../'.repeat(from.split('/').length - 1) || './';
  const specifier = target.endsWith('.ts') ? `${up}${target}` : target;
  return `import ${kind === 'type' ? 'type ' : ''}{ it } from '${specifier}';\nexport type { it };\n`;
}

/** The names of the rules that a tree breaks, each once, in alphabetical order. */
async function brokenRules(files: Readonly<Record<string, string>>): Promise<string[]> {
  const baseDir = plantTree({
    ...stubs,
    'package.json': JSON.stringify({
      name: 'planted',
      dependencies: Object.fromEntries(packages.map((n) => [n, '1.0.0'])),
    }),
    ...files,
  });
  const folders = [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? path))];
  const { output } = await cruise(folders, { ...options, baseDir });
  if (typeof output === 'string') throw new Error(`dependency-cruiser returned text: ${output}`);
  return [...new Set(output.summary.violations.map((violation) => violation.rule.name))].sort();
}

/** A tree of one file that imports another file of the tree, a package, or a core module. */
function tree(from: string, target: string, kind: 'value' | 'type' = 'value'): Record<string, string> {
  const other = target.endsWith('.ts') ? { [target]: 'export const it = 1;\n' } : {};
  return { ...other, [from]: importLine(from, target, kind) };
}

interface Planted {
  readonly rule: string;
  readonly from: string;
  readonly target: string;
}

const planted: readonly Planted[] = [
  { rule: 'models-array-only-jax', from: 'models/array.ts', target: '@bufbuild/protobuf' },
  { rule: 'models-root-only-itself', from: 'models/device.ts', target: 'node:fs' },
  { rule: 'models-root-only-itself', from: 'models/device.ts', target: '@jax-js/jax' },
  { rule: 'models-root-only-itself', from: 'models/device.ts', target: 'models/flows/chain.ts' },
  { rule: 'models-compile-only-below', from: 'models/compile/lower.ts', target: 'models/flows/chain.ts' },
  { rule: 'models-compile-only-below', from: 'models/compile/lower.ts', target: 'node:path' },
  { rule: 'models-flows-only-below', from: 'models/flows/chain.ts', target: '@jax-js/jax' },
  { rule: 'models-flows-only-below', from: 'models/networks/subnet.ts', target: 'models/compile/lower.ts' },
  { rule: 'models-flows-only-below', from: 'models/flows/chain.ts', target: 'models/detectors/glow.ts' },
  {
    rule: 'models-losses-only-below',
    from: 'models/losses/outlier.ts',
    target: 'models/detectors/glow.ts',
  },
  {
    rule: 'models-losses-only-below',
    from: 'models/features/k-nearest.ts',
    target: 'models/training/fit.ts',
  },
  {
    rule: 'models-detectors-only-below',
    from: 'models/detectors/glow.ts',
    target: 'models/training/loop.ts',
  },
  { rule: 'models-detectors-only-below', from: 'models/detectors/glow.ts', target: '@bufbuild/protobuf' },
  {
    rule: 'models-detectors-not-each-other',
    from: 'models/detectors/glow.ts',
    target: 'models/detectors/svdd.ts',
  },
  {
    rule: 'models-detectors-not-each-other',
    from: 'models/detectors/glow/maps.ts',
    target: 'models/detectors/svdd/loss.ts',
  },
  {
    rule: 'models-detectors-not-each-other',
    from: 'models/detectors/detector.ts',
    target: 'models/detectors/glow.ts',
  },
  { rule: 'models-training-only-below', from: 'models/training/loop.ts', target: 'models/scoring/maps.ts' },
  { rule: 'models-training-only-below', from: 'models/training/loop.ts', target: 'main/engine/session.ts' },
  { rule: 'models-scoring-only-below', from: 'models/scoring/maps.ts', target: 'models/training/loop.ts' },
  { rule: 'models-scoring-only-below', from: 'models/scoring/maps.ts', target: 'node:crypto' },
  { rule: 'main-store-only-sqlite', from: 'main/store/open.ts', target: 'electron' },
  { rule: 'main-store-only-sqlite', from: 'main/store/open.ts', target: 'onnxruntime-node' },
  { rule: 'main-ingest-only-decoders', from: 'main/ingest/scan.ts', target: 'electron' },
  { rule: 'main-ingest-only-decoders', from: 'main/ingest/scan.ts', target: 'main/jobs/host.ts' },
  { rule: 'main-engine-only-onnxruntime', from: 'main/engine/session.ts', target: 'electron' },
  { rule: 'main-engine-only-onnxruntime', from: 'main/engine/session.ts', target: 'better-sqlite3' },
  { rule: 'main-store-only-sqlite', from: 'main/store/open.ts', target: 'koffi' },
  { rule: 'main-ingest-only-decoders', from: 'main/ingest/scan.ts', target: 'koffi' },
  { rule: 'main-report-only-itself', from: 'main/report/csv.ts', target: 'electron' },
  { rule: 'main-report-only-itself', from: 'main/report/csv.ts', target: 'preload/contract.ts' },
  { rule: 'main-report-only-itself', from: 'main/report/csv.ts', target: 'main/store/open.ts' },
  { rule: 'main-services-share-only-types', from: 'main/store/open.ts', target: 'main/engine/session.ts' },
  { rule: 'main-services-share-only-types', from: 'main/ingest/scan.ts', target: 'main/store/open.ts' },
  { rule: 'main-services-share-only-types', from: 'main/engine/session.ts', target: 'main/ingest/scan.ts' },
  { rule: 'main-jobs-only-workers-side', from: 'main/jobs/entry.ts', target: 'main/store/open.ts' },
  { rule: 'main-jobs-only-workers-side', from: 'main/jobs/entry.ts', target: 'main/api/fit/fit.ts' },
  { rule: 'main-jobs-only-workers-side', from: 'main/jobs/entry.ts', target: 'main/window.ts' },
  { rule: 'main-jobs-only-workers-side', from: 'main/jobs/entry.ts', target: 'electron' },
  { rule: 'main-jobs-only-workers-side', from: 'main/jobs/entry.ts', target: 'preload/contract.ts' },
  { rule: 'main-api-only-services', from: 'main/api/fit/fit.ts', target: 'electron' },
  { rule: 'main-api-only-services', from: 'main/api/fit/fit.ts', target: 'main/cli/fit.ts' },
  { rule: 'main-api-only-services', from: 'main/api/router.ts', target: 'main/serve/site.ts' },
  { rule: 'main-api-only-services', from: 'main/api/router.ts', target: 'main/desktop/menu.ts' },
  { rule: 'main-api-only-services', from: 'main/api/router.ts', target: '@orpc/client' },
  { rule: 'main-api-only-services', from: 'main/api/router.ts', target: 'ws' },
  { rule: 'main-api-only-services', from: 'main/api/router.ts', target: 'preload/index.ts' },
  { rule: 'main-cli-never-a-window', from: 'main/cli.ts', target: 'electron' },
  { rule: 'main-cli-never-a-window', from: 'main/cli/fit.ts', target: 'main/window.ts' },
  { rule: 'main-cli-never-a-window', from: 'main/cli/serve.ts', target: 'main/desktop/menu.ts' },
  { rule: 'main-cli-never-a-window', from: 'main/cli/serve.ts', target: 'ws' },
  { rule: 'bench-only-what-it-measures', from: 'bench/speed.ts', target: 'main/cli/run.ts' },
  { rule: 'main-serve-never-a-window', from: 'main/serve.ts', target: 'electron' },
  { rule: 'main-serve-never-a-window', from: 'main/serve/site.ts', target: 'main/desktop/menu.ts' },
  { rule: 'main-serve-never-a-window', from: 'main/serve/site.ts', target: 'main/cli/serve.ts' },
  { rule: 'main-serve-never-a-window', from: 'main/serve/site.ts', target: 'renderer/api.ts' },
  { rule: 'main-electron-only-main', from: 'main/index.ts', target: 'renderer/api.ts' },
  { rule: 'main-electron-only-main', from: 'main/window.ts', target: 'preload/index.ts' },
  { rule: 'main-electron-only-main', from: 'main/desktop/menu.ts', target: 'better-sqlite3' },
  { rule: 'main-electron-only-main', from: 'main/desktop/menu.ts', target: 'ws' },
  { rule: 'preload-contract-only-schemas', from: 'preload/contract.ts', target: 'electron' },
  { rule: 'preload-contract-only-schemas', from: 'preload/contract.ts', target: 'node:fs' },
  { rule: 'preload-contract-only-schemas', from: 'preload/contract/jobs.ts', target: '@orpc/server' },
  { rule: 'preload-contract-only-schemas', from: 'preload/contract/jobs.ts', target: 'main/api/app.ts' },
  { rule: 'preload-contract-only-schemas', from: 'preload/contract/jobs.ts', target: 'models/device.ts' },
  { rule: 'preload-index-only-bridge', from: 'preload/index.ts', target: 'node:fs' },
  { rule: 'preload-index-only-bridge', from: 'preload/index.ts', target: 'main/window.ts' },
  { rule: 'preload-index-only-bridge', from: 'preload/index.ts', target: '@orpc/client' },
  { rule: 'renderer-only-contract', from: 'renderer/api.ts', target: 'preload/index.ts' },
  { rule: 'renderer-only-contract', from: 'renderer/views/fit.ts', target: 'main/api/fit/fit.ts' },
  { rule: 'renderer-only-contract', from: 'renderer/views/fit.ts', target: 'models/device.ts' },
  { rule: 'renderer-only-contract', from: 'renderer/views/fit.ts', target: '@orpc/server' },
  { rule: 'renderer-only-contract', from: 'renderer/views/fit.ts', target: 'electron' },
  { rule: 'renderer-only-contract', from: 'renderer/views/fit.ts', target: 'node:fs' },
  { rule: 'every-folder-has-a-rule', from: 'main/helpers/misc.ts', target: 'node:fs' },
  { rule: 'every-folder-has-a-rule', from: 'models/misc/misc.ts', target: 'models/device.ts' },
];

describe('the import rules', () => {
  it.each(planted)('$rule: $from must not import $target', async ({ rule, from, target }) => {
    expect(await brokenRules(tree(from, target))).toEqual([rule]);
  });

  it('no-cycles: two files must not import each other', async () => {
    const rules = await brokenRules({
      'models/flows/chain.ts': importLine('models/flows/chain.ts', 'models/flows/squeeze.ts'),
      'models/flows/squeeze.ts': importLine('models/flows/squeeze.ts', 'models/flows/chain.ts'),
    });
    expect(rules).toEqual(['no-cycles']);
  });

  it('main-report-only-itself: a report may not even name the type of another service', async () => {
    expect(await brokenRules(tree('main/report/csv.ts', 'main/store/open.ts', 'type'))).toEqual([
      'main-report-only-itself',
    ]);
  });

  it('sees through type imports, dynamic imports and process.getBuiltinModule', async () => {
    expect(await brokenRules(tree('models/flows/chain.ts', 'node:fs', 'type'))).toEqual([
      'models-flows-only-below',
    ]);
    expect(await brokenRules({ 'models/flows/chain.ts': "await import('node:fs');\n" })).toEqual([
      'models-flows-only-below',
    ]);
    expect(
      await brokenRules({
        'models/flows/chain.ts': "export const fs = process.getBuiltinModule('node:fs');\n",
      }),
    ).toEqual(['models-flows-only-below']);
  });

  it('has a planted violation for every rule', () => {
    const named = new Set(options.ruleSet?.forbidden?.map((rule) => rule.name));
    const tested = new Set<string | undefined>([...planted.map(({ rule }) => rule), 'no-cycles']);
    expect(tested).toEqual(named);
  });

  it('let a tree pass that uses every door', async () => {
    const doors: readonly (readonly [from: string, ...targets: string[]])[] = [
      ['models/random.ts'],
      ['models/device.ts', 'models/random.ts'],
      ['models/array.ts', '@jax-js/jax'],
      ['models/compile/lower.ts', 'models/array.ts', '@jax-js/jax', '@bufbuild/protobuf'],
      ['models/flows/chain.ts', 'models/array.ts'],
      ['models/networks/subnet.ts', 'models/flows/chain.ts'],
      ['models/detectors/detector.ts', 'models/device.ts'],
      ['models/detectors/glow/maps.ts', 'models/networks/subnet.ts'],
      ['models/detectors/glow.ts', 'models/detectors/detector.ts', 'models/detectors/glow/maps.ts'],
      ['models/detectors/index.ts', 'models/detectors/glow.ts', 'models/detectors/detector.ts'],
      ['models/training/loop.ts', 'models/detectors/index.ts', 'models/compile/lower.ts'],
      ['models/scoring/maps.ts', 'models/detectors/detector.ts'],
      ['main/store/open.ts', 'better-sqlite3', 'zod', 'node:fs', 'models/device.ts'],
      ['main/ingest/scan.ts', 'sharp', 'dicom-parser', 'node:fs'],
      ['main/engine/session.ts', 'onnxruntime-node', 'onnxruntime-common', 'koffi', 'models/device.ts'],
      ['main/report/csv.ts', 'node:fs', 'zod'],
      ['main/jobs/entry.ts', 'main/engine/session.ts', 'main/ingest/scan.ts', 'models/training/loop.ts'],
      ['preload/contract/jobs.ts', 'zod', '@orpc/contract'],
      ['preload/contract.ts', 'preload/contract/jobs.ts'],
      ['main/api/fit/fit.ts', 'main/store/open.ts', 'main/report/csv.ts', 'main/jobs/entry.ts'],
      ['main/api/router.ts', 'main/api/fit/fit.ts', '@orpc/server', 'preload/contract.ts'],
      ['main/cli/serve.ts', 'commander', 'main/serve.ts', 'main/serve/site.ts'],
      ['main/cli/fit.ts', 'commander', 'main/api/fit/fit.ts', 'main/store/open.ts'],
      ['main/cli.ts', 'main/cli/fit.ts', 'main/cli/serve.ts', 'node:process'],
      ['main/serve/site.ts', 'node:fs', 'ws', 'zod'],
      [
        'main/serve.ts',
        'main/api/router.ts',
        'main/serve/site.ts',
        '@orpc/server',
        'preload/contract.ts',
        'node:http',
      ],
      ['main/desktop/menu.ts', 'electron', '@orpc/server', 'main/api/router.ts', 'main/serve/site.ts', 'zod'],
      ['main/window.ts', 'electron', 'main/desktop/menu.ts'],
      ['main/index.ts', 'electron', 'main/window.ts', 'main/api/fit/fit.ts', 'node:path'],
      ['preload/index.ts', 'electron', 'preload/contract/jobs.ts'],
      ['renderer/api.ts', 'vue', 'pinia', 'vuetify', 'echarts', '@orpc/client', 'preload/contract.ts'],
    ];
    const clean = Object.fromEntries(
      doors.map(([from, ...targets]) => [
        from,
        targets.length === 0
          ? 'export const it = 1;\n'
          : targets.map((target) => importLine(from, target)).join(''),
      ]),
    );
    const types = importLine('main/ingest/scan.ts', 'main/store/open.ts', 'type');
    clean['main/ingest/scan.ts'] = `${clean['main/ingest/scan.ts'] ?? ''}${types}`;
    expect(await brokenRules(clean)).toEqual([]);
  });
});
