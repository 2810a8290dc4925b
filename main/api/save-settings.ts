import { Settings } from '../../preload/contract.ts';
import { recordAction } from './audit/actions.ts';
import type { Context } from './context.ts';
import { readSettings } from './settings.ts';

/** What is absent stays as it is. */
export type SettingChanges = { readonly [Key in keyof Settings]?: Settings[Key] | undefined };

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
