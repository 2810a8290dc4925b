import { bindInputs } from '../compile/bind.ts';
import { compileGraph } from '../compile/compile.ts';
import { encodeModel } from '../compile/encode.ts';
import { type InputSpec, trace } from '../compile/trace.ts';
import type { ParameterData } from '../detectors/detector.ts';
import { ENCODER_METADATA, type EncoderDescription, normalisationFor } from '../encoder-description.ts';
import type { ImageShape } from '../images.ts';
import { type ResidualSettings, residualNetwork, residualParameters } from '../networks/residual.ts';

/**
 * A pre-trained network as a standalone ONNX file: input `images [B, C, H, W]` in [−1, 1], outputs `vector [B, D]` and
 * `grid [B, D, h, w]`, whose mean over places the vector is. It says of itself what an encoder's file has to say.
 * @param batch images at once: the file takes no other number
 */
export function encoderGraph(
  settings: ResidualSettings,
  parameters: ParameterData,
  shape: ImageShape,
  batch: number,
): Uint8Array<ArrayBuffer> {
  const { channels, height, width } = shape;
  const specs = residualParameters(settings).map(({ name, shape: sides }): InputSpec => ({
    name,
    shape: sides,
    type: 'float32',
  }));
  const program = trace(
    (inputs) => {
      const { images } = inputs;
      if (images === undefined) throw new RangeError('the program has no input "images"');
      const { grid, vector } = residualNetwork(settings, inputs, images, 'channels-first');
      return { vector, grid };
    },
    [...specs, { name: 'images', shape: [batch, channels, height, width], type: 'float32' }],
  );
  const description: EncoderDescription = {
    layout: 'NCHW',
    channels,
    side: null,
    normalisation: normalisationFor('minus-one-to-one', channels),
    vector: 'vector',
    grid: { tensor: 'grid', layout: 'NCHW' },
    unitVectors: true,
  };
  return encodeModel(bindInputs(compileGraph(program, 'portable'), parameters), {
    [ENCODER_METADATA]: JSON.stringify(description),
  });
}
