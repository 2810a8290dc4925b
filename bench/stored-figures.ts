/** Figures of benchmarks, as files of JSON that the page of results is made from. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';

/** A stored file does not hold what its benchmark writes. */
export class FiguresError extends Error {
  readonly kind = 'malformed-figures';

  constructor(path: string, cause: unknown) {
    super(`"${path}" does not hold the figures of a benchmark; delete it and run its benchmark again.`, {
      cause,
    });
    this.name = 'FiguresError';
  }
}

/** @returns the path of the file */
export async function storeFigures(folder: string, name: string, figures: unknown): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.json`);
  await writeFile(path, `${JSON.stringify(figures, null, 2)}\n`);
  return path;
}

/** @throws FiguresError where the file holds something else */
export async function storedFigures<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const content = await readFile(path, 'utf8');
  try {
    return schema.parse(JSON.parse(content));
  } catch (error) {
    throw new FiguresError(path, error);
  }
}
