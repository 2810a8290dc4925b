import { type ImagePlace, imageName, partName } from '../../../preload/contract.ts';

/**
 * What an image is called where it leaves the program: its number here, unless names of files were asked for, since a path may hold a
 * patient's name.
 */
export function caseName(image: ImagePlace & { readonly fileId: number }, identifiers: boolean): string {
  if (identifiers) return imageName(image);
  const part = partName(image);
  return part === '' ? `case ${image.fileId}` : `case ${image.fileId} · ${part}`;
}
