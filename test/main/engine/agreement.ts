import { z } from 'zod';

const tensors = z.record(z.string(), z.instanceof(Float32Array));

/** What children/agreement.ts found on one device. */
export const deviceNumbers = z.object({
  label: z.string(),
  maps: tensors,
  losses: z.array(z.number()),
  /** State before and after the training steps, by name. */
  before: tensors,
  after: tensors,
});

export type DeviceNumbers = z.infer<typeof deviceNumbers>;

/** ‖a − b‖ / ‖b‖. */
export function relativeDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length || b.length === 0) return NaN;
  let distance = 0;
  let size = 0;
  for (let index = 0; index < b.length; index++) {
    const [value = NaN, reference = NaN] = [a[index], b[index]];
    distance += (value - reference) ** 2;
    size += reference ** 2;
  }
  return Math.sqrt(distance) / Math.sqrt(size);
}
