import type { ParameterData } from '../../models/detectors/detector.ts';

/** Several sets of tensors in one file: each set's names begin with a prefix of its own. */
export function prefixed(prefix: string, tensors: ParameterData): ParameterData {
  return Object.fromEntries(Object.entries(tensors).map(([name, data]) => [`${prefix}${name}`, data]));
}

/** One of the sets, under its own names. */
export function unprefixed(prefix: string, tensors: ParameterData): ParameterData {
  return Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, data]) => [name.slice(prefix.length), data]),
  );
}
