/** The process for jobs where there is no Electron: started by forked-process.ts. */
import { serveParent } from './serve-parent.ts';

process.once('disconnect', () => {
  // The program is gone, and with it whoever could save what is computed here.
  process.exit();
});
serveParent({
  post: (message) => process.send?.(message),
  onMessage: (listener) => {
    process.on('message', listener);
  },
});
