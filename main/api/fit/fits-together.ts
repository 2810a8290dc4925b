import { isDeepStrictEqual } from 'node:util';
import type { Preparation } from '../../ingest/preparation-settings.ts';
import type { BoundDetector } from '../../jobs/known-detectors.ts';

/** Whether a detector can start from the weights of a general model, and be compared with it: both have the same network. */
export function fitsTogether(
  own: BoundDetector,
  general: BoundDetector,
  { channels, height, width }: Preparation,
): boolean {
  if (general.method.id !== own.method.generalModelOf) return false;
  const shape = { channels, height, width };
  const [of, ofGeneral] = [own.kept(shape), general.kept(shape)].map((specs) =>
    specs?.map(({ name, shape: sides }) => ({ name, sides })),
  );
  if (of === undefined || ofGeneral === undefined) return false;
  // One that is of another detector has a part of the weights, and all of that part.
  const shared =
    own.method.id === general.method.id
      ? of
      : of.filter(({ name }) => ofGeneral.some((spec) => spec.name === name));
  return isDeepStrictEqual(shared, ofGeneral);
}
