import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EXAMPLES, greyValues, pngsBelow } from './example-images.ts';

const ROOT = join(EXAMPLES, 'pcb');
const screened = pngsBelow(join(ROOT, 'screen'));
const defects = screened.filter((file) => file.startsWith('defect-'));
const fileName = (path: string) => path.slice(path.lastIndexOf('/') + 1);
const family = (path: string) => fileName(path).slice(0, 5);

it('screens no board family that it is fitted on', () => {
  const known = new Set([...pngsBelow(join(ROOT, 'fit')), ...pngsBelow(join(ROOT, 'general'))].map(family));
  expect(screened.filter((file) => known.has(family(file)))).toEqual([]);
});

it('has a good partner for every defect, which shows the same place and differs in a small part', async () => {
  const good = screened.filter((file) => file.startsWith('good/')).map(fileName);
  expect(defects.map(fileName).sort()).toEqual(good.sort());
  const changed: number[] = [];
  for (const file of defects) {
    const defective = await greyValues(join(ROOT, 'screen', file));
    const partner = await greyValues(join(ROOT, 'screen/good', fileName(file)));
    changed.push(
      defective.filter((value, place) => Math.abs(value - (partner[place] ?? 0)) > 127).length / 4096,
    );
  }
  expect(Math.min(...changed)).toBeGreaterThan(0);
  expect(changed.toSorted((a, b) => a - b)[Math.floor(changed.length / 2)]).toBeLessThan(0.05);
});

it('holds no trace of JPEG: averages of 2×2 black or white pixels take five values', async () => {
  const values = new Set<number>();
  for (const file of screened)
    for (const value of await greyValues(join(ROOT, 'screen', file))) values.add(value);
  expect([...values].sort((a, b) => a - b)).toEqual([0, 64, 128, 191, 255]);
});
