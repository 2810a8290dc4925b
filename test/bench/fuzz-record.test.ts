import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FuzzFigures, fuzzSection, recordFuzz } from '../../bench/fuzz-record.ts';
import { temporaryFolder } from './temporary-folder.ts';

const figures: FuzzFigures = {
  date: '2026-01-01T00:00:00.000Z',
  processor: 'a processor',
  seed: 1,
  inputs: 30,
  failures: 0,
  kinds: [
    { kind: 'bmp', outcomes: { corrupt: 4, read: 6 } },
    { kind: 'tiff', outcomes: { truncated: 20 } },
  ],
  slowest: { kind: 'tiff', of: 'a.tif', input: 3, ms: 12 },
  largest: { kind: 'bmp', of: 'a.bmp', input: 4, mb: 99 },
  limits: { ms: 5000, mb: 1536 },
};

describe('the page of results', () => {
  it('says of hostile files what became of each kind, those read first', async () => {
    const folder = join(temporaryFolder(), 'fuzz');
    await recordFuzz(folder, 'npm run fuzz', figures);
    const blocks = await fuzzSection(folder);
    expect(
      blocks
        .at(-1)
        ?.split('\n')
        .map((line) =>
          line
            .split('|')
            .slice(1, -1)
            .map((cell) => cell.trim()),
        ),
    ).toEqual([
      ['made from', 'files', 'read', 'corrupt', 'truncated'],
      expect.anything(),
      ['bmp', '10', '6', '4', '0'],
      ['tiff', '20', '0', '0', '20'],
    ]);
    expect(blocks[2]).toContain('30 damaged files, made from good ones: none crashed');
  });

  it('says nothing of them where nothing was tried', async () => {
    expect(await fuzzSection(join(temporaryFolder(), 'fuzz'))).toEqual([]);
  });
});
