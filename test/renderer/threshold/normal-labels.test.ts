import { describe, expect, it } from 'vitest';
import { canCompare, guessNormal } from '../../../renderer/components/threshold/normal-labels.ts';

describe('which labels are normal', () => {
  it('is guessed from the usual words only', () => {
    expect(guessNormal(['Good', 'scratch', 'porosity'])).toEqual(['Good']);
    expect(guessNormal(['flair', 't1', 't2'])).toEqual([]);
    expect(guessNormal(['abnormal', 'normal'])).toEqual(['normal']);
  });

  it('must leave some for both sides', () => {
    expect(canCompare(['a', 'b'], ['a'])).toBe(true);
    expect(canCompare(['a', 'b'], [])).toBe(false);
    expect(canCompare(['a', 'b'], ['a', 'b'])).toBe(false);
    expect(canCompare(['a', 'b'], ['of another screening'])).toBe(false);
  });
});
