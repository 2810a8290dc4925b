import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const packageFile = z.object({
  name: z.literal('flowscreen'),
  version: z.string(),
  dependencies: z.object({ 'onnxruntime-node': z.string(), '@jax-js/jax': z.string() }),
});

/** What a model's numbers depend on. The libraries are pinned to exact versions, so that the package file names them. */
export function versions(): Record<string, string> {
  const { version, dependencies } = ownPackage(import.meta.dirname);
  return {
    flowscreen: version,
    onnxruntime: dependencies['onnxruntime-node'],
    'jax-js': dependencies['@jax-js/jax'],
    node: process.versions.node,
  };
}

/** Looked for upwards: a built program lies at another depth than its sources. */
function ownPackage(folder: string): z.infer<typeof packageFile> {
  const path = join(folder, 'package.json');
  try {
    return packageFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const parent = dirname(folder);
    if (parent === folder) throw error;
    return ownPackage(parent);
  }
}
