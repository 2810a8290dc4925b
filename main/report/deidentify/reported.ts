/** The only attributes of a DICOM file that a report may name, by group and element, in the order in which it does. */
export const REPORTED: readonly string[] = [
  '00080060', // Modality
  '00080070', // Manufacturer
  '00081090', // Manufacturer's Model Name
  '00081010', // Station Name
  '00181000', // Device Serial Number
  '00080080', // Institution Name
  '00100040', // Patient's Sex
  '00101010', // Patient's Age
  '00080020', // Study Date
  '00200011', // Series Number
  '00200013', // Instance Number
  '00201041', // Slice Location
  '0020000d', // Study Instance UID
  '0020000e', // Series Instance UID
  '00080018', // SOP Instance UID
];
