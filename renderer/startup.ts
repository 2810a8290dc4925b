import { followChanges } from './changes.ts';
import { router } from './router.ts';
import { useJobs } from './stores/jobs.ts';
import { useSession } from './stores/session.ts';
import { useSettings } from './stores/settings.ts';
import { useSnackbar } from './stores/snackbar.ts';

let settle = (): void => undefined;
const started = new Promise<void>((resolve) => {
  settle = resolve;
});

/** Reads what every view needs, then lets the first view in. Can be called again where it failed. */
export async function start(): Promise<void> {
  const settings = useSettings();
  const snackbar = useSnackbar();
  await Promise.all([settings.load(), useSession().load()]);
  settings.followSettings((error) => snackbar.fail(error));
  followChanges();
  useJobs().followJobs();
  settle();
}

let restored = false;

router.beforeEach(async (to) => {
  await started;
  const session = useSession();
  if (to.name !== 'welcome') {
    restored = true;
    return true;
  }
  const last = session.state['route'];
  if (!restored && typeof last === 'string' && last !== '/') {
    restored = true;
    return last;
  }
  restored = true;
  return useSettings().info?.firstStart === true ? true : { name: 'datasets' };
});

router.afterEach((to) => {
  useSession().state['route'] = to.fullPath;
});
