import { join, resolve } from 'node:path';
import { AuditRepository } from './audit.ts';
import { Connection, type NotAPromise } from './connection.ts';
import { DatasetRepository } from './datasets.ts';
import { DecisionRepository } from './decisions.ts';
import { EncoderRepository } from './encoders.ts';
import { FileRepository } from './files.ts';
import { makeFolder } from './make-folder.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { ModelRepository } from './models.ts';
import { RunPointRepository } from './run-points.ts';
import { RankingRepository } from './ranking.ts';
import { RunRepository } from './runs.ts';
import { ScanRepository } from './scans.ts';
import { ScoreRepository } from './scores.ts';
import { SeriesRepository } from './series.ts';
import { SessionRepository } from './session.ts';
import { SettingRepository } from './settings.ts';
import { ThresholdRepository } from './thresholds.ts';
import { translatingFiles } from './translate-error.ts';
import { WeightStore } from './weights.ts';

/** The name of the database inside the store's folder. */
export const DATABASE_NAME = 'flowscreen.sqlite';

/** A large folder is scanned in little memory; queries over 100,000 files were no faster with 64 MiB, for the system caches the file too. */
const CACHE_KIBIBYTES = 16 * 1024;

/** Everything flowscreen remembers. Any number of processes may hold one folder open, reading and writing. */
export type Store = {
  readonly audit: AuditRepository;
  readonly datasets: DatasetRepository;
  readonly decisions: DecisionRepository;
  /** Encoders' ONNX files. */
  readonly encoderFiles: WeightStore;
  readonly encoders: EncoderRepository;
  readonly files: FileRepository;
  readonly models: ModelRepository;
  readonly runPoints: RunPointRepository;
  readonly ranking: RankingRepository;
  readonly runs: RunRepository;
  readonly scans: ScanRepository;
  readonly scores: ScoreRepository;
  readonly series: SeriesRepository;
  readonly session: SessionRepository;
  readonly settings: SettingRepository;
  readonly thresholds: ThresholdRepository;
  readonly weights: WeightStore;
  /**
   * Makes several changes one: all of them are saved, or none if `action` throws.
   * @throws TypeError when `action` returns a promise (and rolls back)
   */
  transaction<T>(action: () => NotAPromise<T>): T;
  close(): void;
};

/**
 * Opens the store in `folder`, creating folder and database where they are absent and migrating an older database
 * after a backup.
 * @throws StoreError 'newer-version' | 'corrupt' | 'busy' | 'disk-full' | 'read-only' | 'io'
 */
export function openStore(folder: string): Store {
  const root = resolve(folder);
  translatingFiles(root, () => makeFolder(root));
  const connection = openDatabase(join(root, DATABASE_NAME));
  return {
    audit: new AuditRepository(connection),
    datasets: new DatasetRepository(connection),
    decisions: new DecisionRepository(connection),
    encoderFiles: new WeightStore(join(root, 'encoders')),
    encoders: new EncoderRepository(connection),
    files: new FileRepository(connection),
    models: new ModelRepository(connection),
    runPoints: new RunPointRepository(connection),
    ranking: new RankingRepository(connection),
    runs: new RunRepository(connection),
    scans: new ScanRepository(connection),
    scores: new ScoreRepository(connection),
    series: new SeriesRepository(connection),
    session: new SessionRepository(connection),
    settings: new SettingRepository(connection),
    thresholds: new ThresholdRepository(connection),
    weights: new WeightStore(join(root, 'weights')),
    transaction: (action) => connection.transaction(action),
    close: () => connection.close(),
  };
}

function openDatabase(file: string): Connection {
  const connection = new Connection(file);
  try {
    // The version is checked before the journal mode is set, which would already write to the file. References are
    // enforced from then on.
    migrate(connection, migrations);
    connection.useWriteAheadLog();
    connection.pragma('synchronous = NORMAL');
    connection.pragma(`cache_size = -${CACHE_KIBIBYTES}`);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
