/** The process for jobs where there is Electron: started by job-process.ts. */
import { serveJobs } from '../jobs/serve-jobs.ts';

const { parentPort } = process;

serveJobs({
  post: (message) => parentPort.postMessage(message),
  onMessage: (listener) => {
    parentPort.on('message', ({ data }) => listener(data));
  },
});
