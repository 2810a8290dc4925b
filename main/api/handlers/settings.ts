import { saveSettings } from '../save-settings.ts';
import { readSettings } from '../settings.ts';
import { os } from './base.ts';

export const settingsHandlers = {
  read: os.settings.read.handler(({ context }) => readSettings(context.services)),
  save: os.settings.save.handler(({ context, input }) => {
    const saved = saveSettings(context.services, input);
    context.changes.announce('settings');
    context.changes.announce('audit');
    return saved;
  }),
};
