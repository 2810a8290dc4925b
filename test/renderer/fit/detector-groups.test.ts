import { describe, expect, it } from 'vitest';
import { listDetectors } from '../../../main/api/models/detectors.ts';
import { detectorGroups, mannerText, needsText } from '../../../renderer/components/fit/detector-groups.ts';
import { classifier, contrast, glow, nearest } from './lists.ts';

describe('the detectors on offer', () => {
  const groups = detectorGroups(listDetectors());

  it('are each in one group, Glow at the very first', () => {
    const ids = groups.flatMap(({ detectors }) => detectors.map(({ id }) => id));
    expect(ids[0]).toBe('glow');
    expect(ids.toSorted()).toEqual(
      listDetectors()
        .map(({ id }) => id)
        .toSorted(),
    );
  });

  it('are grouped by what they look at', () => {
    const groupOf = (id: string) =>
      groups.findIndex(({ detectors }) => detectors.some((each) => each.id === id));
    expect(['pixelcnn', 'deep-svdd'].map(groupOf)).toEqual([0, 0]);
    expect(['k-nearest', 'patch-memory', 'contrastive-flow'].map(groupOf)).toEqual([1, 1, 1]);
    expect(['hsc', 'bce', 'deep-sad'].map(groupOf)).toEqual([2, 2, 2]);
  });

  it('say what they need', () => {
    expect(needsText(glow.needs)).toBe('Normal images; better with general images or a general model.');
    expect(needsText(nearest.needs)).toBe('Normal images and an encoder.');
    expect(needsText(contrast.needs)).toBe(
      'Normal images, an encoder and general images or images that stand for anomalies.',
    );
  });

  it('say how they are fitted and whether they show where', () => {
    expect(mannerText(nearest)).toBe('Computed in one go, without training; shows where, with heatmaps.');
    expect(mannerText(classifier)).toContain('without heatmaps');
  });
});
