import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../models/random.ts';
import {
  precisionRecallCurve,
  rocCurve,
  thinnedPrecisionRecall,
  thinnedRoc,
} from '../../../models/scoring/curves.ts';
import { auroc, averagePrecision } from '../../../models/scoring/metrics.ts';

/** Few different values, so that ties within and across the sides are common. */
const side = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 25 });

type Roc = ReturnType<typeof rocCurve>;
type Precision = ReturnType<typeof precisionRecallCurve>;

const trapezoids = (points: Roc) =>
  points.slice(1).reduce((sum, point, index) => {
    const before = points[index] ?? point;
    return (
      sum +
      ((point.falsePositiveRate - before.falsePositiveRate) *
        (point.truePositiveRate + before.truePositiveRate)) /
        2
    );
  }, 0);

const steps = (points: Precision) =>
  points.reduce((sum, { recall, precision }, index) => {
    return sum + (recall - (points[index - 1]?.recall ?? 0)) * precision;
  }, 0);

/** Two overlapping sides with a share of ties, as large as the largest screenings. */
function largeSides(normals: number, anomalies: number): [number[], number[]] {
  const stream = new RandomStream(5, 'test');
  const draw = (count: number, shift: number) =>
    Array.from({ length: count }, () => Math.round(1e4 * (stream.normal() + shift)) / 1e4);
  return [draw(normals, 0), draw(anomalies, 1)];
}

describe('rocCurve and precisionRecallCurve', () => {
  it('are what trying every threshold gives', () => {
    fc.assert(
      fc.property(side, side, (normal, anomalous) => {
        const thresholds = [...new Set([...normal, ...anomalous])].sort((a, b) => b - a);
        const raised = thresholds.map((threshold) => ({
          normals: normal.filter((score) => score >= threshold).length,
          anomalies: anomalous.filter((score) => score >= threshold).length,
        }));
        expect(rocCurve(normal, anomalous)).toEqual([
          { falsePositiveRate: 0, truePositiveRate: 0 },
          ...raised.map(({ normals, anomalies }) => ({
            falsePositiveRate: normals / normal.length,
            truePositiveRate: anomalies / anomalous.length,
          })),
        ]);
        const finding = raised.filter(({ anomalies }, at) => anomalies > (raised[at - 1]?.anomalies ?? 0));
        expect(precisionRecallCurve(normal, anomalous)).toEqual(
          finding.map(({ normals, anomalies }) => ({
            recall: anomalies / anomalous.length,
            precision: anomalies / (anomalies + normals),
          })),
        );
      }),
    );
  });

  it('have the areas that the figures say', () => {
    fc.assert(
      fc.property(side, side, (normal, anomalous) => {
        expect(trapezoids(rocCurve(normal, anomalous))).toBeCloseTo(auroc(normal, anomalous), 12);
        expect(steps(precisionRecallCurve(normal, anomalous))).toBeCloseTo(
          averagePrecision(normal, anomalous),
          12,
        );
      }),
    );
  });

  it.each([
    ['an empty side', [], [1], 'there are no normal scores'],
    ['a score that is not finite', [0], [NaN], 'anomalous score 0 is NaN, not a finite number'],
  ])('refuse %s', (_, normal, anomalous, message) => {
    expect(() => rocCurve(normal, anomalous)).toThrow(new RangeError(message));
    expect(() => precisionRecallCurve(normal, anomalous)).toThrow(new RangeError(message));
  });
});

describe('thinned curves', () => {
  it.each([
    [50_000, 2000],
    [20_000, 3],
    [4, 30_000],
  ])('keep their areas with 500 points of %i normals and %i anomalies', (normals, anomalies) => {
    const [normal, anomalous] = largeSides(normals, anomalies);
    const roc = rocCurve(normal, anomalous);
    const thin = thinnedRoc(roc, 500);
    expect(thin.length).toBeLessThanOrEqual(500);
    expect([thin[0], thin.at(-1)]).toEqual([roc[0], roc.at(-1)]);
    expect(Math.abs(trapezoids(thin) - trapezoids(roc))).toBeLessThan(1e-4);
    const precision = precisionRecallCurve(normal, anomalous);
    const thinPrecision = thinnedPrecisionRecall(precision, 500);
    expect(thinPrecision.length).toBeLessThanOrEqual(500);
    expect(thinPrecision.at(-1)).toEqual(precision.at(-1));
    expect(Math.abs(steps(thinPrecision) - steps(precision))).toBeLessThan(2e-3);
  });

  it('are points of the curve in its order, never more than asked for', () => {
    fc.assert(
      fc.property(side, side, fc.integer({ min: 3, max: 20 }), (normal, anomalous, most) => {
        const roc = rocCurve(normal, anomalous);
        const thin = thinnedRoc(roc, most);
        expect(thin.length).toBeLessThanOrEqual(most);
        expect(roc.filter((point) => thin.includes(point))).toEqual(thin);
        expect([thin[0], thin.at(-1)]).toEqual([roc[0], roc.at(-1)]);
        const precision = precisionRecallCurve(normal, anomalous);
        const thinPrecision = thinnedPrecisionRecall(precision, most);
        expect(thinPrecision.length).toBeLessThanOrEqual(most);
        expect(precision.filter((point) => thinPrecision.includes(point))).toEqual(thinPrecision);
      }),
    );
  });
});
