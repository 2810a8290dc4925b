import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { datasetFingerprint } from '../../../main/ingest/fingerprint.ts';

const entry = fc.record({ relativePath: fc.string(), sha256: fc.string() });

describe('datasetFingerprint', () => {
  it('is the SHA-256 of the sorted lines', () => {
    // printf '"a/1.png" 11\n"b.png" 22\n' | sha256sum
    expect(
      datasetFingerprint([
        { relativePath: 'b.png', sha256: '22' },
        { relativePath: 'a/1.png', sha256: '11' },
      ]),
    ).toBe('c68dff82974ef9cff9945f9177b24f9d77241e901a01583ba3f235ee9c2e1de7');
  });

  it('does not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        expect(datasetFingerprint(entries.toReversed())).toBe(datasetFingerprint(entries));
      }),
    );
  });

  it('changes with any path, any content, and any file more or less', () => {
    const one = { relativePath: 'a', sha256: '1' };
    const all = [
      [],
      [one],
      [one, one],
      [{ ...one, relativePath: 'b' }],
      [{ ...one, sha256: '2' }],
      [{ relativePath: 'a" 1\n"a', sha256: '1' }],
    ].map(datasetFingerprint);
    expect(new Set(all).size).toBe(all.length);
  });
});
