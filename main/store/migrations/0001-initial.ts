import { finite, hash, isJson, utc } from './checks.ts';
import type { Migration } from './migration.ts';

export const initial: Migration = {
  version: 1,
  sql: `
CREATE TABLE dataset (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  root_path TEXT NOT NULL CHECK (root_path <> ''),
  labels_from_subfolders INTEGER NOT NULL CHECK (labels_from_subfolders IN (0, 1)),
  fingerprint TEXT ${hash('fingerprint')},
  created_at TEXT NOT NULL ${utc('created_at')},
  last_scanned_at TEXT ${utc('last_scanned_at')},
  CHECK ((fingerprint IS NULL) = (last_scanned_at IS NULL))
) STRICT;

CREATE TABLE file (
  id INTEGER PRIMARY KEY,
  dataset_id INTEGER NOT NULL REFERENCES dataset (id),
  relative_path TEXT NOT NULL CHECK (relative_path <> ''),
  sha256 TEXT ${hash('sha256')},
  size_bytes INTEGER CHECK (size_bytes >= 0),
  modified_ms REAL ${finite('modified_ms')},
  status TEXT NOT NULL CHECK (status IN ('readable', 'skipped', 'broken')),
  reason TEXT,
  format TEXT,
  width INTEGER CHECK (width > 0),
  height INTEGER CHECK (height > 0),
  channels INTEGER CHECK (channels > 0),
  bit_depth INTEGER CHECK (bit_depth > 0),
  label TEXT,
  seen_at TEXT NOT NULL ${utc('seen_at')},
  UNIQUE (dataset_id, relative_path),
  CHECK ((status = 'readable') = (reason IS NULL)),
  CHECK (status <> 'readable' OR (size_bytes IS NOT NULL AND modified_ms IS NOT NULL AND sha256 IS NOT NULL AND format IS NOT NULL AND width IS NOT NULL
    AND height IS NOT NULL AND channels IS NOT NULL AND bit_depth IS NOT NULL))
) STRICT;

CREATE TABLE model (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  detector TEXT NOT NULL CHECK (detector <> ''),
  settings TEXT NOT NULL ${isJson('settings')},
  preparation TEXT NOT NULL ${isJson('preparation')},
  dataset_id INTEGER NOT NULL REFERENCES dataset (id),
  general_model_id INTEGER REFERENCES model (id) CHECK (general_model_id <> id),
  weights_hash TEXT NOT NULL ${hash('weights_hash')},
  seed INTEGER NOT NULL,
  versions TEXT NOT NULL ${isJson('versions')},
  device TEXT NOT NULL CHECK (device <> ''),
  data_fingerprint TEXT NOT NULL ${hash('data_fingerprint')},
  metrics TEXT NOT NULL ${isJson('metrics')},
  created_at TEXT NOT NULL ${utc('created_at')}
) STRICT;

CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('fit', 'screen', 'bench')),
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

CREATE TABLE score_name (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> '')
) STRICT;

CREATE TABLE screened_file (
  run_id INTEGER NOT NULL REFERENCES run (id),
  file_id INTEGER NOT NULL REFERENCES file (id),
  sha256 TEXT,
  failure TEXT CHECK (failure <> ''),
  PRIMARY KEY (run_id, file_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX screened_file_failure ON screened_file (run_id, file_id) WHERE failure IS NOT NULL;

CREATE TABLE score (
  run_id INTEGER NOT NULL,
  file_id INTEGER NOT NULL,
  tile INTEGER NOT NULL CHECK (tile >= 0),
  name_id INTEGER NOT NULL REFERENCES score_name (id),
  value REAL NOT NULL ${finite('value')},
  PRIMARY KEY (run_id, file_id, tile, name_id),
  FOREIGN KEY (run_id, file_id) REFERENCES screened_file (run_id, file_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX score_rank ON score (run_id, name_id, value DESC, file_id) WHERE tile = 0;

CREATE TABLE threshold (
  model_id INTEGER NOT NULL REFERENCES model (id),
  score_name TEXT NOT NULL CHECK (score_name <> ''),
  version INTEGER NOT NULL CHECK (version > 0),
  value REAL NOT NULL ${finite('value')},
  false_alarm_rate REAL NOT NULL,
  ci_low REAL NOT NULL,
  ci_high REAL NOT NULL,
  held_out_count INTEGER NOT NULL CHECK (held_out_count > 0),
  created_at TEXT NOT NULL ${utc('created_at')},
  created_by TEXT NOT NULL CHECK (created_by <> ''),
  reason TEXT NOT NULL CHECK (reason <> ''),
  PRIMARY KEY (model_id, score_name, version),
  CHECK (0 <= ci_low AND ci_low <= ci_high AND ci_high <= 1),
  CHECK (0 <= false_alarm_rate AND false_alarm_rate <= 1)
) STRICT, WITHOUT ROWID;

-- Also stops INSERT OR REPLACE, which fires no delete trigger.
CREATE TRIGGER threshold_is_only_appended BEFORE INSERT ON threshold
WHEN NEW.version <> (SELECT coalesce(max(version), 0) + 1 FROM threshold
  WHERE model_id = NEW.model_id AND score_name = NEW.score_name)
BEGIN SELECT RAISE(ABORT, 'thresholds are append-only'); END;

CREATE TRIGGER threshold_is_never_changed BEFORE UPDATE ON threshold
BEGIN SELECT RAISE(ABORT, 'thresholds are append-only'); END;

CREATE TRIGGER threshold_is_never_deleted BEFORE DELETE ON threshold
BEGIN SELECT RAISE(ABORT, 'thresholds are append-only'); END;
`,
};
