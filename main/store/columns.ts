import { z } from 'zod';
import { StoreError } from './store-error.ts';

/** Validators of the kinds of columns that several tables share. */
export const rowId = z.int().positive();
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const utcTime = z.iso.datetime({ precision: 3 });
export const flag = z.union([z.literal(0), z.literal(1)]).transform((value) => value === 1);

export const optionalFlag = z
  .union([z.literal(0), z.literal(1), z.null()])
  .transform((value) => (value === null ? null : value === 1));

export const PLANES = ['axial', 'coronal', 'sagittal'] as const;
/** In which a volume is cut. */
export type Plane = (typeof PLANES)[number];

/** A JSON column as plain unknown data: the caller, who knows what was stored, validates it further. */
export const json = z.string().transform((text, context): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});

/**
 * Text of a JSON column.
 * @throws StoreError 'constraint' for what JSON would silently turn into null or drop: NaN, infinities, undefined
 */
export function toJson(value: unknown, what: string): string {
  const text: unknown = JSON.stringify(value, (key, part: unknown) => {
    if (typeof part === 'number' && !Number.isFinite(part)) {
      throw new StoreError(
        'constraint',
        `The ${what} cannot be saved because "${key}" is ${part}, which JSON cannot hold; please report this.`,
      );
    }
    return part;
  });
  if (typeof text === 'string') return text;
  throw new StoreError(
    'constraint',
    `The ${what} cannot be saved because there is none; please report this.`,
  );
}

/** Now, as the database stores it: UTC, ISO 8601, milliseconds. */
export function utcNow(): string {
  return new Date().toISOString();
}
