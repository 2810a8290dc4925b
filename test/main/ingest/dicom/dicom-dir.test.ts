import { describe, expect, it } from 'vitest';
import { readDicomDir } from '../../../../main/ingest/dicom/dicom-dir.ts';
import { IngestError } from '../../../../main/ingest/errors.ts';
import { SYNTAX_UIDS, dicomFile, raw, sequence, text } from './build-dicom.ts';
import type { Attribute, Syntax } from './build-dicom.ts';

const record = (type: string, file?: string): Attribute[] => [
  text(0x00041430, 'CS', type),
  ...(file === undefined ? [] : [text(0x00041500, 'CS', file)]),
];

function directory(files: readonly string[], syntax: Syntax = 'explicit'): Buffer {
  const records = files.map((file) => record('IMAGE', file));
  return dicomFile([sequence(0x00041220, record('PATIENT'), record('STUDY'), ...records)], syntax);
}

describe('a DICOMDIR', () => {
  it.each(Object.keys(SYNTAX_UIDS).filter((name): name is Syntax => name in SYNTAX_UIDS))(
    'names its files as relative paths, written %s',
    (syntax) => {
      const files = ['PAT1\\SER1\\IM1', 'PAT1\\SER1\\IM2', 'IM3', 'PAT1\\SER1\\IM1'];
      expect(readDicomDir(directory(files, syntax), 'DICOMDIR')).toEqual([
        'PAT1/SER1/IM1',
        'PAT1/SER1/IM2',
        'IM3',
      ]);
    },
  );

  it('names no files where it has none', () => {
    expect(readDicomDir(dicomFile([sequence(0x00041220)]), 'DICOMDIR')).toEqual([]);
    expect(readDicomDir(directory([]), 'DICOMDIR')).toEqual([]);
  });

  it('may have a whole path in one component', () => {
    expect(readDicomDir(directory(['A/B/C']), 'DICOMDIR')).toEqual(['A/B/C']);
  });

  it.each([
    '..\\SECRET',
    'A\\..\\..\\SECRET',
    'A/../../SECRET',
    '/etc/passwd',
    '\\\\server\\share\\file',
    'C:\\WINDOWS',
    'C:',
    'A\\.\\B',
    'A\\\\B',
    'A\\B\\',
    'A:stream',
    'A\\...\\B',
    'A\u0001B',
  ])('that names "%s" is refused', (file) => {
    expect(() => readDicomDir(directory(['GOOD', file]), 'DICOMDIR')).toThrow(IngestError);
    expect(() => readDicomDir(directory(['GOOD', file]), 'DICOMDIR')).toThrow(/outside its own folder/);
  });

  it('without records, or with damaged ones, is damaged', () => {
    expect(() => readDicomDir(dicomFile([text(0x00080005, 'CS', 'ISO_IR 100')]), 'x')).toThrow(/no records/);
    const damaged = raw(0x00041220, 'SQ', Buffer.from('0400000001020304', 'hex'));
    expect(() => readDicomDir(dicomFile([damaged]), 'x')).toThrow(/damaged/);
    expect(() => readDicomDir(directory(['IM1']).subarray(0, -4), 'x')).toThrow(/cut off/);
  });
});
