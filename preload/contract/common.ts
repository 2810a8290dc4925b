import { oc } from '@orpc/contract';
import { z } from 'zod';

export const Id = z.int().positive();
export const Name = z.string().trim().min(1).max(200);
export const FolderPath = z.string().min(1).max(4096);
/** UTC, ISO 8601. */
export const Utc = z.iso.datetime();
export const Offset = z.int().min(0).max(10_000_000);
export const Limit = z.int().min(1).max(500);
/** What is typed into a search field. */
export const Search = z.string().max(200);
export const Note = z.string().trim().max(2000);
/** Why something was done: kept in the audit trail. */
export const Reason = z.string().trim().min(1).max(500);
export const ScoreName = z.string().min(1).max(60);

export const Interval = z.object({ low: z.number(), high: z.number() });

/** A part of a list, and how long the whole is. */
export const pageOf = <Row extends z.ZodType>(row: Row) =>
  z.object({ total: z.int().min(0), rows: z.array(row) });

export const Empty = z.object({});

/**
 * The start of every call. A call that cannot be carried out fails with SERVICE: its message is one sentence for the user,
 * `kind` is for programs. Input that breaks a schema fails with BAD_REQUEST and changes nothing.
 */
export const call = oc.errors({ SERVICE: { data: z.object({ kind: z.string() }) } });
