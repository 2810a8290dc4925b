import { finite, hash, isJson, utc } from './checks.ts';
import type { Migration } from './migration.ts';

/** A row of `file` becomes one image of a file: a frame, a page, a slice; with what is known of how it was taken. */
export const imagesInFiles: Migration = {
  version: 3,
  sql: `
ALTER TABLE dataset ADD COLUMN plane TEXT NOT NULL DEFAULT 'axial' CHECK (plane IN ('axial', 'coronal', 'sagittal'));
ALTER TABLE dataset ADD COLUMN pseudonymised INTEGER NOT NULL DEFAULT 0 CHECK (pseudonymised IN (0, 1));

-- Made anew, because a file's path alone is no longer unique.
CREATE TABLE file_of_version_3 (
  id INTEGER PRIMARY KEY,
  dataset_id INTEGER NOT NULL REFERENCES dataset (id),
  relative_path TEXT NOT NULL CHECK (relative_path <> ''),
  frame INTEGER NOT NULL DEFAULT 0 CHECK (frame >= 0),
  -- Of a volume's slices; empty for everything else, since NULLs are never equal to one another.
  plane TEXT NOT NULL DEFAULT '' CHECK (plane IN ('', 'axial', 'coronal', 'sagittal')),
  frames INTEGER NOT NULL DEFAULT 1 CHECK (frames > 0),
  sha256 TEXT ${hash('sha256')},
  size_bytes INTEGER CHECK (size_bytes >= 0),
  modified_ms REAL ${finite('modified_ms')},
  status TEXT NOT NULL CHECK (status IN ('readable', 'skipped', 'broken')),
  reason TEXT,
  notes TEXT ${isJson('notes')},
  format TEXT,
  width INTEGER CHECK (width > 0),
  height INTEGER CHECK (height > 0),
  channels INTEGER CHECK (channels > 0),
  bit_depth INTEGER CHECK (bit_depth > 0),
  samples TEXT CHECK (samples IN ('unsigned', 'signed', 'float')),
  -- Whether the file says how to show it: a window or a VOI LUT.
  windowed INTEGER CHECK (windowed IN (0, 1)),
  label TEXT,
  group_key TEXT CHECK (group_key <> ''),
  modality TEXT,
  sequence TEXT CHECK (sequence IN ('FLAIR', 'T1', 'T1 with contrast', 'T2')),
  sequence_from TEXT CHECK (sequence_from IN ('attributes', 'description', 'person')),
  series_description TEXT,
  -- Salted hashes: they tell patients apart without naming them.
  patient_key TEXT ${hash('patient_key')},
  study_key TEXT ${hash('study_key')},
  series_key TEXT ${hash('series_key')},
  position REAL ${finite('position')},
  burned_in INTEGER CHECK (burned_in IN (0, 1)),
  -- 64 bits of what the image looks like, as 16 hexadecimal digits.
  look TEXT CHECK (length(look) = 16 AND look NOT GLOB '*[^0-9a-f]*'),
  -- Which version of the readers made the record: one of an older version is made again.
  readers INTEGER NOT NULL DEFAULT 0 CHECK (readers >= 0),
  -- The scan that met it first.
  found_at TEXT NOT NULL ${utc('found_at')},
  seen_at TEXT NOT NULL ${utc('seen_at')},
  UNIQUE (dataset_id, relative_path, frame, plane),
  CHECK ((status = 'readable') = (reason IS NULL)),
  CHECK (sequence IS NULL OR sequence_from IS NOT NULL),
  CHECK (status <> 'readable' OR (size_bytes IS NOT NULL AND modified_ms IS NOT NULL AND sha256 IS NOT NULL AND format IS NOT NULL AND width IS NOT NULL
    AND height IS NOT NULL AND channels IS NOT NULL AND bit_depth IS NOT NULL))
) STRICT;
INSERT INTO file_of_version_3 (id, dataset_id, relative_path, sha256, size_bytes, modified_ms, status, reason, format,
    width, height, channels, bit_depth, label, group_key, found_at, seen_at)
  SELECT id, dataset_id, relative_path, sha256, size_bytes, modified_ms, status, reason, format,
    width, height, channels, bit_depth, label, group_key, seen_at, seen_at FROM file;
DROP TABLE file;
ALTER TABLE file_of_version_3 RENAME TO file;
CREATE INDEX file_by_status ON file (dataset_id, status, relative_path, frame, plane);
CREATE INDEX file_by_label ON file (dataset_id, status, label);
CREATE INDEX file_by_series ON file (dataset_id, series_key, position) WHERE series_key IS NOT NULL;
CREATE INDEX file_by_content ON file (sha256, dataset_id) WHERE status = 'readable';
`,
};
