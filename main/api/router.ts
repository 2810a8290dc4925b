import { auditHandlers } from './handlers/audit.ts';
import { os } from './handlers/base.ts';
import { caseHandlers } from './handlers/cases.ts';
import { combinedHandlers } from './handlers/combined.ts';
import { commandHandlers } from './handlers/commands.ts';
import { datasetHandlers } from './handlers/datasets.ts';
import { decisionHandlers } from './handlers/decisions.ts';
import { detectorHandlers } from './handlers/detectors.ts';
import { encoderHandlers } from './handlers/encoders.ts';
import { folderHandlers } from './handlers/folders.ts';
import { jobHandlers } from './handlers/jobs.ts';
import { latentHandlers } from './handlers/latents.ts';
import { modelHandlers } from './handlers/models.ts';
import { reportHandlers } from './handlers/reports.ts';
import { sessionHandlers } from './handlers/session.ts';
import { settingsHandlers } from './handlers/settings.ts';
import { systemHandlers } from './handlers/system.ts';
import { thresholdHandlers } from './handlers/thresholds.ts';
import { triageHandlers } from './handlers/triage.ts';

/** Every call of the contract with what carries it out; the compiler counts them. */
export const router = os.router({
  system: { ...systemHandlers, ...commandHandlers },
  settings: settingsHandlers,
  session: sessionHandlers,
  folders: folderHandlers,
  datasets: datasetHandlers,
  detectors: detectorHandlers,
  encoders: encoderHandlers,
  jobs: jobHandlers,
  models: modelHandlers,
  triage: triageHandlers,
  combined: combinedHandlers,
  decisions: decisionHandlers,
  cases: caseHandlers,
  latents: latentHandlers,
  thresholds: thresholdHandlers,
  reports: reportHandlers,
  audit: auditHandlers,
});
