import { describe, expect, it } from 'vitest';
import { calibration, combined, ensemble } from '../../../models/scoring/calibration.ts';
import { auroc } from '../../../models/scoring/metrics.ts';
import { normals } from '../samples.ts';

describe('calibration', () => {
  it('counts the normals that score as high, and itself', () => {
    const tail = calibration([1, 2, 2, 3]);
    expect(tail(4).probability).toBe(1 / 5);
    expect(tail(3).probability).toBe(2 / 5);
    expect(tail(2).probability).toBe(4 / 5);
    expect(tail(0).probability).toBe(1);
  });

  it('gives the exact interval of the share', () => {
    // None of n: the upper end u solves (1 − u)^n = 0.025.
    const tail = calibration(Array.from({ length: 50 }, (_, index) => index));
    const { low, high } = tail(1000);
    expect(low).toBe(0);
    expect((1 - high) ** 50).toBeCloseTo(0.025, 9);
    expect(tail(-1)).toMatchObject({ high: 1 });
  });

  it('falls with the score', () => {
    const draw = normals(1);
    const tail = calibration(Array.from({ length: 200 }, draw));
    const scores = Array.from({ length: 300 }, draw).sort((a, b) => a - b);
    const tails = scores.map(tail);
    tails.slice(1).forEach((each, index) => {
      const before = tails[index];
      expect(each.probability).toBeLessThanOrEqual(before?.probability ?? NaN);
      expect(each.low).toBeLessThanOrEqual(before?.low ?? NaN);
      expect(each.high).toBeLessThanOrEqual(before?.high ?? NaN);
      expect(each.low).toBeLessThanOrEqual(each.high);
    });
  });

  it('is uniform for normal images: no more of them below α than α', () => {
    const draw = normals(2);
    const runs = 4000;
    const probabilities = Array.from({ length: runs }, () => {
      const heldOut = Array.from({ length: 39 }, draw);
      return calibration(heldOut)(draw()).probability;
    });
    for (const alpha of [0.025, 0.05, 0.25, 0.5, 0.9]) {
      const share = probabilities.filter((probability) => probability <= alpha + 1e-12).length / runs;
      // Multiples of 1/40 are met exactly; four standard errors.
      expect(Math.abs(share - alpha)).toBeLessThan(4 * Math.sqrt((alpha * (1 - alpha)) / runs));
    }
  });

  it('has an interval that holds the true share as often as it says', () => {
    const draw = normals(3);
    // The share of a standard normal above 1.
    const share = 0.15865525;
    const holds = Array.from({ length: 600 }, () => {
      const { low, high } = calibration(Array.from({ length: 60 }, draw))(1);
      return low <= share && share <= high;
    });
    expect(holds.filter(Boolean).length / holds.length).toBeGreaterThanOrEqual(0.94);
  });

  it('refuses no normals, and numbers that are none', () => {
    expect(() => calibration([])).toThrow(RangeError);
    expect(() => calibration([1, NaN])).toThrow(RangeError);
    expect(() => calibration([1, 2])(NaN)).toThrow(RangeError);
  });
});

describe('combined', () => {
  it('is the mean of −ln p, of normals among the others', () => {
    const { heldOut, scores } = combined(
      [
        [1, 2, 3],
        [30, 20, 10],
      ],
      [[4], [25]],
    );
    expect(heldOut[0]).toBeCloseTo(-(Math.log(3 / 3) + Math.log(1 / 3)) / 2, 12);
    expect(heldOut[1]).toBeCloseTo(-Math.log(2 / 3), 12);
    expect(scores[0]).toBeCloseTo(-(Math.log(1 / 4) + Math.log(2 / 4)) / 2, 12);
  });

  it('does not depend on the units of the detectors, nor on which comes first', () => {
    const draw = normals(4);
    const list = (count: number) => Array.from({ length: count }, draw);
    const [first, second] = [
      { heldOut: list(50), scores: list(20) },
      { heldOut: list(50), scores: list(20) },
    ];
    const plain = combined([first.heldOut, second.heldOut], [first.scores, second.scores]);
    const bent = (score: number) => Math.exp(3 * score) + 7;
    expect(
      combined([first.heldOut.map(bent), second.heldOut], [first.scores.map(bent), second.scores]),
    ).toEqual(plain);
    expect(combined([second.heldOut, first.heldOut], [second.scores, first.scores])).toEqual(plain);
  });

  it('is uniform for normal images once calibrated, also where the detectors agree', () => {
    const draw = normals(5);
    const runs = 1500;
    const image = () => {
      const common = draw();
      return [common + 0.3 * draw(), Math.exp(common + 0.3 * draw())];
    };
    const below = Array.from({ length: runs }, () => {
      const images = Array.from({ length: 39 }, image);
      const tested = image();
      const by = (detector: number) => images.map((scores) => scores[detector] ?? NaN);
      const { heldOut, scores } = combined([by(0), by(1)], [[tested[0] ?? NaN], [tested[1] ?? NaN]]);
      return calibration(heldOut)(scores[0] ?? NaN).probability <= 0.25 + 1e-12;
    });
    const share = below.filter(Boolean).length / runs;
    expect(Math.abs(share - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / runs) + 0.02);
  });

  it('refuses lists of different images', () => {
    expect(() => combined([[1, 2], [1]], [[1], [2]])).toThrow(RangeError);
    expect(() => combined([[1, 2]], [[1], [2]])).toThrow(RangeError);
    expect(() => combined([], [])).toThrow(RangeError);
    expect(() => combined([[1]], [[1]])).toThrow('two held-out normals');
    expect(() => combined([[1, 2]], [[NaN]])).toThrow(RangeError);
  });
});

describe('ensemble', () => {
  it('is the mean of the scores in deviations', () => {
    const { heldOut, scores } = ensemble(
      [
        [1, 3],
        [100, 300],
      ],
      [[4], [200]],
    );
    expect(heldOut).toEqual([-1, 1]);
    expect(scores).toEqual([1]);
  });

  it('tells more than each of its members', () => {
    const draw = normals(6);
    const list = (centre: number, hidden: number[]) => hidden.map((value) => centre + value + 2 * draw());
    const hidden = {
      normal: Array.from({ length: 300 }, draw),
      anomalous: Array.from({ length: 300 }, () => draw() + 2),
    };
    const fits = [0, 1, 2, 3].map((fit) => ({
      heldOut: list(fit, hidden.normal),
      scores: list(fit, hidden.anomalous),
    }));
    const { heldOut, scores } = ensemble(
      fits.map((fit) => fit.heldOut),
      fits.map((fit) => fit.scores),
    );
    for (const fit of fits) expect(auroc(heldOut, scores)).toBeGreaterThan(auroc(fit.heldOut, fit.scores));
  });

  it('refuses a fit that tells nothing', () => {
    expect(() => ensemble([[2, 2]], [[1]])).toThrow('fit 0');
  });
});
