import { onScopeDispose } from 'vue';
import { useRouter } from 'vue-router';
import type { WindowCommand } from '../../preload/contract.ts';
import { api } from '../api.ts';
import { useAdding } from '../stores/adding.ts';
import { useSnackbar } from '../stores/snackbar.ts';
import { follow } from '../stream.ts';

/** Does what the desktop's menu, or a second start of the program, asks of the window. */
export function useWindowCommands(showHelp: () => void): void {
  const router = useRouter();
  const adding = useAdding();
  const snackbar = useSnackbar();
  const take = (command: WindowCommand): void => {
    switch (command.kind) {
      case 'go':
        void router.push({ name: command.to === 'triage' ? 'triage-choice' : command.to });
        return;
      case 'add-folder':
        adding.start(command.path);
        return;
      case 'show-dataset':
        void router.push({ name: 'dataset', params: { datasetId: command.datasetId } });
        return;
      case 'show-help':
        showHelp();
        return;
    }
  };
  onScopeDispose(
    follow<WindowCommand>({
      open: (signal) => api.system.commands(undefined, { signal }),
      take,
      failed: (error) => snackbar.fail(error),
    }),
  );
}
