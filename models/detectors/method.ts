/**
 * What a detector is to everything around it: what it needs, how it is fitted, how it scores. One value of this type a file; the registry
 * (index.ts) lists them. Scores are higher where an image is more anomalous.
 */
import type { Environment } from '../device.ts';
import type { ImageShape, ImageSource } from '../images.ts';
import type { PresetName } from '../preset-name.ts';
import type { FitChoices, FitSettings } from '../run-settings.ts';
import type { BatchInput } from '../samples.ts';
import type { ParameterData, ParameterSpec, ScoredModel, Trainable } from './detector.ts';

/** `one-of`: one of those needs of a detector that are marked so has to be met, and all may be. */
export type Need = 'none' | 'optional' | 'one-of' | 'required';

/** What a detector is fitted from beside in-distribution images. */
export interface Needs {
  /** A broad set of images of any kind, or (`model`) a model of the same method that was fitted on one. */
  readonly general: Need;
  readonly generalModel: Need;
  /** Images that are known to be anomalous, or stand for what is. */
  readonly exposure: Need;
  /** A network that turns an image into features. */
  readonly encoder: Need;
  /** Of what kind each in-distribution image is. */
  readonly classes: Need;
}

/**
 * What the held-out measure of a fit is in. A likelihood of images is told in bits per dimension, with a loss on outliers beside it where there is
 * one; one of features in nats; anything else is the objective's own value.
 */
export type LossUnit = 'bits-per-dimension' | 'nats' | 'loss';

/** How the scores of an image's tiles become one: log-likelihoods add up, distances do not. */
export type TileRule = 'sum' | 'largest';

export interface FitData {
  readonly normal: ImageSource;
  /** In-distribution images that are never trained on: they decide which weights are best. */
  readonly heldOut: ImageSource;
  readonly general: ImageSource | null;
  readonly generalModel: ParameterData | null;
  /** Weights of the same method to start from, where not from the general model's. */
  readonly start?: ParameterData;
  readonly exposure: ImageSource | null;
  readonly encoder: Encoder | null;
  /** For methods that tell kinds of in-distribution images apart. */
  readonly classes?: ClassIndices;
}

/** What class each in-distribution image is of, in the order of its source: 0 … count − 1. */
export interface ClassIndices {
  readonly count: number;
  readonly normal: readonly number[];
  readonly heldOut: readonly number[];
}

/** Images to features on a device, in evaluation mode. */
export interface Encoder {
  /** Of what it computes: the file's hash, or its own settings; features are cached under it. */
  readonly fingerprint: string;
  readonly dimensions: number;
  /**
   * A grid of feature vectors an image, `[h, w, dimensions]`, beside its one vector; null where it gives only that. Its
   * features are often those of an earlier layer, so that it has dimensions of its own.
   */
  readonly grid: { readonly height: number; readonly width: number; readonly dimensions: number } | null;
  /** @param images planar 8 bit, of the shape that it was opened for. @returns a row a image, `[N, dimensions]` */
  encode(images: readonly Uint8Array[]): Promise<EncodedImages>;
}

export interface EncodedImages {
  /** `[N, dimensions]`, row-major. */
  readonly vectors: Float32Array<ArrayBuffer>;
  /** `[N, h, w, grid.dimensions]`, or null without a grid. */
  readonly grids: Float32Array<ArrayBuffer> | null;
}

/** A fit by gradient descent, ready to begin. */
export interface PreparedFit {
  readonly trainable: Trainable;
  /** The objective's inputs; the first holds the in-distribution samples. */
  readonly inputs: readonly [BatchInput, ...BatchInput[]];
  readonly initial: ParameterData;
  readonly run: FitSettings;
  /** Of held-out images under these weights: lower is better. */
  measure(parameters: ParameterData): Promise<number>;
  /** What is kept of the best weights: with what is computed from data after training (statistics of batch normalisation, …). */
  finish(parameters: ParameterData): Promise<ParameterData>;
  /**
   * Where a method is fitted in stages: the fit that follows from this one's best weights, which it gets in place of `finish`. The last
   * stage has none.
   */
  readonly next?: (parameters: ParameterData) => Promise<PreparedFit>;
  /** Steps of the stages that follow, where any do. */
  readonly laterSteps?: number;
}

interface Described<Settings> {
  /** In records and on the command line. */
  readonly id: string;
  /** For people. */
  readonly title: string;
  /** One sentence: when to use it. */
  readonly use: string;
  /** The paper, with equations. */
  readonly source: string;
  readonly needs: Needs;
  /** The id of the detector whose models are general models of this one; its own where it is not said. */
  readonly generalModelOf?: string;
  /** Whether it gives heatmaps. */
  readonly hasMaps: boolean;
  readonly tiles: TileRule;
  settings(preset: PresetName, shape: ImageShape, choices?: FitChoices): Settings;
  /** What a fit keeps, to tell another detector's weights; null where the settings alone do not say. */
  kept(settings: Settings, shape: ImageShape): readonly Pick<ParameterSpec, 'name' | 'shape'>[] | null;
  /** With fewer layers, to try how long a step takes, and how many times as long one takes with all of them. */
  shallower?(settings: Settings): { readonly settings: Settings; readonly times: number };
  /** The likelihood that its scores are of, where that is one graph on images. */
  likelihood?(settings: Settings): ScoredModel;
  /** @param batch images at once. @throws EngineError 'load-failed' */
  open(
    environment: Environment,
    settings: Settings,
    fitted: FittedDetector,
    shape: ImageShape,
    batch: number,
  ): Promise<ImageScorer>;
}

/** All that scoring needs, as plain data, beside the encoder. */
export interface FittedDetector {
  readonly parameters: ParameterData;
  readonly generalModel: ParameterData | null;
  readonly encoder: Encoder | null;
}

export interface TrainedMethod<Settings> extends Described<Settings> {
  readonly kind: 'trained';
  readonly unit: LossUnit;
  /** How much there is to do: steps of all stages, and samples of the in-distribution set in each. */
  effort(settings: Settings): { readonly steps: number; readonly batchSize: number };
  prepare(environment: Environment, data: FitData, settings: Settings, seed: number): Promise<PreparedFit>;
}

/** Fitted in one go, from statistics. */
export interface ComputedMethod<Settings> extends Described<Settings> {
  readonly kind: 'computed';
  compute(environment: Environment, data: FitData, settings: Settings, seed: number): Promise<ParameterData>;
}

export type Method<Settings> = TrainedMethod<Settings> | ComputedMethod<Settings>;

/** A heatmap: each value is the share of the score at one place. */
export interface PixelMap {
  readonly height: number;
  readonly width: number;
  /** Row-major. */
  readonly values: Float32Array;
  /** Pixels of the image along each side of one value. */
  readonly cell: number;
}

/** By name, the one to look at first at the front; higher is more anomalous. */
export type Scores = Readonly<Record<string, number>>;

export interface ImageScores {
  readonly scores: Scores;
  /** By the names of the scores that they explain. */
  readonly maps: Readonly<Record<string, PixelMap>>;
}

export interface ImageScorer {
  readonly batch: number;
  /** At most `batch` images, planar 8 bit. */
  score(images: readonly Uint8Array[]): Promise<ImageScores[]>;
  dispose(): Promise<void>;
}
