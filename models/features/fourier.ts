/** Two-dimensional Fourier transforms of small images, as sums. */
import type { ImageShape } from '../images.ts';

interface Spectrum {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/**
 * An image with the amplitudes of one and the phases of another, channel by channel, planar 8 bit. What leaves the range is clipped.
 */
export function amplitudePhaseMix(
  amplitudes: Uint8Array,
  phases: Uint8Array,
  { channels, height, width }: ImageShape,
): Uint8Array {
  const size = height * width;
  const mixed = new Uint8Array(channels * size);
  for (let channel = 0; channel < channels; channel++) {
    const plane = (image: Uint8Array) => image.subarray(channel * size, (channel + 1) * size);
    const [one, other] = [
      spectrumOf(plane(amplitudes), height, width),
      spectrumOf(plane(phases), height, width),
    ];
    const real = new Float64Array(size);
    const imaginary = new Float64Array(size);
    for (let at = 0; at < size; at++) {
      const amplitude = Math.hypot(one.real[at] ?? 0, one.imaginary[at] ?? 0);
      const angle = Math.atan2(other.imaginary[at] ?? 0, other.real[at] ?? 0);
      real[at] = amplitude * Math.cos(angle);
      imaginary[at] = amplitude * Math.sin(angle);
    }
    const back = transformed({ real, imaginary }, height, width, 1);
    for (let at = 0; at < size; at++) {
      mixed[channel * size + at] = Math.max(0, Math.min(255, Math.round((back.real[at] ?? 0) / size)));
    }
  }
  return mixed;
}

function spectrumOf(values: Uint8Array, height: number, width: number): Spectrum {
  const input = { real: Float64Array.from(values), imaginary: new Float64Array(values.length) };
  return transformed(input, height, width, -1);
}

/** Along rows, then columns, without a scale. @param sign of the exponent: −1 forwards, 1 back */
function transformed(input: Spectrum, height: number, width: number, sign: 1 | -1): Spectrum {
  const rows = along(input, height, width, width, 1, sign);
  return along(rows, width, height, 1, width, sign);
}

/** `lines` transforms of `length` values each, which lie `stride` apart from one another, lines `step` apart. */
function along(
  { real, imaginary }: Spectrum,
  lines: number,
  length: number,
  step: number,
  stride: number,
  sign: 1 | -1,
): Spectrum {
  const angles = Array.from({ length }, (_, turn) => (sign * 2 * Math.PI * turn) / length);
  const [cosines, sines] = [angles.map(Math.cos), angles.map(Math.sin)];
  const result = { real: new Float64Array(real.length), imaginary: new Float64Array(real.length) };
  for (let line = 0; line < lines; line++) {
    for (let frequency = 0; frequency < length; frequency++) {
      let [sumReal, sumImaginary] = [0, 0];
      for (let position = 0; position < length; position++) {
        const at = line * step + position * stride;
        const turn = (frequency * position) % length;
        const [cosine, sine] = [cosines[turn] ?? 0, sines[turn] ?? 0];
        const [re, im] = [real[at] ?? 0, imaginary[at] ?? 0];
        sumReal += re * cosine - im * sine;
        sumImaginary += re * sine + im * cosine;
      }
      const at = line * step + frequency * stride;
      result.real[at] = sumReal;
      result.imaginary[at] = sumImaginary;
    }
  }
  return result;
}
