import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXAMPLES, greyValues, pngsBelow } from './example-images.ts';

const ROOT = join(EXAMPLES, 'mri-modality');

/** All slices of one modality, one after the other. */
async function voxels(folder: string): Promise<Uint8Array> {
  const slices = await Promise.all(
    pngsBelow(join(ROOT, folder)).map((file) => greyValues(join(ROOT, folder, file))),
  );
  return Uint8Array.from(slices.flatMap((slice) => [...slice]));
}

const at = (values: Uint8Array, places: readonly number[]) => places.map((place) => values[place] ?? NaN);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

describe.each(['general', 'screen'])('the modalities in %s', (folder) => {
  it('show cerebrospinal fluid bright in T2 and dark in FLAIR, T1 and T1c, at the same places', async () => {
    const [flair, t1, t1c, t2] = await Promise.all(
      ['flair', 't1', 't1c', 't2'].map((m) => voxels(`${folder}/${m}`)),
    );
    if (!flair || !t1 || !t1c || !t2) throw new Error('four modalities were asked for');
    const brain = [...t2.keys()].filter((place) => (t2[place] ?? 0) > 0);
    // The brightest 2 % of T2 are fluid, whatever else the patient has: they lie in the ventricles and the sulci.
    const fluid = brain
      .toSorted((a, b) => (t2[b] ?? 0) - (t2[a] ?? 0))
      .slice(0, Math.floor(brain.length / 50));
    expect(mean(at(t2, fluid))).toBeGreaterThan(2 * median(at(t2, brain)));
    for (const dark of [flair, t1, t1c])
      expect(mean(at(dark, fluid))).toBeLessThan(0.7 * median(at(dark, brain)));
  });

  it('show contrast agent in T1c only: its outliers against T1 are bright', async () => {
    const [t1, t1c] = await Promise.all(['t1', 't1c'].map((m) => voxels(`${folder}/${m}`)));
    if (!t1 || !t1c) throw new Error('two modalities were asked for');
    const brain = [...t1.keys()].filter((place) => (t1[place] ?? 0) > 0 && (t1c[place] ?? 0) > 0);
    const [before, after] = [median(at(t1, brain)), median(at(t1c, brain))];
    const gain = brain.map((place) => (t1c[place] ?? 0) / after - (t1[place] ?? 0) / before);
    const brighter = gain.filter((value) => value > 0.5).length;
    const darker = gain.filter((value) => value < -0.5).length;
    expect(brighter).toBeGreaterThan(2 * darker);
  });

  it('have one outline and a background of exactly 0, so that neither betrays the modality', async () => {
    const volumes = await Promise.all(['flair', 't1', 't1c', 't2'].map((m) => voxels(`${folder}/${m}`)));
    const [reference] = volumes;
    for (const volume of volumes) {
      const differing = volume.filter((value, place) => (value === 0) !== (reference?.[place] === 0)).length;
      expect(differing / volume.length).toBeLessThan(0.001);
      const corners = volume.filter((_, place) => place % 4096 === 0 || place % 4096 === 4095);
      expect(new Set(corners)).toEqual(new Set([0]));
    }
  });
});

it('fits on one patient and screens the other, over the same slices', () => {
  const slices = (folder: string, patient: string) =>
    pngsBelow(join(ROOT, folder)).map((file) => {
      expect(file).toContain(patient);
      return file.slice(-7, -4);
    });
  expect(slices('fit', 'DU-7294')).toEqual(slices('screen/flair', 'FG-6692'));
  expect(slices('general/t2', 'DU-7294')).toEqual(slices('screen/t2', 'FG-6692'));
});
