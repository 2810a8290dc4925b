import { open } from 'node:fs/promises';
import dicomParser from 'dicom-parser';
import { readImageFile } from '../read-file.ts';

/** Who and what a DICOM image is of: identifies a person, never to be stored or logged as it is. */
export interface DicomIdentifiers {
  readonly patientId: string | null;
  readonly studyInstanceUid: string | null;
}

/** The attribute after those that are read, in the order of the file. */
const AFTER = 'x0020000e';
/** Holds what comes before the pixels of most files. */
const HEAD_BYTES = 256 * 1024;

/**
 * Reads who an image is of, without its pixels where the head of the file suffices. Attributes that are absent or empty are
 * null.
 * @throws IngestError 'not-found' | 'unreadable' | …, as {@link readImageFile}; a string or Error of the parser for a damaged one
 */
export async function readIdentifiers(path: string): Promise<DicomIdentifiers> {
  const head = await readHead(path);
  try {
    return identifiersIn(head);
  } catch (error) {
    // Cut off in a long private attribute, perhaps.
    if (head.byteLength < HEAD_BYTES) throw error;
    return identifiersIn((await readImageFile(path)).bytes);
  }
}

async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function identifiersIn(bytes: Uint8Array): DicomIdentifiers {
  const dataSet = dicomParser.parseDicom(bytes, { untilTag: AFTER });
  return {
    patientId: present(dataSet.string('x00100020')),
    studyInstanceUid: present(dataSet.string('x0020000d')),
  };
}

function present(value: string | undefined): string | null {
  const text = value?.trim() ?? '';
  return text === '' ? null : text;
}
