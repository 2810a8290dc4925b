import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { AccuracyRequest } from './request.ts';

/**
 * A part of a suite, done once: an interrupted benchmark goes on where it was.
 * @param name tells the part apart from others of the suite, for people
 * @param dependsOn everything that changes the result
 */
export async function keptResult<T>(
  { cache, report, environment }: AccuracyRequest,
  name: string,
  dependsOn: readonly unknown[],
  schema: z.ZodType<T>,
  run: () => Promise<T>,
): Promise<T> {
  const key = createHash('sha256')
    .update(JSON.stringify([name, ...dependsOn, environment.device.label]))
    .digest('hex');
  const path = join(cache, `${name.replaceAll(/[^a-zA-Z0-9]+/g, '-')}-${key.slice(0, 16)}.json`);
  if (existsSync(path)) {
    report(`${name}: already done`);
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  }
  const result = await run();
  await mkdir(cache, { recursive: true });
  await writeFile(`${path}.part`, JSON.stringify(result));
  await rename(`${path}.part`, path);
  return result;
}
