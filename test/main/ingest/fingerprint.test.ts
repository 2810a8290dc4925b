import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { datasetFingerprint } from '../../../main/ingest/fingerprint.ts';

const entry = fc.record({
  relativePath: fc.string(),
  frame: fc.nat(3),
  plane: fc.constantFrom(null, 'axial' as const),
  sha256: fc.string(),
});
const only = { frame: 0, plane: null };

describe('datasetFingerprint', () => {
  it('is the SHA-256 of the sorted lines', () => {
    // printf '"a/1.png" 11\n"b.png" 22\n' | sha256sum
    expect(
      datasetFingerprint([
        { relativePath: 'b.png', ...only, sha256: '22' },
        { relativePath: 'a/1.png', ...only, sha256: '11' },
      ]),
    ).toBe('c68dff82974ef9cff9945f9177b24f9d77241e901a01583ba3f235ee9c2e1de7');
  });

  it('names the image within its file where there may be others', () => {
    // printf '"a.nii"[axial0] 11\n"a.tif" 22\n"a.tif"[1] 22\n' | sha256sum
    expect(
      datasetFingerprint([
        { relativePath: 'a.tif', frame: 1, plane: null, sha256: '22' },
        { relativePath: 'a.tif', frame: 0, plane: null, sha256: '22' },
        { relativePath: 'a.nii', frame: 0, plane: 'axial', sha256: '11' },
      ]),
    ).toBe('43ac5027f8d38c9d6c3c181becb399d31203bb1bac637c99c799a431159baa47');
  });

  it('does not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        expect(datasetFingerprint(entries.toReversed())).toBe(datasetFingerprint(entries));
      }),
    );
  });

  it('changes with any path, any place in a file, any content, and any image more or less', () => {
    const one = { relativePath: 'a', ...only, sha256: '1' };
    const all = [
      [],
      [one],
      [one, one],
      [{ ...one, relativePath: 'b' }],
      [{ ...one, sha256: '2' }],
      [{ ...one, relativePath: 'a" 1\n"a' }],
      [{ ...one, frame: 1 }],
      [{ ...one, plane: 'axial' as const }],
      [{ ...one, plane: 'sagittal' as const }],
      [{ ...one, frame: 11 }],
      [{ ...one, relativePath: 'a[1]' }],
    ].map(datasetFingerprint);
    expect(new Set(all).size).toBe(all.length);
  });
});
