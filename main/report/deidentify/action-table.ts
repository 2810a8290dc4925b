/**
 * PS3.15 Table E.1-1, Application Level Confidentiality Profile Attributes, for every attribute of it that flowscreen knows by name.
 * Attributes outside this table and outside REPORTED (reported.ts) never leave the program.
 *
 * X removed, Z emptied, D replaced by a dummy, U replaced by another UID, K kept, C cleaned; "X/Z/D": which of them depends on
 * the kind of object, and a report, which is none, removes.
 */

/** The columns of options that flowscreen supports, by the table's own names. */
export type OptionColumn = 'rtnUids' | 'rtnDevId' | 'rtnInstId' | 'rtnPatChars' | 'rtnLongFullDates';

export type Action = 'X' | 'Z' | 'D' | 'U' | 'X/Z' | 'X/D' | 'Z/D' | 'X/Z/D';

export interface TableRow {
  readonly basic: Action;
  /** Options under which the attribute is kept (K). */
  readonly keptBy: readonly OptionColumn[];
}

const row = (basic: Action, ...keptBy: OptionColumn[]): TableRow => ({ basic, keptBy });

/** By group and element. */
export const ACTIONS: ReadonlyMap<string, TableRow> = new Map([
  ['00080014', row('U', 'rtnUids')], // Instance Creator UID
  ['00080018', row('U', 'rtnUids')], // SOP Instance UID
  ['00080020', row('Z', 'rtnLongFullDates')], // Study Date
  ['00080021', row('X/D', 'rtnLongFullDates')], // Series Date
  ['00080022', row('X/Z', 'rtnLongFullDates')], // Acquisition Date
  ['00080023', row('Z/D', 'rtnLongFullDates')], // Content Date
  ['00080030', row('Z', 'rtnLongFullDates')], // Study Time
  ['00080031', row('X/D', 'rtnLongFullDates')], // Series Time
  ['00080032', row('X/Z', 'rtnLongFullDates')], // Acquisition Time
  ['00080033', row('Z/D', 'rtnLongFullDates')], // Content Time
  ['00080050', row('Z')], // Accession Number
  ['00080080', row('X/Z/D', 'rtnInstId')], // Institution Name
  ['00080081', row('X', 'rtnInstId')], // Institution Address
  ['00080090', row('Z')], // Referring Physician's Name
  ['00080092', row('X')], // Referring Physician's Address
  ['00080094', row('X')], // Referring Physician's Telephone Numbers
  ['00081010', row('X/Z/D', 'rtnDevId')], // Station Name
  ['00081030', row('X')], // Study Description
  ['0008103e', row('X')], // Series Description
  ['00081040', row('X', 'rtnInstId')], // Institutional Department Name
  ['00081048', row('X')], // Physician(s) of Record
  ['00081050', row('X')], // Performing Physician's Name
  ['00081060', row('X')], // Name of Physician(s) Reading Study
  ['00081070', row('X/Z/D')], // Operators' Name
  ['00081080', row('X')], // Admitting Diagnoses Description
  ['00082111', row('X')], // Derivation Description
  ['00100010', row('Z')], // Patient's Name
  ['00100020', row('Z')], // Patient ID
  ['00100021', row('X')], // Issuer of Patient ID
  ['00100030', row('Z')], // Patient's Birth Date
  ['00100032', row('X')], // Patient's Birth Time
  ['00100040', row('Z', 'rtnPatChars')], // Patient's Sex
  ['00101000', row('X')], // Other Patient IDs
  ['00101001', row('X')], // Other Patient Names
  ['00101005', row('X')], // Patient's Birth Name
  ['00101010', row('X', 'rtnPatChars')], // Patient's Age
  ['00101020', row('X', 'rtnPatChars')], // Patient's Size
  ['00101030', row('X', 'rtnPatChars')], // Patient's Weight
  ['00101040', row('X')], // Patient's Address
  ['00101060', row('X')], // Patient's Mother's Birth Name
  ['00102154', row('X')], // Patient's Telephone Numbers
  ['00102160', row('X', 'rtnPatChars')], // Ethnic Group
  ['00102180', row('X')], // Occupation
  ['001021b0', row('X')], // Additional Patient History
  ['00104000', row('X')], // Patient Comments
  ['00180010', row('Z/D')], // Contrast/Bolus Agent
  ['00181000', row('X/Z/D', 'rtnDevId')], // Device Serial Number
  ['00181030', row('X/D')], // Protocol Name
  ['0020000d', row('U', 'rtnUids')], // Study Instance UID
  ['0020000e', row('U', 'rtnUids')], // Series Instance UID
  ['00200010', row('Z')], // Study ID
  ['00200052', row('U', 'rtnUids')], // Frame of Reference UID
  ['00204000', row('X')], // Image Comments
  ['00321032', row('X')], // Requesting Physician
  ['00321060', row('X/Z')], // Requested Procedure Description
  ['00380010', row('X')], // Admission ID
  ['00380300', row('X')], // Current Patient Location
  ['00400006', row('X')], // Scheduled Performing Physician's Name
  ['00400253', row('X')], // Performed Procedure Step ID
  ['00400254', row('X')], // Performed Procedure Step Description
  ['00401001', row('X')], // Requested Procedure ID
]);
