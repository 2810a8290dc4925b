import { bindInputs } from '../../compile/bind.ts';
import { compileGraph } from '../../compile/compile.ts';
import { encodeModel } from '../../compile/encode.ts';
import { trace } from '../../compile/trace.ts';
import type { Environment, Program } from '../../device.ts';
import type { ImageShape, ImageSource } from '../../images.ts';
import type { ParameterData } from '../detector.ts';
import type { GlowSettings } from '../glow/parameters.ts';
import { imageBatch } from '../shared/image-batch.ts';
import { imageInput, imagesIn, parameterInputs } from '../shared/image-program.ts';
import { floats } from '../shared/named-data.ts';
import { classGlowParameterSpecs, classLogDensities } from './density.ts';

/** log p(x | c) of images on a device, without noise. */
export class ClassDensities {
  readonly #program: Program;
  readonly #shape: ImageShape;
  readonly #classes: number;
  readonly batch: number;

  private constructor(program: Program, shape: ImageShape, classes: number, batch: number) {
    this.#program = program;
    this.#shape = shape;
    this.#classes = classes;
    this.batch = batch;
  }

  static async open(
    { device }: Environment,
    { glow, classes }: { readonly glow: GlowSettings; readonly classes: number },
    parameters: ParameterData,
    shape: ImageShape,
    batch: number,
  ): Promise<ClassDensities> {
    const program = trace(
      (inputs) => ({ classes: classLogDensities(glow, inputs, imagesIn(inputs), 'channels-first') }),
      [...parameterInputs(classGlowParameterSpecs(glow, classes, shape)), imageInput(batch, shape)],
    );
    const graph = bindInputs(compileGraph(program, 'portable'), parameters);
    return new ClassDensities(await device.load(encodeModel(graph, {})), shape, classes, batch);
  }

  /** A row of nats an image, a value a class. At most `batch` images. */
  async of(images: readonly Uint8Array[]): Promise<number[][]> {
    if (images.length === 0) return [];
    const outputs = await this.#program.run(imageBatch(images, this.batch, this.#shape));
    const values = floats(outputs['classes'], 'classes');
    return images.map((_, index) =>
      Array.from(values.subarray(index * this.#classes, (index + 1) * this.#classes)),
    );
  }

  async ofAll(source: ImageSource): Promise<number[][]> {
    const rows: number[][] = [];
    while (rows.length < source.count) {
      const length = Math.min(this.batch, source.count - rows.length);
      rows.push(...(await this.of(await source.read(Array.from({ length }, (_, at) => rows.length + at)))));
    }
    return rows;
  }

  async dispose(): Promise<void> {
    await this.#program.dispose();
  }
}

/** log p(x) where every class is as frequent. */
export function mixture(row: readonly number[]): number {
  const top = Math.max(...row);
  // So unlikely under every class that float32 has no number for it.
  if (top === -Infinity) return top;
  return top + Math.log(row.reduce((sum, value) => sum + Math.exp(value - top), 0) / row.length);
}
