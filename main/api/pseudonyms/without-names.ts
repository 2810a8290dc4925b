import { basename, join } from 'node:path';
import type { FileNames } from './file-names.ts';

/** Shorter parts of a path occur in any sentence. */
const TELLING_LENGTH = 4;

/**
 * A sentence about a file as the database may keep it: the pseudonym takes the place of the path, and whatever else is quoted goes,
 * since sentences quote what comes from outside. Where a part of the path is left even then, only that the file cannot be used.
 */
export function withoutNames(sentence: string, { root, path, pseudonym }: FileNames): string {
  const said = [join(root, path), path]
    .reduce((text, name) => text.replaceAll(name, pseudonym), sentence)
    .split(`"${pseudonym}"`)
    .map(withoutQuoted)
    .join(`"${pseudonym}"`);
  return tells(said, root, path)
    ? `"${pseudonym}" cannot be used; why is left out, because the reason names what is pseudonymised.`
    : said;
}

/** A sentence that is about no file in particular. */
export function aboutNoFile(sentence: string, root: string): string {
  const said = withoutQuoted(sentence);
  return tells(said, root, '')
    ? 'It ended with an error, which is left out because it names what is pseudonymised.'
    : said;
}

/** From the first quotation mark to the last, since a name may hold one itself. */
export function withoutQuoted(sentence: string): string {
  return sentence.replace(/"[^]*"/, '"…"');
}

function tells(sentence: string, root: string, path: string): boolean {
  const lower = sentence.toLowerCase();
  const parts = [basename(root), ...path.split('/')];
  return parts.some((part) => part.length >= TELLING_LENGTH && lower.includes(part.toLowerCase()));
}
