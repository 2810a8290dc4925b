import { z } from 'zod';
import { json, rowId, sha256, toJson, utcNow, utcTime } from './columns.ts';
import type { Connection, SqlParameters } from './connection.ts';
import { isClaimAlive } from './process-life.ts';
import { StoreError } from './store-error.ts';

const runKind = z.enum(['fit', 'screen', 'bench', 'encoder']);
const runStatus = z.enum(['running', 'interrupted', 'done', 'failed']);

const runRow = z.object({
  id: rowId,
  kind: runKind,
  /** Null while a fit has not ended. */
  modelId: rowId.nullable(),
  /** Null only for benchmarks. */
  datasetId: rowId.nullable(),
  status: runStatus,
  settings: json,
  seed: z.int(),
  device: z.string(),
  startedAt: utcTime,
  finishedAt: utcTime.nullable(),
  /** The sentence the user was shown, of a failed run. */
  error: z.string().nullable(),
  /** The last checkpoint's file in the weight store. */
  checkpointHash: sha256.nullable(),
  /** Null before the first progress is recorded. */
  progress: json.nullable(),
  /** The process that works or last worked on it, and since when. */
  pid: rowId,
  claimedAt: utcTime,
});

/** One piece of work that may be killed at any moment and continued. */
export type Run = z.infer<typeof runRow>;
export type RunKind = Run['kind'];
export type RunStatus = Run['status'];

export type NewRun = Pick<Run, 'kind' | 'modelId' | 'datasetId' | 'settings' | 'seed' | 'device'>;

const SELECT = `SELECT id, kind, model_id AS modelId, dataset_id AS datasetId, status, settings, seed, device,
  started_at AS startedAt, finished_at AS finishedAt, error, checkpoint_hash AS checkpointHash, progress, pid,
  claimed_at AS claimedAt FROM run`;

export class RunRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Records a run that this process begins. */
  start(run: NewRun): Run {
    const { id } = this.#connection.run(
      `INSERT INTO run (kind, model_id, dataset_id, status, settings, seed, device, started_at, pid, claimed_at)
        VALUES (@kind, @modelId, @datasetId, 'running', @settings, @seed, @device, @now, @pid, @now)`,
      { ...run, settings: toJson(run.settings, 'settings of the run'), pid: process.pid, now: utcNow() },
    );
    return this.get(id);
  }

  /** @throws StoreError 'not-found' */
  get(id: number): Run {
    return this.find(id) ?? this.#refuseUnknown(id);
  }

  /** The run of that number, or undefined. */
  find(id: number): Run | undefined {
    return this.#connection.get(runRow, `${SELECT} WHERE id = @id`, { id });
  }

  /** Runs that match, newest first. */
  list(filter: { kind?: RunKind; status?: RunStatus; datasetId?: number; modelId?: number } = {}): Run[] {
    return this.#connection.all(
      runRow,
      `${SELECT} WHERE (@kind IS NULL OR kind = @kind) AND (@status IS NULL OR status = @status)
        AND (@datasetId IS NULL OR dataset_id = @datasetId) AND (@modelId IS NULL OR model_id = @modelId)
        ORDER BY id DESC`,
      {
        kind: filter.kind ?? null,
        status: filter.status ?? null,
        datasetId: filter.datasetId ?? null,
        modelId: filter.modelId ?? null,
      },
    );
  }

  recordProgress(id: number, progress: unknown): void {
    this.#update(id, 'progress = @progress', { progress: toJson(progress, 'progress of the run') });
  }

  /** Notes the weight file to continue from, with the progress it belongs to; save the file first. */
  recordCheckpoint(id: number, checkpointHash: string, progress: unknown): void {
    this.#update(id, 'checkpoint_hash = @checkpointHash, progress = @progress', {
      checkpointHash,
      progress: toJson(progress, 'progress of the run'),
    });
  }

  /** @param modelId the model that a fit has made */
  finish(id: number, modelId?: number): void {
    this.#update(
      id,
      `status = 'done', error = NULL, finished_at = @now, model_id = coalesce(@modelId, model_id)`,
      { now: utcNow(), modelId: modelId ?? null },
    );
  }

  /** @param error the sentence the user is shown */
  fail(id: number, error: string): void {
    this.#update(id, `status = 'failed', error = @error, finished_at = @now`, { error, now: utcNow() });
  }

  /** Notes that the user stopped the run and may continue it. */
  interrupt(id: number): void {
    this.#update(id, `status = 'interrupted', error = NULL, finished_at = NULL`, {});
  }

  /**
   * Takes an interrupted, failed or abandoned run over for this process.
   * @throws StoreError 'not-resumable' when it is done or another process has it, 'not-found'
   */
  resume(id: number): Run {
    this.adoptAbandoned();
    const { changes } = this.#connection.run(
      `UPDATE run SET status = 'running', error = NULL, finished_at = NULL, pid = @pid, claimed_at = @now
        WHERE id = @id AND status IN ('interrupted', 'failed')`,
      { id, pid: process.pid, now: utcNow() },
    );
    const run = this.get(id);
    if (changes === 1) return run;
    throw new StoreError(
      'not-resumable',
      run.status === 'done'
        ? `Run ${id} is already finished; start a new one.`
        : `Run ${id} is being worked on by process ${run.pid}; wait for it or stop it first.`,
    );
  }

  /** Marks the running runs whose process is dead as interrupted. @returns them, newest first */
  adoptAbandoned(): Run[] {
    return this.list({ status: 'running' })
      .filter(({ pid, claimedAt }) => !isClaimAlive(pid, claimedAt))
      .filter(({ id, pid, claimedAt }) => {
        // Unless another process has continued it since it was listed.
        const { changes } = this.#connection.run(
          `UPDATE run SET status = 'interrupted'
            WHERE id = @id AND status = 'running' AND pid = @pid AND claimed_at = @claimedAt`,
          { id, pid, claimedAt },
        );
        return changes === 1;
      })
      .map(({ id }) => this.get(id));
  }

  /** The weight files that unfinished runs continue from; a finished run's checkpoint is no longer needed. */
  checkpointHashes(): string[] {
    const rows = this.#connection.all(
      z.object({ hash: sha256 }),
      `SELECT DISTINCT checkpoint_hash AS hash FROM run WHERE checkpoint_hash IS NOT NULL AND status <> 'done'`,
    );
    return rows.map((row) => row.hash);
  }

  #update(id: number, assignments: string, parameters: SqlParameters): void {
    const { changes } = this.#connection.run(`UPDATE run SET ${assignments} WHERE id = @id`, {
      ...parameters,
      id,
    });
    if (changes === 0) this.#refuseUnknown(id);
  }

  #refuseUnknown(id: number): never {
    throw new StoreError('not-found', `There is no run with id ${id}; list the runs to see them.`);
  }
}
