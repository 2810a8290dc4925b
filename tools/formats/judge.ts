import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IngestError } from '../../main/ingest/errors.ts';
import { openFile } from '../../main/ingest/open-file.ts';
import type { StoredImage } from '../../main/ingest/stored-image.ts';

export type Verdict =
  | { readonly kind: 'exact' }
  /** Within what the coding loses. */
  | { readonly kind: 'read' }
  | { readonly kind: 'refused'; readonly reason: string };

/** What lossy codings may lose, of the range of the values. */
const MEAN_LOSS = 0.02;
const MOST_LOSS = 0.1;

/** Reads the first image of a file as the program does. @throws IngestError */
export async function readFirst(bytes: Uint8Array, name: string): Promise<StoredImage> {
  const folder = await mkdtemp(join(tmpdir(), 'flowscreen-formats-'));
  try {
    const path = join(folder, name);
    await writeFile(path, bytes);
    const file = await openFile(path);
    const [first] = file.images;
    if (!first) throw new Error(`${name} was opened without an image`);
    return await file.read(first.part);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param tolerance by how much values may be off, whatever the coding
 * @throws Error for values that are wrong: a table that said "read" would be a lie
 */
export async function judge(
  bytes: Uint8Array,
  name: string,
  expected: readonly number[],
  tolerance: number,
  lossy: boolean,
): Promise<Verdict> {
  let image: StoredImage;
  try {
    image = await readFirst(bytes, name);
  } catch (thrown) {
    if (!(thrown instanceof IngestError)) throw thrown;
    return { kind: 'refused', reason: reasonOf(thrown) };
  }
  const losses = Array.from(image.values, (value, i) => Math.abs(value - (expected[i] ?? NaN)));
  const worst = losses.reduce((most, loss) => Math.max(most, loss), 0);
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  if (image.values.length === expected.length) {
    if (worst === 0 && !lossy) return { kind: 'exact' };
    const range = Math.max(...expected) - Math.min(...expected);
    if (worst <= tolerance || (lossy && mean <= range * MEAN_LOSS && worst <= range * MOST_LOSS))
      return { kind: 'read' };
  }
  throw new Error(
    `${name} is read wrongly: ${image.values.length} values of ${expected.length}, off by ${mean} on average and ${worst} at most`,
  );
}

/** The middle of the sentence: without the file's name before it and the advice behind. */
export function reasonOf({ message, path }: IngestError): string {
  return message
    .replace(`"${path}" `, '')
    .replace(/; [^;]*\.$/, '')
    .replace(/, which is not read$/, '');
}
