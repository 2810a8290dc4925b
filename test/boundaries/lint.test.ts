import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';
import { plantTree, root } from './planted-tree.ts';

const copied = ['tsconfig.base.json', 'models/tsconfig.json', 'main/tsconfig.json'];

/** The ids of the rules that one planted file breaks. */
async function brokenRules(path: string, source: string): Promise<(string | null)[]> {
  const cwd = plantTree({
    ...Object.fromEntries(copied.map((name) => [name, readFileSync(join(root, name), 'utf8')])),
    [path]: source,
  });
  const eslint = new ESLint({ cwd, overrideConfigFile: join(root, 'eslint.config.mjs') });
  const results = await eslint.lintFiles([path]);
  return results.flatMap((result) => result.messages.map((message) => message.ruleId));
}

const promise = 'export async function save(): Promise<void> {\n  await Promise.resolve();\n}\n';
const union = "type Device = 'cpu' | 'gpu';\n";

describe('the lint rules', () => {
  it.each([
    ['an any', 'main/api/fit/fit.ts', 'export const x: any = 1;\n', '@typescript-eslint/no-explicit-any'],
    [
      'a floating promise',
      'main/api/fit/fit.ts',
      `${promise}save();\n`,
      '@typescript-eslint/no-floating-promises',
    ],
    [
      'a non-null !',
      'main/api/fit/fit.ts',
      'export const f = (x: number[]): number => x[0]!;\n',
      '@typescript-eslint/no-non-null-assertion',
    ],
    [
      'a cast',
      'main/api/fit/fit.ts',
      'export const f = (x: unknown): number => x as number;\n',
      '@typescript-eslint/consistent-type-assertions',
    ],
    [
      'a switch that forgets a case',
      'main/api/fit/fit.ts',
      `${union}export function f(d: Device): number {\n  switch (d) {\n    case 'cpu':\n      return 1;\n  }\n  return 0;\n}\n`,
      '@typescript-eslint/switch-exhaustiveness-check',
    ],
    ['a console in a service', 'main/store/open.ts', "console.log('x');\nexport {};\n", 'no-console'],
    [
      'chance in a model',
      'models/flows/chain.ts',
      'export const x = Math.random();\n',
      'no-restricted-properties',
    ],
    [
      'a clock in a model',
      'models/flows/chain.ts',
      'export const x = Date.now();\n',
      'no-restricted-globals',
    ],
  ])('report %s', async (_what, path, source, rule) => {
    expect(await brokenRules(path, source)).toContain(rule);
  });

  it('cannot be switched off by a comment', async () => {
    const source =
      '// eslint-disable-next-line @typescript-eslint/no-explicit-any\nexport const x: any = 1;\n';
    expect(await brokenRules('main/api/fit/fit.ts', source)).toContain('@typescript-eslint/no-explicit-any');
  });

  it('let the command line print, and numbers stand in templates', async () => {
    const rules = await brokenRules(
      'main/cli/fit.ts',
      'const n = 3;\nconsole.log(`${n} images`);\nexport {};\n',
    );
    expect(rules).not.toContain('no-console');
    expect(rules).not.toContain('@typescript-eslint/restrict-template-expressions');
  });
});
