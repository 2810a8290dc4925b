import { Grouping } from '../preload/contract.ts';

/** What each way of holding images out together is called, and when it is right. */
const TEXTS: Readonly<Record<Grouping, { readonly title: string; readonly when: string }>> = {
  image: {
    title: 'Each image by itself',
    when: 'Right only where no two images show the same patient, part or lot.',
  },
  subfolder: {
    title: 'Images of a subfolder together',
    when: 'Right where each subfolder (below the label’s, where there are labels) holds one patient, part or lot.',
  },
  'name-prefix': {
    title: 'Images whose names begin alike together',
    when: 'Right where a name is the patient or lot with a number after “-” or “_”: “lot7-001.png” and “lot7-002.png”.',
  },
  patient: { title: 'Images of a patient together', when: 'By the patient that DICOM files name.' },
  study: { title: 'Images of a study together', when: 'By the study that DICOM files name.' },
};

export const groupings = Grouping.options.map((value) => ({ value, ...TEXTS[value] }));

export const groupingText = (grouping: Grouping): string => TEXTS[grouping].title;

export const groupingWhen = (grouping: Grouping): string => TEXTS[grouping].when;
