import { Settings } from '../../preload/contract.ts';
import { recordAction } from './actions.ts';
import type { Context } from './context.ts';

/** The settings, with defaults for what was never set or cannot be read any more. */
export function readSettings(ctx: Context): Settings {
  const saved = ctx.store.settings.all();
  const { reviewer, theme, device, showIdentifiers } = Settings.shape;
  return {
    reviewer: reviewer.catch(ctx.who).parse(saved['reviewer']),
    theme: theme.catch('system').parse(saved['theme']),
    device: device.catch('auto').parse(saved['device']),
    showIdentifiers: showIdentifiers.catch(false).parse(saved['showIdentifiers']),
  };
}

/** Who decides here, for the records: the reviewer of the settings, or the account of the machine. */
export function readReviewer(ctx: Context): string {
  return readSettings(ctx).reviewer;
}

/** Saves what is given and leaves the rest; each change goes to the audit trail. */
export function saveSettings(ctx: Context, changes: Partial<Settings>): Settings {
  return ctx.store.transaction(() => {
    const before = readSettings(ctx);
    const after = { ...before, ...changes };
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
