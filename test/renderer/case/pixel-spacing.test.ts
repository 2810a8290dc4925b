import { describe, expect, it } from 'vitest';
import { spacingOf } from '../../../renderer/components/case/pixel-spacing.ts';

const tag = (number: string, value: string) => ({ tag: number, name: 'any', value });

describe('pixel spacing', () => {
  it.each(['(0028,0030)', 'x00280030', '0028,0030', '00280030'])(
    'is read however %s is written',
    (number) => {
      expect(spacingOf([tag(number, '0.5\\0.75')], 1)).toEqual({ row: 0.5, column: 0.75 });
    },
  );

  it('of the image goes before that of the detector', () => {
    const tags = [tag('(0018,1164)', '0.1\\0.1'), tag('(0028,0030)', '0.2\\0.2')];
    expect(spacingOf(tags, 1)).toEqual({ row: 0.2, column: 0.2 });
    expect(spacingOf(tags.slice(0, 1), 1)).toEqual({ row: 0.1, column: 0.1 });
    // Five pixels a side are shown as one.
    expect(spacingOf(tags.slice(0, 1), 5)).toEqual({ row: 0.5, column: 0.5 });
  });

  it.each(['', 'withheld', '0\\0', '-1\\1', '0.5'])('is unknown for "%s"', (value) => {
    expect(spacingOf([tag('(0028,0030)', value)], 1)).toBeNull();
  });
});
