/** Kinds of files that are made and mean their values in different ways. */
export const FAMILIES = ['DICOM', 'volume', 'picture'] as const;
export type Family = (typeof FAMILIES)[number];

/** @param format as a scan names it */
export function familyOf(format: string): Family {
  switch (format) {
    case 'dicom':
      return 'DICOM';
    case 'nifti':
    case 'metaimage':
      return 'volume';
    default:
      return 'picture';
  }
}
