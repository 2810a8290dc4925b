/** Every detector, by its id. */
import { bce } from './bce.ts';
import { classGlow } from './class-glow.ts';
import { contrastiveFlow } from './contrastive-flow.ts';
import { deepSad } from './deep-sad.ts';
import { deepSvdd } from './deep-svdd.ts';
import { denseGlow } from './dense-glow.ts';
import { flowMargin } from './flow-margin.ts';
import { flowRatio } from './flow-ratio.ts';
import { focal } from './focal.ts';
import { glow } from './glow.ts';
import { hsc } from './hsc.ts';
import { kNearestMethod } from './k-nearest.ts';
import { kdeMethod } from './kde.ts';
import { localGlow } from './local-glow.ts';
import { mahalanobisMethod } from './mahalanobis.ts';
import { mseRatioMethod } from './mse-ratio.ts';
import { mseMethod } from './mse.ts';
import { patchMemory } from './patch-memory.ts';
import { pcaMethod } from './pca.ts';
import { pixelcnn } from './pixelcnn.ts';
import { plainFlow } from './plain-flow.ts';

/** In the order in which people are offered them: what to try first at the front of each kind. */
export const DETECTORS = {
  glow,
  'dense-glow': denseGlow,
  'local-glow': localGlow,
  'class-glow': classGlow,
  pixelcnn,
  'patch-memory': patchMemory,
  'k-nearest': kNearestMethod,
  mahalanobis: mahalanobisMethod,
  pca: pcaMethod,
  kde: kdeMethod,
  mse: mseMethod,
  'mse-ratio': mseRatioMethod,
  'contrastive-flow': contrastiveFlow,
  'plain-flow': plainFlow,
  'flow-ratio': flowRatio,
  'flow-margin': flowMargin,
  hsc,
  bce,
  focal,
  'deep-sad': deepSad,
  'deep-svdd': deepSvdd,
} as const;

export type DetectorId = keyof typeof DETECTORS;

export const METHODS = Object.values(DETECTORS);
