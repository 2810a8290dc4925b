/** What flows on vectors are fitted by: batches `vectors [B, D]` of in-distribution samples, and `contrast [B, D]` where there is one. */
import * as a from '../../array.ts';
import type { Tensor } from '../../array.ts';
import { type VectorFlowSettings, logDensity, vectorFlowSpecs } from '../../flows/vector-flow.ts';
import { contrastiveLoss, meanNegative } from '../../losses/contrastive.ts';
import { marginLoss } from '../../losses/outlier.ts';
import type { NamedTensors, ParameterSpec, Trainable } from '../detector.ts';

/** The parameter that holds ε, so that it is part of the model's record and not of its graph. */
export const FLOOR = 'floor';
/** Parameters of the flow that is fitted to the contrast set, where there are two flows. */
const OTHER = 'contrast.';

export function plainObjective(flow: VectorFlowSettings, rows: number): Trainable {
  return {
    description: `plain ${describe(flow, rows)}`,
    parameters: vectorFlowSpecs(flow),
    objective: () => ({
      inputs: [input('vectors', rows, flow)],
      evaluate(parameters, batch) {
        const normal = logDensity(flow, parameters, get(batch, 'vectors'));
        return { loss: meanNegative(normal), sampleLoss: a.negative(normal) };
      },
    }),
  };
}

export function contrastiveObjective(flow: VectorFlowSettings, rows: number): Trainable {
  const floor: ParameterSpec = { name: FLOOR, shape: [], trained: false };
  return againstContrast(
    `contrastive ${describe(flow, rows)}`,
    flow,
    rows,
    [...vectorFlowSpecs(flow), floor],
    (normal, contrast, parameters) => contrastiveLoss(normal, contrast, get(parameters, FLOOR)),
  );
}

/** Likelihood, and the contrast set less likely by the margin (Hendrycks et al. 2019). @param margin in nats */
export function marginObjective(flow: VectorFlowSettings, rows: number, margin: number): Trainable {
  return againstContrast(
    `margin ${margin} ${describe(flow, rows)}`,
    flow,
    rows,
    vectorFlowSpecs(flow),
    (normal, contrast) => a.add(meanNegative(normal), marginLoss(normal, contrast, margin)),
  );
}

/** Two flows, one fitted to each set. */
export function ratioObjective(flow: VectorFlowSettings, rows: number): Trainable {
  const specs = vectorFlowSpecs(flow);
  return {
    description: `ratio ${describe(flow, rows)}`,
    parameters: [...specs, ...specs.map((spec) => ({ ...spec, name: `${OTHER}${spec.name}` }))],
    objective: () => ({
      inputs: [input('vectors', rows, flow), input('contrast', rows, flow)],
      evaluate(parameters, batch) {
        const normal = logDensity(flow, parameters, get(batch, 'vectors'));
        const contrast = logDensity(flow, contrastFlow(parameters), get(batch, 'contrast'));
        return {
          loss: a.add(meanNegative(normal), meanNegative(contrast)),
          sampleLoss: a.negative(normal),
        };
      },
    }),
  };
}

/** The parameters of the flow of the contrast set, by the names of a flow's. */
export function contrastFlow<T>(parameters: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) =>
      name.startsWith(OTHER) ? [[name.slice(OTHER.length), value]] : [],
    ),
  );
}

/** The other way round. */
export function asContrastFlow<T>(parameters: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`${OTHER}${name}`, value]));
}

/** One flow sees both sets in one pass. */
function againstContrast(
  description: string,
  flow: VectorFlowSettings,
  rows: number,
  parameters: readonly ParameterSpec[],
  loss: (normal: Tensor, contrast: Tensor, parameters: NamedTensors) => Tensor,
): Trainable {
  return {
    description,
    parameters,
    objective: () => ({
      inputs: [input('vectors', rows, flow), input('contrast', rows, flow)],
      evaluate(tensors, batch) {
        const both = a.concat([get(batch, 'vectors'), get(batch, 'contrast')], 0);
        const [normal, contrast] = a.split(logDensity(flow, tensors, both), [rows, rows], 0);
        if (normal === undefined || contrast === undefined) throw new RangeError('a batch has two halves');
        return { loss: loss(normal, contrast, tensors), sampleLoss: a.negative(normal) };
      },
    }),
  };
}

function input(name: string, rows: number, { dimensions }: VectorFlowSettings) {
  return { name, shape: [rows, dimensions], type: 'float32' as const };
}

function get(tensors: NamedTensors, name: string): Tensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new RangeError(`no tensor ${name}`);
  return tensor;
}

function describe(flow: VectorFlowSettings, rows: number): string {
  return `vector flow ${JSON.stringify(flow)} ${rows}`;
}
