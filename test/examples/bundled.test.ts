import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countsByFolder, EXAMPLES, greyValues, pngsBelow, sha256 } from './example-images.ts';

const COUNTS: Record<string, Record<string, number>> = {
  'mri-modality': {
    fit: 77,
    'general/flair': 77,
    'general/t1': 77,
    'general/t1c': 77,
    'general/t2': 77,
    'screen/flair': 77,
    'screen/t1': 77,
    'screen/t1c': 77,
    'screen/t2': 77,
  },
  pcb: {
    fit: 680,
    'general/12000': 10,
    'general/12100': 80,
    'general/13000': 78,
    'general/20085': 78,
    'general/44000': 73,
    'general/50600': 60,
    'general/77000': 80,
    'general/90100': 55,
    'general/92000': 80,
    'screen/defect-copper': 19,
    'screen/defect-mousebite': 44,
    'screen/defect-open': 42,
    'screen/defect-pin-hole': 30,
    'screen/defect-short': 29,
    'screen/defect-spur': 37,
    'screen/good': 201,
  },
};

const LICENCES: Record<string, { readme: RegExp[]; licence: RegExp[] }> = {
  'mri-modality': {
    readme: [/CC BY 3\.0/, /10\.7937\/K9\/TCIA\.2016\.L4LTD3TK/, /not tumour detection/, /n = 1/],
    licence: [
      /creativecommons\.org\/licenses\/by\/3\.0/,
      /Pedano/,
      /Changes were made/,
      /Attribution 3\.0 Unported/,
    ],
  },
  pcb: {
    readme: [/\bMIT\b/, /research purposes/, /1902\.06197/],
    licence: [/MIT License/, /Copyright \(c\) 2018 tangsanli5201/, /shall be included in all/],
  },
};

it('takes less than 15 MB together', () => {
  const files = readdirSync(EXAMPLES, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const bytes = files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThan(15e6);
});

describe.each(Object.keys(COUNTS))('examples/%s', (example) => {
  const root = join(EXAMPLES, example);
  const files = pngsBelow(root);

  it('holds the expected number of images per folder', () => {
    expect(countsByFolder(files)).toEqual(COUNTS[example]);
  });

  it('lists the same numbers in its README', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    for (const [folder, count] of Object.entries(COUNTS[example] ?? {})) {
      const row = readme.split('\n').find((line) => line.startsWith(`| \`${folder}`));
      expect(row, folder).toMatch(new RegExp(`\\| +${count} \\|$`));
    }
  });

  it('holds only 64×64 8-bit grey PNGs', () => {
    for (const file of files) {
      const header = readFileSync(join(root, file)).subarray(0, 26);
      const description = {
        signature: header.toString('latin1', 1, 4),
        width: header.readUInt32BE(16),
        height: header.readUInt32BE(20),
        bits: header.readUInt8(24),
        colourType: header.readUInt8(25),
      };
      expect(description, file).toEqual({ signature: 'PNG', width: 64, height: 64, bits: 8, colourType: 0 });
    }
  });

  it('decodes to images with content, none of which is screened and known at once', async () => {
    const known = new Map<string, string>();
    const screened = new Map<string, string>();
    for (const file of files) {
      const values = await greyValues(join(root, file));
      expect(values.length, file).toBe(64 * 64);
      expect(new Set(values).size, file).toBeGreaterThan(1);
      (file.startsWith('screen/') ? screened : known).set(sha256(values), file);
    }
    const shared = [...screened].filter(([hash]) => known.has(hash)).map(([, file]) => file);
    expect(shared).toEqual([]);
  });

  it('names its source, its licence and its limits', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const licence = readFileSync(join(root, 'LICENSE'), 'utf8');
    expect(readme).toMatch(/^## Licence$/m);
    expect(readme).toMatch(/`[0-9a-f]{64}`/);
    for (const pattern of LICENCES[example]?.readme ?? []) expect(readme).toMatch(pattern);
    for (const pattern of LICENCES[example]?.licence ?? []) expect(licence).toMatch(pattern);
  });
});
