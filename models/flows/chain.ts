import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import type { Transform } from './transform.ts';

/** Transforms one after the other, all at one resolution: log-dets add up. */
export function chain(transforms: readonly Transform[]): Transform {
  return {
    forward(x) {
      let y = x;
      const logDets: Tensor[] = [];
      for (const transform of transforms) {
        const step = transform.forward(y);
        y = step.y;
        logDets.push(step.logDet);
      }
      return { y, logDet: logDets.length === 0 ? a.zeros([]) : logDets.reduce(a.add) };
    },
    inverse: (y) => transforms.reduceRight((x, transform) => transform.inverse(x), y),
  };
}
