/** The process for jobs where there is Electron: started by job-process.ts. */
import { serveParent } from '../jobs/serve-parent.ts';

const { parentPort } = process;

serveParent({
  post: (message) => parentPort.postMessage(message),
  onMessage: (listener) => {
    parentPort.on('message', ({ data }) => listener(data));
  },
});
