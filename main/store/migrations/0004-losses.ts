import type { Migration } from './migration.ts';

/** Curves of detectors whose measure is not bits per dimension. */
export const losses: Migration = {
  version: 4,
  sql: 'ALTER TABLE run_point RENAME COLUMN bits_per_dim TO loss;',
};
