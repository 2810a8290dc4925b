import { digest } from './pseudonym.ts';

const DAY_MS = 86_400_000;
const LEAST_DAYS = 366;
const MOST_MORE_DAYS = 3650;

/**
 * When a file was changed, moved back by a secret number of days, one to eleven years, the same for a whole dataset (as PS3.15's "Retain
 * Longitudinal Temporal Information with Modified Dates Option" does with dates). Files are dated when an examination is stored.
 * Exact for {@link unshifted} of all dates from 1976 on: a double that is less than another holds at least as fine fractions.
 * @param modifiedMs as the file system gives it
 */
export function shifted(key: Buffer, modifiedMs: number): number {
  return modifiedMs - shiftOf(key);
}

export function unshifted(key: Buffer, modifiedMs: number): number {
  return modifiedMs + shiftOf(key);
}

function shiftOf(key: Buffer): number {
  return (LEAST_DAYS + (Number.parseInt(digest(key, 'time', '', 12), 16) % MOST_MORE_DAYS)) * DAY_MS;
}
