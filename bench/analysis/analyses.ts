import { amplitudePhase } from './amplitude-phase.ts';
import type { Analysis } from './analysis.ts';
import { climbing } from './climbing.ts';
import { mixedLatentsAnalysis } from './mixed-latents.ts';
import { pixelDifferenceAnalysis } from './pixel-differences.ts';
import { rankCorrelations } from './rank-correlations.ts';

export const ANALYSIS_NAMES = [
  'rank-correlation',
  'pixel-difference',
  'amplitude-phase',
  'mixed-latents',
  'climbing',
] as const;
export type AnalysisName = (typeof ANALYSIS_NAMES)[number];

export const ANALYSES: Readonly<Record<AnalysisName, Analysis>> = {
  'rank-correlation': rankCorrelations,
  'pixel-difference': pixelDifferenceAnalysis,
  'amplitude-phase': amplitudePhase,
  'mixed-latents': mixedLatentsAnalysis,
  climbing,
};
