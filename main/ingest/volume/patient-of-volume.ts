/** A BIDS entity "sub-<label>", alone or before further entities; the label is alphanumeric (BIDS specification, Entities). */
const SUBJECT = /^(sub-[a-z0-9]+)(?=$|[_.])/i;

/**
 * Whose image a file without a patient's identifier shows, as far as its place tells: images of one patient must never lie both in fitting
 * and in held-out data. A BIDS subject anywhere in the path, else the first folder, else the file itself.
 * @param relativePath within the data set, with "/"
 */
export function patientOfVolume(relativePath: string): string {
  const parts = relativePath.split('/');
  for (const part of parts) {
    const subject = SUBJECT.exec(part)?.[1];
    if (subject !== undefined) return subject;
  }
  const [first] = parts;
  return first ?? relativePath;
}
