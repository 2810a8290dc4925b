import { describe, expect, it } from 'vitest';
import { lossText, scoreUnit, unitTitle } from '../../renderer/loss-text.ts';

describe('what is measured on held-out images', () => {
  it('is shown in its unit, where it has one', () => {
    expect(lossText(3.41234, 'bits-per-dimension')).toBe('3.412 bits/dim');
    expect(lossText(-12.5, 'nats', 1)).toBe('-12.5 nats');
    expect(lossText(0.25, 'loss')).toBe('0.250');
    expect(lossText(null, null)).toBe('–');
  });

  it('has a title', () => {
    expect([unitTitle('bits-per-dimension'), unitTitle('nats'), unitTitle(null)]).toEqual([
      'Bits/dim',
      'Nats',
      'Loss',
    ]);
  });

  it('tells whether scores are likelihoods, in nats', () => {
    expect([scoreUnit('bits-per-dimension'), scoreUnit('nats'), scoreUnit('loss'), scoreUnit(null)]).toEqual([
      'nats',
      'nats',
      null,
      null,
    ]);
  });
});
