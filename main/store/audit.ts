import { createHash } from 'node:crypto';
import { z } from 'zod';
import { rowId, sha256, utcNow, utcTime } from './columns.ts';
import type { Connection } from './connection.ts';
import { StoreError } from './store-error.ts';

const auditRow = z.object({
  /** Counts up from 1 without gaps. */
  id: rowId,
  at: utcTime,
  who: z.string(),
  action: z.string(),
  /** What it was done to: "model brain", "case 12 of screening 3". */
  subject: z.string(),
  oldValue: z.string().nullable(),
  newValue: z.string().nullable(),
  reason: z.string().nullable(),
  /** SHA-256 over the hash before and everything above, see {@link chainHash}. */
  hash: sha256,
});

/** One entry of the audit trail. Entries are only ever added. */
export type AuditEntry = z.infer<typeof auditRow>;

export type NewAuditEntry = Omit<AuditEntry, 'id' | 'at' | 'hash'>;

/** What a look at the whole trail found. */
export interface AuditVerdict {
  readonly entries: number;
  /** The first entry that is not as it was written, or that is missing; null where the trail is whole. */
  readonly firstBroken: number | null;
}

export interface AuditFilter {
  /** Part of any of the entry's texts. */
  readonly search?: string;
  readonly action?: string | null;
}

// Made once: a zod schema is compiled when it is first used.
const lastNumber = z.object({ last: z.int() });

/** What the first entry is chained to. */
const GENESIS = '0'.repeat(64);

// What another program has written there is read whatever it looks like: finding it is the purpose.
const untrusted = auditRow.extend({ at: z.string(), hash: z.string() });

const SELECT = `SELECT id, at, who, action, subject, old_value AS oldValue, new_value AS newValue, reason, hash FROM audit`;

const MATCHES = `(@action IS NULL OR action = @action) AND (@search = '' OR instr(lower(who || char(10) || action
  || char(10) || subject || char(10) || coalesce(old_value, '') || char(10) || coalesce(new_value, '') || char(10)
  || coalesce(reason, '')), lower(@search)) > 0)`;

/** Entries read at a time while the trail is verified. */
const PAGE_SIZE = 1000;

export class AuditRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Adds an entry to the end of the chain. Call it in the transaction of the change that it records, so that neither is
   * saved without the other.
   */
  append(entry: NewAuditEntry): AuditEntry {
    return this.#connection.transaction(() => {
      // The transaction holds the write lock, so that no other process can take the same place in the chain.
      const before = this.#connection.get(auditRow, `${SELECT} ORDER BY id DESC LIMIT 1`);
      const row = { id: this.#lastGiven() + 1, at: utcNow(), ...entry };
      const chained = { ...row, hash: chainHash(before?.hash ?? GENESIS, row) };
      this.#connection.run(
        `INSERT INTO audit (id, at, who, action, subject, old_value, new_value, reason, hash)
          VALUES (@id, @at, @who, @action, @subject, @oldValue, @newValue, @reason, @hash)`,
        chained,
      );
      return chained;
    });
  }

  /** Entries that match, newest first. */
  page({ search = '', action = null, offset, limit }: AuditFilter & { offset: number; limit: number }): {
    total: number;
    rows: AuditEntry[];
  } {
    const matching = { search, action };
    const counted = this.#connection.get(
      z.object({ total: z.int() }),
      `SELECT count(*) AS total FROM audit WHERE ${MATCHES}`,
      matching,
    );
    const rows = this.#connection.all(
      auditRow,
      `${SELECT} WHERE ${MATCHES} ORDER BY id DESC LIMIT @limit OFFSET @offset`,
      { ...matching, offset, limit },
    );
    return { total: counted?.total ?? 0, rows };
  }

  /** The actions that occur, sorted. */
  actions(): string[] {
    const rows = this.#connection.all(
      z.object({ action: z.string() }),
      'SELECT DISTINCT action FROM audit ORDER BY action',
    );
    return rows.map(({ action }) => action);
  }

  /** Recomputes the whole chain, a page at a time. */
  verify(): AuditVerdict {
    let entries = 0;
    let previous = GENESIS;
    for (;;) {
      const page = this.#pageAfter(entries);
      for (const entry of page) {
        // Where a number is left out, the entry of that number is the one that is missing.
        if (entry.id !== entries + 1) return { entries: this.#count(), firstBroken: entries + 1 };
        if (entry.hash !== chainHash(previous, entry))
          return { entries: this.#count(), firstBroken: entry.id };
        previous = entry.hash;
        entries += 1;
      }
      if (page.length < PAGE_SIZE) break;
    }
    return { entries, firstBroken: this.#lastGiven() === entries ? null : entries + 1 };
  }

  #pageAfter(id: number): AuditEntry[] {
    return this.#connection.all(untrusted, `${SELECT} WHERE id > @id ORDER BY id LIMIT ${PAGE_SIZE}`, { id });
  }

  #count(): number {
    const row = this.#connection.get(z.object({ count: z.int() }), 'SELECT count(*) AS count FROM audit');
    return row?.count ?? 0;
  }

  /** The number of the last entry ever added, whether or not it is still there. */
  #lastGiven(): number {
    const row = this.#connection.get(
      lastNumber,
      `SELECT coalesce(max(seq), 0) AS last FROM sqlite_sequence WHERE name = 'audit'`,
    );
    if (row !== undefined) return row.last;
    throw new StoreError(
      'corrupt',
      'The audit trail cannot be numbered; restore the database from a backup.',
    );
  }
}

/**
 * SHA-256 (hex) over the hash before, a line feed, and the entry as a JSON array in the order of its columns without spaces:
 * [id, at, who, action, subject, old value, new value, reason].
 */
function chainHash(previous: string, entry: Omit<AuditEntry, 'hash'>): string {
  const { id, at, who, action, subject, oldValue, newValue, reason } = entry;
  const canonical = JSON.stringify([id, at, who, action, subject, oldValue, newValue, reason]);
  return createHash('sha256').update(`${previous}\n${canonical}`).digest('hex');
}
