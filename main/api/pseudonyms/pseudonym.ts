import { createHmac } from 'node:crypto';
import { posix } from 'node:path';
import { namePrefixOf } from '../datasets/grouping.ts';

const FOLDER_DIGITS = 10;
const FILE_DIGITS = 16;
/** Decimal digits; a hundred thousand images of one lot get the same number once in a hundred thousand data sets. */
const COUNTER_DIGITS = 15;

/**
 * What stands for a path below a data set's folder: "D3f2a9c04b7/F81be…", a keyed hash for each folder and for the file, without
 * its extension. It lies as deep as the path, and names that share what comes before a counter ("lot7_0012") share what stands for
 * that, so that images are grouped by folder and by lot as they would be by their names.
 * @param path relative, with "/"
 */
export function pseudonymOf(key: Buffer, path: string): string {
  const parts = path.split('/');
  const folders = parts
    .slice(0, -1)
    .map((_, depth) => `D${digest(key, 'folder', parts.slice(0, depth + 1).join('/'), FOLDER_DIGITS)}`);
  return posix.join(...folders, fileName(key, path));
}

function fileName(key: Buffer, path: string): string {
  const prefix = namePrefixOf(path);
  if (prefix === null) return `F${digest(key, 'file', path, FILE_DIGITS)}`;
  const counter = BigInt(`0x${digest(key, 'file', path, FILE_DIGITS)}`) % 10n ** BigInt(COUNTER_DIGITS);
  return `F${digest(key, 'prefix', prefix, FOLDER_DIGITS)}_${counter.toString().padStart(COUNTER_DIGITS, '0')}`;
}

/** Different uses of one key must never give the same hash. */
export function digest(key: Buffer, use: string, text: string, digits: number): string {
  return createHmac('sha256', key).update(`${use}\0${text}`).digest('hex').slice(0, digits);
}
