import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plantTree, root } from './planted-tree.ts';

/** Runs one of the scripts of .ci/ and returns what it printed and its exit status. */
function run(
  script: string,
  ...args: readonly string[]
): { readonly text: string; readonly status: number | null } {
  const { stdout, status } = spawnSync(process.execPath, [join(root, '.ci', script), ...args], {
    encoding: 'utf8',
  });
  return { text: stdout.trim(), status };
}

interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly files?: readonly {
    readonly status: string;
    readonly assertionResults: readonly { status: string }[];
  }[];
}

/** The closing line for a vitest report with these counts. */
function tally({ passed, failed, skipped, files = [] }: Report, failedSteps = 0) {
  const folder = plantTree({
    'report.json': JSON.stringify({
      numPassedTests: passed,
      numFailedTests: failed,
      numPendingTests: skipped,
      numTodoTests: 0,
      testResults: files,
    }),
  });
  return run('tally.mjs', join(folder, 'report.json'), String(failedSteps));
}

describe('the closing line of a CI run', () => {
  it('counts what passed, failed and was skipped', () => {
    expect(tally({ passed: 5, failed: 0, skipped: 0 })).toEqual({ text: '5 passed, 0 failed', status: 0 });
    expect(tally({ passed: 5, failed: 1, skipped: 2 })).toEqual({
      text: '5 passed, 1 failed, 2 skipped',
      status: 1,
    });
  });

  it('counts a test file that could not be loaded, and a failed step, as failures', () => {
    const files = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
    ];
    expect(tally({ passed: 5, failed: 1, skipped: 0, files }, 2)).toEqual({
      text: '5 passed, 4 failed',
      status: 1,
    });
  });

  it('does not call a run without tests a success', () => {
    expect(tally({ passed: 0, failed: 0, skipped: 3 }).status).toBe(1);
  });
});

describe('the Node that scripts run on', () => {
  it('is version 24, also for what they start', () => {
    const child =
      "console.log(process.versions.node, require('child_process').execSync('node -v').toString())";
    expect(run('node24.mjs', '-e', child).text).toMatch(/^24\.\d+\.\d+ v24\./);
  });

  it('hands its exit status on', () => {
    expect(run('node24.mjs', '-e', 'process.exit(7)').status).toBe(7);
  });
});

describe("Electron's binary", () => {
  const name =
    process.platform === 'darwin'
      ? 'Electron.app/Contents/MacOS/Electron'
      : process.platform === 'win32'
        ? 'electron.exe'
        : 'electron';
  const find = (settings: Readonly<Record<string, string>>): string =>
    spawnSync(process.execPath, [join(root, '.ci', 'electron.mjs')], {
      encoding: 'utf8',
      env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: '', ...settings },
    }).stdout.trim();

  it('is taken from the folder that is named, and from no other then', () => {
    const folder = plantTree({ [name]: '' });
    expect(find({ ELECTRON_OVERRIDE_DIST_PATH: folder })).toBe(join(folder, name));
    expect(find({ ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'nothing') })).toBe('');
  });

  it.skipIf(existsSync(join(root, 'node_modules', 'electron', 'dist', name)))(
    'is not fetched from anywhere when the cache holds none',
    () => {
      const cache = plantTree({ 'read.me': 'an empty cache' });
      expect(find({ electron_config_cache: cache })).toBe('');
      expect(readdirSync(cache)).toEqual(['read.me']);
    },
  );
});
