import { z } from 'zod';
import { call } from './common.ts';

/** What the figures of a fit are in; lower is better. `loss` has no unit. */
export const LossUnit = z.enum(['bits-per-dimension', 'nats', 'loss']);
export type LossUnit = z.infer<typeof LossUnit>;

/** `one-of`: one of those needs of a detector that are marked so has to be met, and all may be. */
export const Need = z.enum(['none', 'optional', 'one-of', 'required']);
export type Need = z.infer<typeof Need>;

/** What a detector is fitted from beside normal images. */
export const Needs = z.object({
  /** A broad set of images of any kind. */
  general: Need,
  /** A model of the same detector that was fitted on such images. */
  generalModel: Need,
  /** Images that are known to be anomalous, or stand for what is. */
  exposure: Need,
  encoder: Need,
  /** Labels that tell kinds of normal images apart. */
  classes: Need,
});
export type Needs = z.infer<typeof Needs>;

export const DetectorSummary = z.object({
  id: z.string(),
  title: z.string(),
  /** One sentence: when to use it. */
  use: z.string(),
  /** The paper, with equations. */
  source: z.string(),
  /** Trained step by step, or computed in one go: then there are no steps to choose. */
  kind: z.enum(['trained', 'computed']),
  needs: Needs,
  /** The id of the detector whose models are general models of this one, where it takes any. */
  generalModelOf: z.string(),
  hasMaps: z.boolean(),
  /** Of what is measured on held-out images; null where nothing is, as for computed ones. */
  unit: LossUnit.nullable(),
});
export type DetectorSummary = z.infer<typeof DetectorSummary>;

export const detectors = {
  /** In the order in which people are offered them. */
  list: call.output(z.array(DetectorSummary)),
};
