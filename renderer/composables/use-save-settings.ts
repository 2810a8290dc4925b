import type { Settings } from '../../preload/contract.ts';
import { useSettings } from '../stores/settings.ts';
import { useSnackbar } from '../stores/snackbar.ts';

/** Saves a change, says what was changed, and offers to take it back. Resolves to whether it was saved. */
export function useSaveSettings(): (change: Partial<Settings>, said: string) => Promise<boolean> {
  const settings = useSettings();
  const snackbar = useSnackbar();
  return async (change, said) => {
    const before = settings.settings;
    try {
      await settings.save(change);
      snackbar.show(said, before === null ? null : () => settings.save(before));
      return true;
    } catch (error) {
      snackbar.fail(error);
      return false;
    }
  };
}
