/** What a report leaves out so that it names no patient, and what it says of that. */
import type { ReportChoice } from '../../../preload/contract.ts';
import { pixelTextRisk } from '../../report/deidentify/burned-in.ts';
import { methodText } from '../../report/deidentify/options.ts';
import type { ChosenCase, ChosenCases } from './report-cases.ts';

/** Takes the place of a picture. */
export const WITHHELD =
  'Left out: the file says that text which identifies the patient is in the picture (Burned In Annotation YES).';

export function isWithheld(row: ChosenCase, burnedInPictures: boolean): boolean {
  return !burnedInPictures && riskOf(row) === 'yes';
}

/** What was done, in the words of De-identification Method (0012,0063). */
export function deidentificationText({
  identifiers,
  retain,
}: Pick<ReportChoice, 'identifiers' | 'retain'>): string {
  const names = identifiers
    ? 'names of files and folders are included, which may identify patients'
    : 'case numbers take the place of the names of files and folders';
  return `${methodText(retain)}; ${names}; pixels are as stored`;
}

/** Of the pictures, each a sentence. */
export function warningsOf({ rows }: ChosenCases, { pictures, burnedInPictures }: ReportChoice): string[] {
  if (pictures === 'none') return [];
  const count = (wanted: ReturnType<typeof riskOf>) => rows.filter((row) => riskOf(row) === wanted).length;
  const [burned, possible] = [count('yes'), count('possible')];
  const outcome = burnedInPictures ? 'included' : 'left out';
  return [
    ...(burned === 0
      ? []
      : [
          `Text that identifies the patient is in the pixels of ${ofImages(burned)}, as the files say; the pictures are ${outcome}.`,
        ]),
    ...(possible === 0
      ? []
      : [
          `Text may be in the pixels of ${ofImages(possible)}: such images often have some, and the files do not say; look at the pictures before the report is handed on.`,
        ]),
  ];
}

function riskOf({ scanned }: ChosenCase) {
  return scanned === null ? 'none' : pixelTextRisk(scanned);
}

function ofImages(count: number): string {
  return count === 1 ? '1 image' : `${count.toLocaleString('en-US')} images`;
}
