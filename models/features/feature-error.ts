export type FeatureErrorKind =
  'no-encoder' | 'no-features' | 'no-contrast' | 'not-finite' | 'wrong-dimensions';

/** Features that a detector cannot be fitted on, or score. */
export class FeatureError extends Error {
  readonly kind: FeatureErrorKind;

  constructor(kind: FeatureErrorKind, message: string) {
    super(message);
    this.name = 'FeatureError';
    this.kind = kind;
  }
}
