import type { OptionColumn } from './action-table.ts';

/** An option of the profile that a person may choose. */
export type ProfileOption =
  | 'retain-uids'
  | 'retain-device-identity'
  | 'retain-institution-identity'
  | 'retain-patient-characteristics'
  | 'retain-longitudinal-full-dates';

export interface OptionTerm {
  /** Code value of the DICOM Controlled Terminology (DCM). */
  readonly code: string;
  /** Its meaning, as PS3.16 CID 7050 "De-identification Method" has it. */
  readonly meaning: string;
  readonly column: OptionColumn;
}

export const BASIC_PROFILE = {
  code: '113100',
  meaning: 'Basic Application Confidentiality Profile',
} as const;

export const OPTIONS: Readonly<Record<ProfileOption, OptionTerm>> = {
  'retain-uids': { code: '113110', meaning: 'Retain UIDs Option', column: 'rtnUids' },
  'retain-device-identity': { code: '113109', meaning: 'Retain Device Identity Option', column: 'rtnDevId' },
  'retain-institution-identity': {
    code: '113112',
    meaning: 'Retain Institution Identity Option',
    column: 'rtnInstId',
  },
  'retain-patient-characteristics': {
    code: '113108',
    meaning: 'Retain Patient Characteristics Option',
    column: 'rtnPatChars',
  },
  'retain-longitudinal-full-dates': {
    code: '113106',
    meaning: 'Retain Longitudinal Temporal Information Full Dates Option',
    column: 'rtnLongFullDates',
  },
};

/** What was done, as De-identification Method (0012,0063) and its code sequence (0012,0064) would say it. */
export function methodText(options: readonly ProfileOption[]): string {
  return [BASIC_PROFILE, ...options.map((option) => OPTIONS[option])]
    .map(({ code, meaning }) => `${meaning} (DCM ${code})`)
    .join('; ');
}
