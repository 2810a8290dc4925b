import { z } from 'zod';
import { Id, Limit, Note, Offset, ScoreName, Search, Utc, call, pageOf } from './common.ts';
import { Verdict } from './triage.ts';

export const ReportColumn = z.enum([
  'rank',
  'path',
  'label',
  'score',
  'tail',
  'scales',
  'verdict',
  'note',
  'reviewer',
  'decidedAt',
  'acquisition',
  'attributes',
]);
export type ReportColumn = z.infer<typeof ReportColumn>;

/** Options of PS3.15's confidentiality profile that keep what is taken away otherwise. */
export const ProfileOption = z.enum([
  'retain-uids',
  'retain-device-identity',
  'retain-institution-identity',
  'retain-patient-characteristics',
  'retain-longitudinal-full-dates',
]);
export type ProfileOption = z.infer<typeof ProfileOption>;

export const ReportChoice = z.object({
  runId: Id,
  score: ScoreName.nullable(),
  cases: z.union([
    z.object({ verdicts: z.array(Verdict).min(1).max(3) }),
    z.object({ aboveThreshold: z.literal(true) }),
    z.object({ fileIds: z.array(Id).min(1).max(5000) }),
  ]),
  columns: z.array(ReportColumn).min(1).max(ReportColumn.options.length),
  /** In the PDF. */
  pictures: z.enum(['none', 'image', 'image-and-heatmap']),
  /** Pictures whose files say that text which identifies the patient is in their pixels. */
  burnedInPictures: z.boolean(),
  /** The names of files and folders, which may be those of patients. */
  identifiers: z.boolean(),
  /** For the column of DICOM attributes. */
  retain: z.array(ProfileOption).max(ProfileOption.options.length),
  title: z.string().trim().min(1).max(200),
  comment: Note,
});
export type ReportChoice = z.infer<typeof ReportChoice>;

export const reports = {
  /** What the report will say, without pictures. */
  preview: call.input(ReportChoice).output(
    z.object({
      facts: z.array(z.object({ name: z.string(), value: z.string() })),
      columns: z.array(z.string()),
      rows: z.array(z.array(z.string())),
      /** What to think of before it is handed on, each a sentence. */
      warnings: z.array(z.string()),
      total: z.int(),
    }),
  ),
  create: call.input(ReportChoice.extend({ format: z.enum(['pdf', 'csv', 'json']) })).output(z.file()),
};

export const AuditEntry = z.object({
  id: Id,
  at: Utc,
  who: z.string(),
  action: z.string(),
  /** What it was done to: "model brain", "case 12 of screening 3". */
  subject: z.string(),
  oldValue: z.string().nullable(),
  newValue: z.string().nullable(),
  reason: z.string().nullable(),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const audit = {
  /** Newest first. */
  entries: call
    .input(z.object({ search: Search, action: z.string().max(100).nullable(), offset: Offset, limit: Limit }))
    .output(pageOf(AuditEntry).extend({ actions: z.array(z.string()) })),
  verify: call.output(
    z.object({ intact: z.boolean(), entries: z.int(), firstBroken: Id.nullable(), message: z.string() }),
  ),
};
