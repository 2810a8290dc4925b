/** What earlier versions recorded, as it is recorded now. What is not theirs is passed on, for the schema that follows to refuse. */
import { z } from 'zod';
import { scoreFamily } from '../../../models/detectors/shared/likelihood-scores.ts';

type Before = (value: unknown) => unknown;

/** A key that had another name. */
export function renamed(before: string, now: string): Before {
  return (value) => {
    if (!isRecord(value) || !(before in value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]: [string, unknown]) => [key === before ? now : key, each]),
    );
  };
}

/** A key that said what is now said elsewhere. */
export function without(key: string): Before {
  return (value) =>
    isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([each]) => each !== key)) : value;
}

const glowAlone = z.strictObject({
  preset: z.unknown(),
  glow: z.unknown(),
  training: z.unknown(),
  label: z.unknown(),
});

/** Scores of Glow in the order in which they are looked at; they were recorded in another. */
export function glowScoreNames(names: readonly string[]): string[] {
  const kinds = ['ratio', 'likelihood'].filter((kind) => names.includes(kind));
  return kinds.flatMap((kind) => [kind, ...scoreFamily(kind, names).filter((name) => name !== kind)]);
}

/** Settings of models from when Glow was the only detector, and was fitted by likelihood alone. */
export function ofGlowAlone(value: unknown): unknown {
  const old = glowAlone.safeParse(value);
  if (!old.success) return value;
  const { preset, glow, training, label } = old.data;
  return {
    preset,
    detector: { id: 'glow', settings: { glow, fit: training, outliers: null, frozenScales: 0 } },
    label,
    classes: null,
    generalImages: null,
    exposure: null,
    encoder: null,
    encoderName: null,
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
