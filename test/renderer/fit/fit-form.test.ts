import { describe, expect, it } from 'vitest';
import { type FitDraft, fitDraft } from '../../../renderer/components/fit/fit-draft.ts';
import {
  planSentence,
  presetAllowed,
  presetTexts,
  proposeName,
} from '../../../renderer/components/fit/fit-form.ts';
import { fitPlan } from '../../../renderer/components/fit/fit-plan.ts';
import { allParts, lists } from './lists.ts';

describe('the proposed name', () => {
  it('is the first that is free', () => {
    expect(proposeName(['brain', null, null], new Set())).toBe('brain');
    expect(proposeName(['brain', 'good', 'pca'], new Set(['brain']))).toBe('brain good pca');
    expect(proposeName(['brain', null], new Set(['brain', 'brain 2']))).toBe('brain 3');
  });

  it('fits into what the contract takes, however long the dataset is called', () => {
    const long = 'x'.repeat(200);
    const taken = new Set([proposeName([long], new Set())]);
    expect(proposeName([long], taken).length).toBeLessThanOrEqual(200);
  });
});

describe('what will happen', () => {
  const told = (draft: Partial<FitDraft>, estimate: Parameters<typeof planSentence>[2] = null) => {
    const plan = fitPlan({ ...fitDraft(), datasetId: 3, ...draft }, lists);
    return plan === null ? '' : planSentence(plan, 'castings', estimate);
  };

  it('is said in a sentence', () => {
    expect(told({ generalModelId: 1 }, { steps: 4000, seconds: 750, basis: '' })).toBe(
      'Fits “castings” to the 1,200 images of “castings”, starting from the weights of “all parts”, in 4,000 steps, ' +
        'about 13 min on this machine. About a tenth of the normal images is held out to check it and to set thresholds.',
    );
  });

  it('leaves out what is not known, and says which images', () => {
    expect(told({ label: 'good' }, { steps: 9, seconds: null, basis: '' })).toContain(
      'to the 1 image labelled “good” of “castings”, starting from nothing, in 9 steps.',
    );
  });

  it('has neither steps nor a start where the detector is computed', () => {
    expect(told({ detector: 'nearest' }, { steps: 0, seconds: 20, basis: '' })).toContain(
      'of “castings”, by the features of “filters”, about 20 s on this machine.',
    );
  });

  it('says what the normal images are told from', () => {
    expect(
      told({ detector: 'contrast', label: 'good', exposureDatasetId: 3, generalDatasetId: 4 }),
    ).toContain(
      'by the features of “filters”, against the general images of “parts” and 1,189 images of “castings” that stand for anomalies, starting',
    );
  });

  it('is nothing without a dataset', () => {
    expect(told({ datasetId: null })).toBe('');
  });

  it('keeps to the preset of the general model', () => {
    expect(presetAllowed('quick', null)).toBe(true);
    expect(presetAllowed('quick', allParts)).toBe(false);
    expect(presetAllowed('balanced', allParts)).toBe(true);
  });

  it('explains the same presets for every kind of detector', () => {
    const names = (kind: 'trained' | 'computed') => presetTexts(kind).map(({ preset }) => preset);
    expect(names('computed')).toEqual(names('trained'));
  });
});
