import { hash, isJson, utc } from './checks.ts';
import type { Migration } from './migration.ts';

/** Encoders that a person has added or trained, and the runs that train them. */
export const encoders: Migration = {
  version: 5,
  sql: `
CREATE TABLE encoder (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  file_hash TEXT NOT NULL ${hash('file_hash')},
  bytes INTEGER NOT NULL CHECK (bytes > 0),
  description TEXT NOT NULL ${isJson('description')},
  features TEXT NOT NULL ${isJson('features')},
  source TEXT NOT NULL CHECK (source IN ('file', 'trained')),
  training TEXT ${isJson('training')},
  created_at TEXT NOT NULL ${utc('created_at')},
  archived_at TEXT ${utc('archived_at')},
  CHECK ((source = 'trained') = (training IS NOT NULL))
) STRICT;

-- Made anew, because SQLite cannot change what a column may hold.
CREATE TABLE run_of_version_5 (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('fit', 'screen', 'bench', 'encoder')),
  model_id INTEGER REFERENCES model (id),
  dataset_id INTEGER REFERENCES dataset (id),
  status TEXT NOT NULL CHECK (status IN ('running', 'interrupted', 'done', 'failed')),
  settings TEXT NOT NULL ${isJson('settings')},
  seed INTEGER NOT NULL,
  device TEXT NOT NULL CHECK (device <> ''),
  started_at TEXT NOT NULL ${utc('started_at')},
  finished_at TEXT ${utc('finished_at')},
  error TEXT,
  checkpoint_hash TEXT ${hash('checkpoint_hash')},
  progress TEXT ${isJson('progress')},
  pid INTEGER NOT NULL CHECK (pid > 0),
  claimed_at TEXT NOT NULL ${utc('claimed_at')},
  CHECK (kind = 'bench' OR dataset_id IS NOT NULL),
  CHECK (kind <> 'screen' OR model_id IS NOT NULL),
  CHECK (kind <> 'fit' OR status <> 'done' OR model_id IS NOT NULL),
  CHECK ((status IN ('done', 'failed')) = (finished_at IS NOT NULL)),
  CHECK ((status = 'failed') = (error IS NOT NULL))
) STRICT;
INSERT INTO run_of_version_5 (id, kind, model_id, dataset_id, status, settings, seed, device, started_at, finished_at,
    error, checkpoint_hash, progress, pid, claimed_at)
  SELECT id, kind, model_id, dataset_id, status, settings, seed, device, started_at, finished_at,
    error, checkpoint_hash, progress, pid, claimed_at FROM run;
DROP TABLE run;
ALTER TABLE run_of_version_5 RENAME TO run;
`,
};
