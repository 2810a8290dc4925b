import { describe, expect, it } from 'vitest';
import { FitRequest } from '../../../preload/contract.ts';
import { type FitDraft, fitDraft } from '../../../renderer/components/fit/fit-draft.ts';
import {
  type FitPlan,
  estimateQuestion,
  fitPlan,
  fitRequest,
  imagesFor,
  missing,
} from '../../../renderer/components/fit/fit-plan.ts';
import { castings, lists } from './lists.ts';

/** With everything chosen that any detector could take. */
const all: FitDraft = {
  ...fitDraft(),
  datasetId: 3,
  label: 'good',
  encoder: 'mine',
  generalModelId: 1,
  generalDatasetId: 4,
  exposureDatasetId: 3,
  exposureLabel: 'dent',
  steps: 500,
  name: '  castings ',
};

function planOf(draft: Partial<FitDraft>, base = all): FitPlan {
  const plan = fitPlan({ ...base, ...draft }, lists);
  if (plan === null) throw new Error('no detector');
  return plan;
}
const lacks = (draft: Partial<FitDraft>, base = all) =>
  missing(planOf(draft, base), draft.name ?? base.name, lists);
const requestOf = (draft: Partial<FitDraft>) => fitRequest(planOf(draft), all, null);

describe('the request of a fit', () => {
  it('is one that the contract takes, for every detector', () => {
    for (const { id } of lists.detectors) {
      const request = requestOf({ detector: id });
      expect(FitRequest.parse(request)).toEqual({ ...request, name: 'castings', detector: id });
      expect(lacks({ detector: id })).toBeNull();
    }
  });

  it('holds what the detector takes, and null for what it cannot use', () => {
    expect(requestOf({ detector: 'glow' })).toMatchObject({
      generalModelId: 1,
      generalDatasetId: 4,
      exposure: null,
      encoder: null,
      steps: 500,
      label: 'good',
    });
    expect(requestOf({ detector: 'nearest' })).toMatchObject({
      generalModelId: null,
      generalDatasetId: null,
      exposure: null,
      encoder: 'mine',
      steps: null,
    });
    expect(requestOf({ detector: 'contrast' })).toMatchObject({
      generalModelId: null,
      generalDatasetId: 4,
      exposure: { datasetId: 3, label: 'dent', images: null },
      encoder: 'mine',
    });
  });

  it('asks for softened copies where the detector may become a general model of pixels', () => {
    const alone = { generalModelId: null, generalDatasetId: null, softened: true };
    expect(requestOf({ ...alone, detector: 'glow' })?.softened).toBe(true);
    expect(requestOf({ ...alone, detector: 'glow', generalDatasetId: 4 })?.softened).toBe(false);
    expect(requestOf({ ...alone, detector: 'glow', generalModelId: 1 })?.softened).toBe(false);
    expect(requestOf({ ...alone, detector: 'classifier' })?.softened).toBe(false);
  });

  it('has the preset and the preparation of the general model', () => {
    const preparation = { way: 'resize', side: 64, channels: 1 };
    expect(requestOf({ detector: 'glow', preparation })).toMatchObject({
      preset: 'balanced',
      preparation: null,
    });
    expect(requestOf({ detector: 'glow', generalModelId: null, preparation })).toMatchObject({
      preset: 'quick',
      preparation: { fit: 'resize', height: 64, width: 64, channels: 1 },
    });
  });

  it('takes general models of the detector that says so', () => {
    expect(planOf({ detector: 'kinds' }).general?.name).toBe('all parts');
    expect(planOf({ detector: 'nearest' }).general).toBeNull();
  });

  it('asks for all labels where they tell kinds of normal images apart', () => {
    expect(requestOf({ detector: 'kinds' })).toMatchObject({ label: null });
  });

  it('waits for a dataset and a name', () => {
    expect(fitRequest(planOf({ datasetId: null }), all, null)).toBeNull();
    expect(fitRequest(planOf({}), { ...all, name: ' ' }, null)).toBeNull();
  });

  it('begins with the first detector and the first encoder', () => {
    const plan = planOf({ datasetId: 3 }, fitDraft());
    expect(plan.detector.id).toBe('glow');
    expect(planOf({ detector: 'nearest' }, fitDraft()).encoder?.name).toBe('filters');
  });

  it('forgets what is there no more', () => {
    const gone = { detector: 'gone', encoder: 'gone', generalModelId: 9, preset: 'gone', label: 'gone' };
    expect(planOf({ ...gone, detector: 'contrast', generalDatasetId: 9 })).toMatchObject({
      label: null,
      general: null,
      generalImages: null,
      encoder: { name: 'filters' },
      preset: 'quick',
    });
    expect(planOf(gone).detector.id).toBe('glow');
  });
});

describe('images that stand for anomalies', () => {
  const chosen = (draft: Partial<FitDraft>) => {
    const { exposure } = planOf({ detector: 'classifier', ...draft });
    return exposure && [exposure.dataset.name, exposure.label, exposure.images];
  };

  it('are those of the other labels, where nothing else is chosen', () => {
    expect(chosen({ exposureDatasetId: null, exposureLabel: null })).toEqual(['castings', null, 1189]);
  });

  it('are those of the label that is chosen, but not of the normal one', () => {
    expect(chosen({ exposureLabel: 'dent' })).toEqual(['castings', 'dent', 40]);
    expect(chosen({ exposureLabel: 'good' })).toEqual(['castings', null, 1189]);
  });

  it('are as many as are asked for, where there are more', () => {
    const drawn = (exposureImages: number | null) =>
      requestOf({ detector: 'classifier', exposureLabel: 'dent', exposureImages })?.exposure?.images;
    expect([1, 39, 40, 500, null].map(drawn)).toEqual([1, 39, null, null, null]);
  });

  it('can be of another dataset', () => {
    expect(chosen({ exposureDatasetId: 4 })).toEqual(['parts', null, 600]);
  });

  it('are left out where they are only one way', () => {
    expect(planOf({ detector: 'contrast', exposureDatasetId: null }).exposure).toBeNull();
  });
});

describe('what is missing', () => {
  it('is said in one sentence', () => {
    const missed = [
      lacks({ datasetId: null }),
      lacks({ detector: 'classifier', label: null, exposureDatasetId: null }),
      lacks({ detector: 'classifier', datasetId: 4, exposureDatasetId: null }),
      lacks({ detector: 'classifier', datasetId: 5, exposureDatasetId: 5 }),
      lacks({ detector: 'contrast', generalDatasetId: null, exposureDatasetId: null }),
      lacks({ detector: 'kinds', datasetId: 4 }),
      lacks({ name: ' ' }),
      lacks({ name: 'all parts ' }),
    ];
    for (const sentence of missed) expect(sentence).toMatch(/^[A-Z“a-z][^.]+\.$/);
    expect(new Set(missed).size).toBe(missed.length);
  });

  it('is nothing where one of two ways is given', () => {
    expect(lacks({ detector: 'contrast', generalDatasetId: null })).toBeNull();
    expect(lacks({ detector: 'contrast', exposureDatasetId: null })).toBeNull();
  });

  it('does not keep an estimate from being asked for, but for the dataset', () => {
    expect(estimateQuestion(planOf({ datasetId: null }))).toBeNull();
    expect(estimateQuestion(planOf({ detector: 'nearest' }))).toMatchObject({ encoder: 'mine', steps: null });
  });
});

describe('the images of a dataset', () => {
  it('are counted by label', () => {
    expect(imagesFor(castings, null)).toBe(1200);
    expect(imagesFor(castings, 'scratch')).toBe(1149);
    expect(imagesFor(castings, 'gone')).toBe(0);
  });
});
