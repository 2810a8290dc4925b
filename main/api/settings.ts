import type { z } from 'zod';
import { Settings } from '../../preload/contract.ts';
import { recordAction } from './actions.ts';
import type { Context } from './context.ts';

/** What is absent stays as it is. */
export type SettingChanges = { readonly [Key in keyof Settings]?: Settings[Key] | undefined };

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

/** Saves what is given and leaves the rest; each change goes to the audit trail. */
export function saveSettings(ctx: Context, changes: SettingChanges): Settings {
  return ctx.store.transaction(() => {
    const before = readSettings(ctx);
    const after: Settings = {
      reviewer: changes.reviewer ?? before.reviewer,
      theme: changes.theme ?? before.theme,
      device: changes.device ?? before.device,
      showIdentifiers: changes.showIdentifiers ?? before.showIdentifiers,
    };
    for (const key of Settings.keyof().options) {
      if (before[key] === after[key]) continue;
      // Before the change, so that a new reviewer is introduced by the one before.
      recordAction(ctx, {
        action: 'settings changed',
        subject: `setting ${key}`,
        oldValue: String(before[key]),
        newValue: String(after[key]),
      });
      ctx.store.settings.set(key, after[key]);
    }
    return after;
  });
}
