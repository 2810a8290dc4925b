import type { DatasetSummary } from '../../../preload/contract.ts';

/** Why the images of a dataset cannot be looked at now, and what to do. */
export function awayText({ root }: DatasetSummary): string {
  return root === null
    ? 'Its key file is missing: put it back into the folder “pseudonyms” of flowscreen’s data folder to look at images.'
    : 'The folder is not there: plug its drive in, or say where it was moved to (⋮, “The folder was moved”).';
}
