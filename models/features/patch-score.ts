import { type Features, row, squaredDistance } from './features.ts';

/**
 * The score of an image by its most distant patch, after Roth et al. 2022, equation 7: (1 − exp d(p, m*) / Σ_m exp d(p, m)) · d(p, m*)
 * over the `neighbours` remembered patches nearest to m*, the one that is nearest to p. What is remembered from a crowded
 * region counts for more.
 * @param patch p `[D]`
 * @param neighbours with m* itself; fewer than two leave the distance as it is
 */
export function patchScore(patch: Float32Array, bank: Features, neighbours: number): number {
  const toPatch = Float64Array.from({ length: bank.count }, (_, index) =>
    Math.sqrt(squaredDistance(patch, row(bank, index))),
  );
  const distance = (index: number) => toPatch[index] ?? Infinity;
  let nearest = 0;
  for (let index = 1; index < bank.count; index++) if (distance(index) < distance(nearest)) nearest = index;
  const number = Math.min(neighbours, bank.count);
  if (number < 2) return distance(nearest);
  const toNearest = Float64Array.from({ length: bank.count }, (_, index) =>
    index === nearest ? -1 : squaredDistance(row(bank, nearest), row(bank, index)),
  );
  const around = Array.from(toNearest.keys())
    .sort((one, other) => (toNearest[one] ?? 0) - (toNearest[other] ?? 0) || one - other)
    .slice(0, number);
  // Divided by exp d(p, m*): a sum that overflows is as good as infinite, and the weight 1.
  const sum = around.reduce((total, index) => total + Math.exp(distance(index) - distance(nearest)), 0);
  return (1 - 1 / sum) * distance(nearest);
}
