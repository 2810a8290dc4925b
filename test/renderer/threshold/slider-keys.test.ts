import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draggedValue, valueAfterKey } from '../../../renderer/components/threshold/slider-keys.ts';

const axis = { left: 0, right: 800, from: -100, to: 100 };

describe('moving the threshold by keyboard', () => {
  it('steps by round numbers, in both directions', () => {
    expect(valueAfterKey(3, 'ArrowRight', false, axis)).toBe(4);
    expect(valueAfterKey(3, 'ArrowUp', false, axis)).toBe(4);
    expect(valueAfterKey(3, 'ArrowLeft', false, axis)).toBe(2);
    expect(valueAfterKey(3.14, 'ArrowDown', false, axis)).toBe(2);
  });

  it('steps finely with Shift, far with the page keys, and to the ends', () => {
    expect(valueAfterKey(3, 'ArrowRight', true, axis)).toBe(3.1);
    expect(valueAfterKey(3, 'PageUp', false, axis)).toBe(13);
    expect(valueAfterKey(3, 'PageDown', false, axis)).toBe(-7);
    expect(valueAfterKey(3, 'Home', false, axis)).toBe(-100);
    expect(valueAfterKey(3, 'End', false, axis)).toBe(100);
  });

  it('leaves other keys to others', () => {
    expect(valueAfterKey(3, 'Tab', false, axis)).toBeNull();
    expect(valueAfterKey(3, 'f', false, axis)).toBeNull();
  });

  it('always moves, and never past the axis', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -99, max: 99, noNaN: true }),
        fc.constantFrom('ArrowRight', 'ArrowLeft', 'PageUp', 'PageDown'),
        fc.boolean(),
        (value, key, shift) => {
          const moved = valueAfterKey(value, key, shift, axis);
          expect(moved).not.toBeNull();
          expect(moved).toBeGreaterThanOrEqual(axis.from);
          expect(moved).toBeLessThanOrEqual(axis.to);
          if (key === 'ArrowRight' || key === 'PageUp') expect(moved).toBeGreaterThan(value - 1e-9);
          else expect(moved).toBeLessThan(value + 1e-9);
        },
      ),
    );
  });
});

describe('dragging the threshold', () => {
  it('gives numbers with no more digits than the axis can tell apart', () => {
    expect(draggedValue(12.345678, axis)).toBe(12.3);
    expect(draggedValue(4567.89, { ...axis, from: 0, to: 20_000 })).toBe(4570);
    expect(draggedValue(1e9, axis)).toBe(100);
  });
});
