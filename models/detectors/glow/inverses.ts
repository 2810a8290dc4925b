import { inverse, product } from '../../flows/linear-algebra.ts';
import type { ParameterData } from '../detector.ts';
import { dataOf } from '../shared/named-data.ts';
import { type GlowSettings, scaleChannels } from './parameters.ts';

/** `scale<i>.lu.inverse` `[K, C, C]`: the inverses of the 1×1 convolutions W = P·L·(U + diag(s)), which running the flow backwards needs. */
export function inverseConvolutions(settings: GlowSettings, parameters: ParameterData): ParameterData {
  return Object.fromEntries(
    scaleChannels(settings).map((side, scale) => {
      const inverses = new Float32Array(settings.stepsPerScale * side * side);
      for (let step = 0; step < settings.stepsPerScale; step++) {
        const part = (name: string, size: number) =>
          Float64Array.from(
            dataOf(parameters, `scale${scale}.lu.${name}`).subarray(step * size, (step + 1) * size),
          );
        const [sign, logDiagonal] = [part('sign', side), part('logDiagonal', side)];
        const lower = part('lower', side * side).map((value, at) => {
          const [row, column] = [Math.floor(at / side), at % side];
          return row === column ? 1 : row > column ? value : 0;
        });
        const upper = part('upper', side * side).map((value, at) => {
          const [row, column] = [Math.floor(at / side), at % side];
          if (row === column) return (sign[row] ?? 0) * Math.exp(logDiagonal[row] ?? 0);
          return row < column ? value : 0;
        });
        const weight = product(part('permutation', side * side), product(lower, upper, side), side);
        inverses.set(inverse(weight, side), step * side * side);
      }
      return [`scale${scale}.lu.inverse`, inverses];
    }),
  );
}
