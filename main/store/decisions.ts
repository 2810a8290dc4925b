import { z } from 'zod';
import { rowId, utcNow, utcTime } from './columns.ts';
import type { Connection } from './connection.ts';

export const verdict = z.enum(['flag', 'clear', 'unsure']);
export type Verdict = z.infer<typeof verdict>;

const judgement = z.object({ verdict: verdict.nullable(), note: z.string().nullable() });
/** What is thought of a case; both null where nothing is. */
export type Judgement = z.infer<typeof judgement>;

const decisionRow = judgement.extend({ id: rowId, at: utcTime, who: z.string() });
/** One decision on a case. Decisions are only ever added; the newest is in force. */
export type Decision = z.infer<typeof decisionRow>;

/** A case whose judgement was changed. */
export interface ChangedCase {
  readonly fileId: number;
  readonly before: Judgement;
  readonly after: Judgement;
}

export interface DecisionChange {
  /** Undoes the change; null where nothing changed. */
  readonly id: number | null;
  readonly runId: number;
  readonly cases: readonly ChangedCase[];
}

const NONE: Judgement = { verdict: null, note: null };

const revertible = z.object({
  fileId: rowId,
  verdict: verdict.nullable(),
  note: z.string().nullable(),
  beforeVerdict: verdict.nullable(),
  beforeNote: z.string().nullable(),
});

export class DecisionRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Gives cases of a screening a judgement, in one transaction; those that have it already are left out.
   * @param wanted a verdict of null takes the verdict back; a note of null leaves the note, an empty one takes it away
   * @throws StoreError 'constraint' for a run or file that is not known
   */
  set(
    runId: number,
    fileIds: readonly number[],
    wanted: { verdict: Verdict | null; note: string | null },
    who: string,
  ): DecisionChange {
    return this.#connection.transaction(() => {
      const cases = [...new Set(fileIds)].flatMap((fileId): ChangedCase[] => {
        const before = this.inForce(runId, fileId);
        const note = wanted.note === null ? before.note : wanted.note === '' ? null : wanted.note;
        const after: Judgement = { verdict: wanted.verdict, note };
        return before.verdict === after.verdict && before.note === after.note
          ? []
          : [{ fileId, before, after }];
      });
      return this.#save(runId, cases, who, null);
    });
  }

  /**
   * Puts back what a change found, for the cases that nobody has changed since; as a change of its own.
   * @returns undefined where there is no such change
   */
  undo(changeId: number, who: string): DecisionChange | undefined {
    return this.#connection.transaction(() => {
      const change = this.#connection.get(
        z.object({ runId: rowId }),
        'SELECT run_id AS runId FROM decision_change WHERE id = @changeId',
        { changeId },
      );
      if (change === undefined) return undefined;
      const rows = this.#connection.all(
        revertible,
        `SELECT d.file_id AS fileId, d.verdict, d.note, b.verdict AS beforeVerdict, b.note AS beforeNote
          FROM decision d
            JOIN decision_in_force f ON f.run_id = d.run_id AND f.file_id = d.file_id AND f.decision_id = d.id
            LEFT JOIN decision b ON b.id = (SELECT max(id) FROM decision
              WHERE run_id = d.run_id AND file_id = d.file_id AND id < d.id)
          WHERE d.change_id = @changeId ORDER BY d.id`,
        { changeId },
      );
      const cases = rows.map((row) => ({
        fileId: row.fileId,
        before: { verdict: row.verdict, note: row.note },
        after: { verdict: row.beforeVerdict, note: row.beforeNote },
      }));
      return this.#save(change.runId, cases, who, changeId);
    });
  }

  /** What is thought of a case now. */
  inForce(runId: number, fileId: number): Judgement {
    const found = this.#connection.get(
      judgement,
      'SELECT verdict, note FROM decision_in_force WHERE run_id = @runId AND file_id = @fileId',
      { runId, fileId },
    );
    return found ?? NONE;
  }

  /** Every decision on a case, newest first. */
  history(runId: number, fileId: number): Decision[] {
    return this.#connection.all(
      decisionRow,
      `SELECT d.id, c.at, c.who, d.verdict, d.note FROM decision d JOIN decision_change c ON c.id = d.change_id
        WHERE d.run_id = @runId AND d.file_id = @fileId ORDER BY d.id DESC`,
      { runId, fileId },
    );
  }

  /** How many cases of a screening carry each verdict. */
  counts(runId: number): Record<Verdict, number> {
    const counts = { flag: 0, clear: 0, unsure: 0 };
    const rows = this.#connection.all(
      z.object({ verdict, count: z.int() }),
      `SELECT verdict, count(*) AS count FROM decision_in_force WHERE run_id = @runId AND verdict IS NOT NULL
        GROUP BY verdict`,
      { runId },
    );
    for (const row of rows) counts[row.verdict] = row.count;
    return counts;
  }

  #save(runId: number, cases: readonly ChangedCase[], who: string, undoes: number | null): DecisionChange {
    if (cases.length === 0) return { id: null, runId, cases };
    const { id } = this.#connection.run(
      'INSERT INTO decision_change (run_id, undoes, who, at) VALUES (@runId, @undoes, @who, @at)',
      { runId, undoes, who, at: utcNow() },
    );
    for (const { fileId, after } of cases) {
      this.#connection.run(
        `INSERT INTO decision (change_id, run_id, file_id, verdict, note)
          VALUES (@id, @runId, @fileId, @verdict, @note)`,
        { id, runId, fileId, verdict: after.verdict, note: after.note },
      );
    }
    return { id, runId, cases };
  }
}
