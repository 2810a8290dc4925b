/** Trades each 2×2 block of pixels for four times the channels (Dinh et al. 2017, §3.6). Its log-det is 0. */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { type Layout, sizeOf } from './layout.ts';
import type { Transform } from './transform.ts';

export function squeeze(layout: Layout): Transform {
  return {
    forward: (x) => ({ y: squeezed(x, layout), logDet: a.zeros([]) }),
    inverse: (y) => unsqueezed(y, layout),
  };
}

/** Channel c of block position (i, j) becomes channel 4c + 2i + j in both layouts. */
function squeezed(x: Tensor, layout: Layout): Tensor {
  const { batch: b, channels: c, height: h, width: w } = sizeOf(x, layout);
  if (h % 2 !== 0 || w % 2 !== 0) throw new RangeError(`a map of ${h}×${w} pixels cannot be squeezed`);
  return layout === 'channels-first'
    ? a.reshape(a.transpose(a.reshape(x, [b, c, h / 2, 2, w / 2, 2]), [0, 1, 3, 5, 2, 4]), [
        b,
        c * 4,
        h / 2,
        w / 2,
      ])
    : a.reshape(a.transpose(a.reshape(x, [b, h / 2, 2, w / 2, 2, c]), [0, 1, 3, 5, 2, 4]), [
        b,
        h / 2,
        w / 2,
        c * 4,
      ]);
}

function unsqueezed(y: Tensor, layout: Layout): Tensor {
  const { batch: b, channels, height: h, width: w } = sizeOf(y, layout);
  const c = channels / 4;
  return layout === 'channels-first'
    ? a.reshape(a.transpose(a.reshape(y, [b, c, 2, 2, h, w]), [0, 1, 4, 2, 5, 3]), [b, c, h * 2, w * 2])
    : a.reshape(a.transpose(a.reshape(y, [b, h, w, c, 2, 2]), [0, 1, 4, 2, 5, 3]), [b, h * 2, w * 2, c]);
}
