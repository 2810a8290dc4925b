import { compile } from '../compile/compile.ts';
import type { InputSpec } from '../compile/trace.ts';
import type { Trainable } from '../detectors/detector.ts';
import type { Environment } from '../device.ts';
import type { Layout } from '../flows/layout.ts';
import { packParameters } from './packing.ts';
import { type TrainingStepSettings, traceTrainingStep } from './training-step.ts';

/** The ONNX file of one optimiser step for the environment's device, from the cache where it can. */
export async function trainingGraph(
  environment: Environment,
  model: Trainable,
  settings: TrainingStepSettings,
): Promise<Uint8Array<ArrayBuffer>> {
  const { trainingTarget } = environment.device;
  const layout: Layout = trainingTarget === 'cpu-training' ? 'channels-last' : 'channels-first';
  const description = ['train', model.description, JSON.stringify(settings), trainingTarget];
  return environment.graph(description.join(' '), () => {
    const input = ({ name, shape }: { name: string; shape: readonly number[] }): InputSpec => ({
      name,
      shape,
      type: 'float32',
    });
    const packs = packParameters(model.parameters.filter(({ trained }) => trained));
    const fixed = model.parameters.filter(({ trained }) => !trained).map(input);
    const carried = (model.carried ?? []).map(input);
    const program = traceTrainingStep(packs, fixed, model.objective(layout), settings, carried);
    return compile(program, trainingTarget);
  });
}
