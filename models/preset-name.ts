/** `tiny` to see that everything works, `quick` for minutes on a laptop, `balanced` for an hour or a small GPU, `paper` as published. */
export const PRESETS = ['tiny', 'quick', 'balanced', 'paper'] as const;
export type PresetName = (typeof PRESETS)[number];
