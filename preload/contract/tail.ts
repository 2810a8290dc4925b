import { z } from 'zod';

/** How rarely a held-out normal image scores as high: what scores of different detectors can be compared by. */
export const Tail = z.object({
  /** (1 + normals that score as high) / (1 + normals): never 0, as so many normals cannot show that. */
  probability: z.number(),
  /** The exact 95 % interval of the share of normals that score as high. */
  low: z.number(),
  high: z.number(),
  /** Held-out normals that it was counted on. */
  normals: z.int().min(1),
});
export type Tail = z.infer<typeof Tail>;

/** "0.8 %" */
export function tailShare({ probability }: Pick<Tail, 'probability'>): string {
  return `${percent(probability)} %`;
}

/** "0.8 % (0.2–2.1 %)" */
export function tailText(tail: Omit<Tail, 'normals'>): string {
  return `${tailShare(tail)} (${percent(tail.low)}–${percent(tail.high)} %)`;
}

/** "as high in 0.8 % of normals (0.2–2.1 %)" */
export function tailSentence(tail: Omit<Tail, 'normals'>): string {
  return `as high in ${tailShare(tail)} of normals (${percent(tail.low)}–${percent(tail.high)} %)`;
}

/** Two digits at most, which is all that a few hundred images tell; one where there would be zeros alone. */
function percent(share: number): string {
  const value = share * 100;
  if (value === 0 || value >= 9.95) return value.toFixed(0);
  return String(Number(value < 0.1 ? value.toPrecision(1) : value.toFixed(1)));
}
