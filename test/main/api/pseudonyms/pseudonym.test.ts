import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namePrefixOf } from '../../../../main/api/datasets/grouping.ts';
import { pseudonymOf } from '../../../../main/api/pseudonyms/pseudonym.ts';
import { shifted, unshifted } from '../../../../main/api/pseudonyms/time-shift.ts';
import { withoutNames } from '../../../../main/api/pseudonyms/without-names.ts';
import { fileSystemError } from '../../../../main/ingest/errors.ts';
import { corrupt, truncated } from '../../../../main/ingest/problems.ts';

const KEY = Buffer.alloc(32, 7);
const name = fc
  .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
  .filter((text) => !text.includes('/'));
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));

describe('pseudonyms', () => {
  it('say nothing but how deep a file lies', () => {
    fc.assert(
      fc.property(path, (real) => {
        const pseudonym = pseudonymOf(KEY, real);
        expect(pseudonym).toMatch(/^(D[0-9a-f]{10}\/)*F([0-9a-f]{16}|[0-9a-f]{10}_\d{15})$/);
        expect(pseudonym.split('/')).toHaveLength(real.split('/').length);
      }),
    );
  });

  it('are the same under one key, others under another, and of their own for each file', () => {
    expect(pseudonymOf(KEY, 'a/b.dcm')).toBe(pseudonymOf(Buffer.alloc(32, 7), 'a/b.dcm'));
    expect(pseudonymOf(KEY, 'a/b.dcm')).not.toBe(pseudonymOf(Buffer.alloc(32, 8), 'a/b.dcm'));
    const many = Array.from({ length: 20_000 }, (_, index) => `lot/part_${index}.png`);
    expect(new Set(many.map((each) => pseudonymOf(KEY, each))).size).toBe(many.length);
  });

  it('keep folders and lots together, and others apart', () => {
    const [a, b, c] = ['x/lot7_001.png', 'x/lot7_002.png', 'x/lot8_001.png'].map((real) =>
      pseudonymOf(KEY, real),
    );
    expect(namePrefixOf(a ?? '')).toBe(namePrefixOf(b ?? ''));
    expect(namePrefixOf(a ?? '')).not.toBe(namePrefixOf(c ?? ''));
    expect(a?.split('/')[0]).toBe(c?.split('/')[0]);
  });
});

describe('times of files', () => {
  it('are moved by years, and come back exactly', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.double({ min: Date.UTC(1976), max: 4e12, noNaN: true }),
        (bytes, time) => {
          const key = Buffer.from(bytes);
          expect(unshifted(key, shifted(key, time))).toBe(time);
          expect(time - shifted(key, time)).toBeGreaterThan(365 * 86_400_000);
        },
      ),
    );
  });
});

describe('sentences about files', () => {
  const telling = fc.constantFrom('Meier_Hans', 'MRN-4711', 'Doe "Jane"', "O'Neill", 'Ünal', 'with space');

  it('name the pseudonym and nothing of the path, but still say why', () => {
    fc.assert(
      fc.property(telling, telling, telling, (folder, patient, file) => {
        const root = `/data/${folder}`;
        const real = `${patient}/${file}.dcm`;
        const names = { root, path: real, pseudonym: 'D1/F2' };
        const absolute = join(root, real);
        const gone = Object.assign(new Error(`EIO: i/o error, open '${absolute}'`), { code: 'EIO' });
        const sentences = [
          truncated(absolute, {}).message,
          corrupt(absolute, `its data file "${patient}.raw" is gone`).message,
          fileSystemError(gone, absolute).message,
        ];
        for (const sentence of sentences) {
          const said = withoutNames(sentence, names);
          expect(said).toContain('"D1/F2"');
          for (const secret of [folder, patient, file]) expect(said).not.toContain(secret);
        }
        expect(withoutNames(sentences[0] ?? '', names)).toContain('is cut off before its end');
      }),
    );
  });
});
