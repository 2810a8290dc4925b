import { finite, hash, isJson, utc } from './checks.ts';
import type { Migration } from './migration.ts';

/** What working in a window needs: decisions, the audit trail, curves of fits, settings; datasets and models leave the lists. */
export const window: Migration = {
  version: 2,
  sql: `
ALTER TABLE dataset ADD COLUMN grouping TEXT NOT NULL DEFAULT 'image'
  CHECK (grouping IN ('image', 'subfolder', 'name-prefix', 'patient', 'study'));
ALTER TABLE dataset ADD COLUMN archived_at TEXT ${utc('archived_at')};

ALTER TABLE file ADD COLUMN group_key TEXT CHECK (group_key <> '');
CREATE INDEX file_by_status ON file (dataset_id, status, relative_path);
CREATE INDEX file_by_label ON file (dataset_id, status, label);

-- Made anew, because SQLite cannot take a NOT NULL away: an imported model's dataset is on another machine.
CREATE TABLE model_of_version_2 (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  detector TEXT NOT NULL CHECK (detector <> ''),
  settings TEXT NOT NULL ${isJson('settings')},
  preparation TEXT NOT NULL ${isJson('preparation')},
  dataset_id INTEGER REFERENCES dataset (id),
  dataset_name TEXT NOT NULL CHECK (dataset_name <> ''),
  general_model_id INTEGER REFERENCES model (id) CHECK (general_model_id <> id),
  weights_hash TEXT NOT NULL ${hash('weights_hash')},
  seed INTEGER NOT NULL,
  versions TEXT NOT NULL ${isJson('versions')},
  device TEXT NOT NULL CHECK (device <> ''),
  data_fingerprint TEXT NOT NULL ${hash('data_fingerprint')},
  metrics TEXT NOT NULL ${isJson('metrics')},
  created_at TEXT NOT NULL ${utc('created_at')},
  archived_at TEXT ${utc('archived_at')}
) STRICT;
INSERT INTO model_of_version_2 (id, name, detector, settings, preparation, dataset_id, dataset_name, general_model_id,
    weights_hash, seed, versions, device, data_fingerprint, metrics, created_at)
  SELECT m.id, m.name, m.detector, m.settings, m.preparation, m.dataset_id, d.name, m.general_model_id,
    m.weights_hash, m.seed, m.versions, m.device, m.data_fingerprint, m.metrics, m.created_at
  FROM model m JOIN dataset d ON d.id = m.dataset_id;
DROP TABLE model;
ALTER TABLE model_of_version_2 RENAME TO model;

CREATE TABLE run_point (
  run_id INTEGER NOT NULL REFERENCES run (id),
  step INTEGER NOT NULL CHECK (step >= 0),
  bits_per_dim REAL ${finite('bits_per_dim')},
  held_out REAL ${finite('held_out')},
  images_per_second REAL ${finite('images_per_second')},
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;

-- What one person did at once: the unit of undoing.
CREATE TABLE decision_change (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run (id),
  undoes INTEGER REFERENCES decision_change (id),
  who TEXT NOT NULL CHECK (who <> ''),
  at TEXT NOT NULL ${utc('at')}
) STRICT;

CREATE TABLE decision (
  id INTEGER PRIMARY KEY,
  change_id INTEGER NOT NULL REFERENCES decision_change (id),
  run_id INTEGER NOT NULL REFERENCES run (id),
  file_id INTEGER NOT NULL REFERENCES file (id),
  verdict TEXT CHECK (verdict IN ('flag', 'clear', 'unsure')),
  note TEXT CHECK (note <> '')
) STRICT;
CREATE INDEX decision_history ON decision (run_id, file_id, id);
CREATE INDEX decision_of_change ON decision (change_id);

-- The newest decision of each file, kept by the trigger: a ranking joins it by its key.
CREATE TABLE decision_in_force (
  run_id INTEGER NOT NULL,
  file_id INTEGER NOT NULL,
  decision_id INTEGER NOT NULL REFERENCES decision (id),
  verdict TEXT,
  note TEXT,
  PRIMARY KEY (run_id, file_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_in_force_verdict ON decision_in_force (run_id, verdict);

CREATE TRIGGER decision_comes_into_force AFTER INSERT ON decision
BEGIN
  INSERT INTO decision_in_force (run_id, file_id, decision_id, verdict, note)
    VALUES (NEW.run_id, NEW.file_id, NEW.id, NEW.verdict, NEW.note)
    ON CONFLICT (run_id, file_id) DO UPDATE
      SET decision_id = excluded.decision_id, verdict = excluded.verdict, note = excluded.note;
END;

-- Also stops INSERT OR REPLACE, which fires no delete trigger.
CREATE TRIGGER decision_is_only_appended BEFORE INSERT ON decision
WHEN EXISTS (SELECT 1 FROM decision WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decision_is_never_changed BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decision_is_never_deleted BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;

-- AUTOINCREMENT remembers the last number given, so that entries missing at the end show too.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL ${utc('at')},
  who TEXT NOT NULL CHECK (who <> ''),
  action TEXT NOT NULL CHECK (action <> ''),
  subject TEXT NOT NULL CHECK (subject <> ''),
  old_value TEXT,
  new_value TEXT,
  reason TEXT,
  hash TEXT NOT NULL ${hash('hash')}
) STRICT;
CREATE INDEX audit_action ON audit (action, id);

CREATE TRIGGER audit_is_only_appended BEFORE INSERT ON audit
WHEN NEW.id <> (SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'audit')
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

CREATE TABLE setting (
  key TEXT PRIMARY KEY CHECK (key <> ''),
  value TEXT NOT NULL ${isJson('value')}
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  state TEXT NOT NULL
) STRICT;
`,
};
