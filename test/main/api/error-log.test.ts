import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { logError } from '../../../main/api/error-log.ts';
import { temporaryFolder } from '../cli/command-line.ts';

describe('the log of an unexpected error', () => {
  it('holds the places in the program, and none of the words that may name a patient', () => {
    const cause = Object.assign(new RangeError("ENOENT: no such file, open '/scans/Jane Doe/1.png'"), {
      code: 'ENOENT',
    });
    const file = logError(temporaryFolder(), new TypeError('Jane Doe.png is odd\nJane Doe', { cause }));
    const text = readFileSync(file ?? '', 'utf8');
    expect(text).not.toContain('Jane');
    expect(text).toContain('TypeError');
    expect(text).toContain('RangeError ENOENT');
    expect(text).toMatch(/error-log\.test\.ts:\d+/);
  });

  it('is done without where it cannot be written', () => {
    expect(logError(import.meta.filename, new Error('x'))).toBeNull();
  });
});
