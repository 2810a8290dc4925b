/** What every analysis is given and gives. */
import { z } from 'zod';
import type { ParameterData } from '../../models/detectors/detector.ts';
import type { GlowSettings } from '../../models/detectors/glow/parameters.ts';
import type { Environment } from '../../models/device.ts';
import type { ImageShape } from '../../models/images.ts';
import type { Pixels } from '../accuracy/image-pools.ts';

export interface AnalysisInput {
  readonly environment: Environment;
  readonly glow: GlowSettings;
  readonly shape: ImageShape;
  /** Of one model a seed, fitted apart from one another on the same images. */
  readonly models: readonly ParameterData[];
  /** Of models of other sets of images, fitted when they are first asked for. */
  readonly elsewhere: () => Promise<readonly ParameterData[]>;
  /** That the models were fitted on. */
  readonly fitted: readonly Pixels[];
  /** Of the same distribution, never fitted on. */
  readonly inside: readonly Pixels[];
  readonly outside: readonly Pixels[];
  readonly report: (line: string) => void;
}

export const findingSchema = z.strictObject({
  what: z.string(),
  value: z.number(),
  /** What the paper reports for it at its size; null where it gives no number. */
  published: z.number().nullable(),
});
export type Finding = z.infer<typeof findingSchema>;

export interface AnalysisResult {
  readonly findings: readonly Finding[];
  /** Rows of images of the same shape, to be looked at; none where numbers say it all. */
  readonly images: readonly (readonly Pixels[])[];
}

export interface Analysis {
  /** For people, and what it is about in a sentence. */
  readonly title: string;
  readonly about: string;
  run(input: AnalysisInput): Promise<AnalysisResult>;
}
