/** The process for jobs where there is no Electron: started by forked-process.ts. */
import { serveJobs } from './serve-jobs.ts';

process.once('disconnect', () => {
  // The program is gone, and with it whoever could save what is computed here.
  process.exit();
});
serveJobs({
  post: (message) => process.send?.(message),
  onMessage: (listener) => {
    process.on('message', listener);
  },
});
