/** Every call that a window can make, with its input and its output: the one thing that all faces agree on. */
import { combined } from './contract/combined.ts';
import { datasets } from './contract/datasets.ts';
import { detectors } from './contract/detectors.ts';
import { encoders } from './contract/encoders.ts';
import { jobs } from './contract/jobs.ts';
import { latents } from './contract/latents.ts';
import { models } from './contract/models.ts';
import { audit, reports } from './contract/reports.ts';
import { folders, session, settings, system } from './contract/system.ts';
import { thresholds } from './contract/thresholds.ts';
import { cases, decisions, triage } from './contract/triage.ts';

export * from './contract/assets.ts';
export * from './contract/combined.ts';
export * from './contract/common.ts';
export * from './contract/datasets.ts';
export * from './contract/detectors.ts';
export * from './contract/encoders.ts';
export * from './contract/image-name.ts';
export * from './contract/intensity.ts';
export * from './contract/jobs.ts';
export * from './contract/latents.ts';
export * from './contract/models.ts';
export * from './contract/notice.ts';
export * from './contract/reports.ts';
export * from './contract/system.ts';
export * from './contract/tail.ts';
export * from './contract/thresholds.ts';
export * from './contract/transport.ts';
export * from './contract/triage.ts';

export const contract = {
  system,
  settings,
  session,
  folders,
  datasets,
  detectors,
  encoders,
  jobs,
  models,
  triage,
  combined,
  decisions,
  cases,
  latents,
  thresholds,
  reports,
  audit,
};
