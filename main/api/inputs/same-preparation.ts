import { isDeepStrictEqual } from 'node:util';
import { AS_THE_FILE_SAYS } from '../../ingest/intensity-settings.ts';
import type { Preparation } from '../../ingest/preparation-settings.ts';

/** Whether both make the same input of every image. */
export function samePreparation(a: Preparation, b: Preparation): boolean {
  return isDeepStrictEqual(spelledOut(a), spelledOut(b));
}

function spelledOut(preparation: Preparation): Preparation {
  return { ...preparation, intensity: preparation.intensity ?? AS_THE_FILE_SAYS };
}
