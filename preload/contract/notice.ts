/** Shown wherever a score is. */
export const NOTICE = 'Not for diagnostic use';
