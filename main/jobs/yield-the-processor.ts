import { constants, setPriority } from 'node:os';

/** Leaves the processor to others who want it: nobody waits for each answer of this process. */
export function yieldTheProcessor(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Some sandboxes forbid it; the work is done all the same.
  }
}
