import type { Features } from './features.ts';

/** What a detector on features keeps, by name. */
export type Fitted = Readonly<Record<string, Float32Array<ArrayBuffer>>>;

/** A score of feature vectors that is fitted in one go. */
export interface Statistic<Settings> {
  /** Whether it compares with a second set of features. */
  readonly contrast: boolean;
  /**
   * @param contrast of the second set, where the statistic takes one
   * @throws FeatureError 'no-features' without vectors, 'no-contrast' without a second set that it needs
   */
  fit(normal: Features, settings: Settings, contrast: Features | null): Fitted;
  /** @returns a score a row, higher = more anomalous. The function throws FeatureError 'wrong-dimensions'. */
  scorer(fitted: Fitted, settings: Settings): (features: Features) => Float64Array;
}

/** @throws {RangeError} where it is missing */
export function kept(fitted: Fitted, name: string): Float32Array<ArrayBuffer> {
  const values = fitted[name];
  if (values === undefined) throw new RangeError(`the fitted detector holds no "${name}"`);
  return values;
}
