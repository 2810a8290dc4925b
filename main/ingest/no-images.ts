export interface ScanCounts {
  readonly skipped: number;
  readonly broken: number;
}

/** The sentence for a folder whose scan found no readable image. */
export function noImagesSentence(root: string, { skipped, broken }: ScanCounts): string {
  const formats = 'PNG, JPEG, TIFF, BMP, WebP, DICOM, NIfTI and MetaImage are read';
  if (skipped + broken === 0) {
    return `"${root}" is empty; choose the folder that holds your images (${formats}).`;
  }
  const found = [
    ...(skipped > 0 ? [`${String(skipped)} skipped`] : []),
    ...(broken > 0 ? [`${String(broken)} broken`] : []),
  ].join(', ');
  return `"${root}" holds no readable image (${found}); choose another folder (${formats}).`;
}
