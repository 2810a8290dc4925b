import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { plantTree, root } from './planted-tree.ts';

/** What the compiler says about one planted file of models/, under the configuration of that folder. */
function complaints(source: string): string[] {
  const folder = plantTree({
    'package.json': '{ "type": "module" }',
    'tsconfig.base.json': readFileSync(join(root, 'tsconfig.base.json'), 'utf8'),
    'models/tsconfig.json': readFileSync(join(root, 'models', 'tsconfig.json'), 'utf8'),
    'models/planted.ts': source,
  });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const parsed = ts.getParsedCommandLineOfConfigFile(join(folder, 'models', 'tsconfig.json'), undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
    },
  });
  if (parsed === undefined) throw new Error('models/tsconfig.json could not be read');
  return ts
    .getPreEmitDiagnostics(ts.createProgram(parsed.fileNames, parsed.options))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe('the compiler, in models', () => {
  it('knows jax-js and the language', () => {
    const source =
      "import { numpy } from '@jax-js/jax';\nexport const x = [numpy].map(() => Math.sqrt(2));\n";
    expect(complaints(source)).toEqual([]);
  });

  it.each(['console', 'process', 'Buffer', 'document', 'fetch', 'setTimeout'])('knows no %s', (name) => {
    expect(complaints(`export const x = ${name};\n`)).toEqual([
      expect.stringContaining(`Cannot find name '${name}'`),
    ]);
  });
});
