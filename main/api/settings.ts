import type { z } from 'zod';
import { Settings } from '../../preload/contract.ts';
import type { Context } from './context.ts';

/** The settings, with defaults for what was never set or cannot be read any more. */
export function readSettings(ctx: Context): Settings {
  const saved = ctx.store.settings.all();
  const { reviewer, theme, device, showIdentifiers } = Settings.shape;
  return {
    reviewer: readable(reviewer, saved['reviewer'], ctx.who),
    theme: readable(theme, saved['theme'], 'system'),
    device: readable(device, saved['device'], 'auto'),
    showIdentifiers: readable(showIdentifiers, saved['showIdentifiers'], false),
  };
}

function readable<T>(schema: z.ZodType<T>, saved: unknown, otherwise: T): T {
  const parsed = schema.safeParse(saved);
  return parsed.success ? parsed.data : otherwise;
}

/** Who decides here, for the records: the reviewer of the settings, or the account of the machine. */
export function readReviewer(ctx: Context): string {
  return readSettings(ctx).reviewer;
}
