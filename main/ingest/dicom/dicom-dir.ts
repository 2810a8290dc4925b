import { IngestError } from '../errors.ts';
import { excerpt } from '../printable.ts';
import { corrupt } from '../problems.ts';
import { readFileStructure } from './file-structure.ts';
import { asIngestError, orIngestError } from './structure-problem.ts';

const RECORDS = 'x00041220';
const FILE_ID = 'x00041500';

/**
 * The files that a DICOMDIR names (PS3.3 annex F), relative to the folder that it lies in, with "/" between folders; each once,
 * in the order of the records.
 * @throws IngestError corrupt for a name that leads out of the folder, or where there are no records; truncated
 */
export function readDicomDir(bytes: Uint8Array, path: string): string[] {
  const { attributes, problem } = readFileStructure(bytes, path);
  // What follows the point where reading stopped would be missing from the list.
  if (problem) throw asIngestError(problem, path);
  if (!attributes.has(RECORDS)) throw corrupt(path, 'it holds no records of files');
  const records = orIngestError(path, () => attributes.items(RECORDS));
  const names = records.flatMap((record) => {
    const components = record.texts(FILE_ID);
    return components.length === 0 ? [] : [relativePath(components, path)];
  });
  return [...new Set(names)];
}

/** Some writers put a whole path into one component, with either separator. */
function relativePath(components: readonly string[], path: string): string {
  const parts = components.flatMap((component) => component.split('/'));
  if (parts.every(isPlainName)) return parts.join('/');
  throw new IngestError(
    'corrupt',
    path,
    `"${path}" names a file outside its own folder ("${excerpt(components.join('\\'))}"), which is not opened; check where this medium comes from.`,
  );
}

/** Neither a step upwards, nor empty as in an absolute path, nor with a drive letter, a stream or a control character. */
function isPlainName(part: string): boolean {
  return part !== '' && !/^\.+$/.test(part) && !/[:\p{Cc}]/u.test(part);
}
