import { describe, expect, it } from 'vitest';
import { cholesky, solveLower } from '../../../models/features/cholesky.ts';
import { featuresOf } from '../../../models/features/features.ts';
import { covarianceOf, meanOf, varianceOf } from '../../../models/features/moments.ts';
import { principalComponents } from '../../../models/features/pca.ts';
import { symmetricEigen } from '../../../models/features/symmetric-eigen.ts';
import { normals } from '../samples.ts';

function symmetric(side: number, seed: number): Float64Array {
  const draw = normals(seed);
  const matrix = new Float64Array(side * side);
  for (let i = 0; i < side; i++) {
    for (let j = 0; j <= i; j++) {
      const value = draw();
      matrix[i * side + j] = value;
      matrix[j * side + i] = value;
    }
  }
  return matrix;
}

describe('symmetricEigen', () => {
  it('solves 2 × 2', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
    expect(values[0]).toBeCloseTo(3, 14);
    expect(values[1]).toBeCloseTo(1, 14);
    expect(Math.abs((vectors[0] ?? 0) - (vectors[1] ?? 0))).toBeCloseTo(0, 14);
    expect(Math.abs((vectors[2] ?? 0) + (vectors[3] ?? 0))).toBeCloseTo(0, 14);
  });

  it('finds the vibrations of a chain: 2 − 2·cos(πk/(n+1))', () => {
    const side = 12;
    const chain = new Float64Array(side * side);
    for (let i = 0; i < side; i++) {
      chain[i * side + i] = 2;
      if (i > 0) chain[i * side + i - 1] = chain[(i - 1) * side + i] = -1;
    }
    const { values } = symmetricEigen(chain, side);
    values.forEach((value, index) => {
      expect(value).toBeCloseTo(2 - 2 * Math.cos((Math.PI * (side - index)) / (side + 1)), 12);
    });
  });

  it('leaves a diagonal, zeros, and one number as they are', () => {
    expect([...symmetricEigen(Float64Array.of(1, 0, 0, 5), 2).values]).toEqual([5, 1]);
    expect([...symmetricEigen(new Float64Array(9), 3).values]).toEqual([0, 0, 0]);
    expect([...symmetricEigen(Float64Array.of(7), 1).values]).toEqual([7]);
  });

  it('gives orthonormal vectors whose combination is the matrix', () => {
    const side = 25;
    const matrix = symmetric(side, 3);
    const { values, vectors } = symmetricEigen(matrix, side);
    for (let i = 0; i < side; i++) {
      for (let j = 0; j < side; j++) {
        let product = 0;
        let combined = 0;
        for (let k = 0; k < side; k++) {
          product += (vectors[i * side + k] ?? 0) * (vectors[j * side + k] ?? 0);
          combined += (values[k] ?? 0) * (vectors[k * side + i] ?? 0) * (vectors[k * side + j] ?? 0);
        }
        expect(product).toBeCloseTo(i === j ? 1 : 0, 12);
        expect(combined).toBeCloseTo(matrix[i * side + j] ?? 0, 11);
      }
    }
  });
});

describe('cholesky', () => {
  it('factors a known matrix, and solves with it', () => {
    const lower = cholesky(Float64Array.of(4, 12, -16, 12, 37, -43, -16, -43, 98), 3);
    expect([...lower]).toEqual([2, 0, 0, 6, 1, 0, -8, 5, 3]);
    const x = Float64Array.of(2, 7, 0);
    solveLower(lower, 3, x);
    expect([...x]).toEqual([1, 1, 1]);
  });

  it('refuses what is not positive definite', () => {
    expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow(RangeError);
    expect(() => cholesky(Float64Array.of(NaN), 1)).toThrow(RangeError);
  });
});

describe('moments', () => {
  it('divide by the number of vectors', () => {
    const features = featuresOf(Float32Array.of(1, 2, 3, 6), 2, 'made-up');
    const mean = meanOf(features);
    expect([...mean]).toEqual([2, 4]);
    expect([...covarianceOf(features, mean)]).toEqual([1, 2, 2, 4]);
    expect([...varianceOf(features, mean)]).toEqual([1, 4]);
  });

  it('keep the digits of large numbers', () => {
    const features = featuresOf(Float32Array.of(16777214, 16777216), 1, 'made-up');
    expect([...covarianceOf(features, meanOf(features))]).toEqual([1]);
  });
});

describe('principalComponents', () => {
  it('are the same from few vectors as from their copies, of which there are enough for the other way', () => {
    const draw = normals(4);
    const few = Float32Array.from({ length: 4 * 7 }, draw);
    const many = Float32Array.from({ length: 8 * 7 }, (_, index) => few[index % few.length] ?? NaN);
    const settings = { keep: 'components', components: 3 } as const;
    const [fromFew, fromMany] = [few, many].map((values) => {
      const features = featuresOf(values, 7, 'made-up');
      return principalComponents(features, meanOf(features), settings);
    });
    expect(fromFew).toHaveLength(21);
    for (let k = 0; k < 3; k++) {
      let product = 0;
      for (let d = 0; d < 7; d++) product += (fromFew?.[k * 7 + d] ?? NaN) * (fromMany?.[k * 7 + d] ?? NaN);
      expect(Math.abs(product)).toBeCloseTo(1, 9);
    }
  });
});
