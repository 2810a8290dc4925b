import { auditHandlers } from './handlers/audit.ts';
import { commandHandlers } from './handlers/commands.ts';
import { decisionHandlers } from './handlers/decisions.ts';
import { folderHandlers } from './handlers/folders.ts';
import { sessionHandlers } from './handlers/session.ts';
import { settingsHandlers } from './handlers/settings.ts';
import { systemHandlers } from './handlers/system.ts';

/** Every call of the contract with what carries it out. */
export const router = {
  system: { ...systemHandlers, ...commandHandlers },
  settings: settingsHandlers,
  session: sessionHandlers,
  folders: folderHandlers,
  decisions: decisionHandlers,
  audit: auditHandlers,
};
