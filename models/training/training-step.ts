import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { type InputSpec, type TracedProgram, trace } from '../compile/trace.ts';
import { type NamedTensors, type Objective, averageOf } from '../detectors/detector.ts';
import type { OptimiserSettings } from '../run-settings.ts';
import { update } from './optimisers.ts';
import { type Pack, unpackTensors } from './packing.ts';

export interface TrainingStepSettings {
  readonly optimiser: OptimiserSettings;
  /** Decay of the weights' exponential moving average per step; 0 keeps none. */
  readonly averagingDecay: number;
}

/** Above this the gradient counts as exploded: float32 ends at 3.4e38. */
const LARGEST_GRADIENT = 1e30;

export const SLOT_PARTS = ['parameter', 'first', 'second', 'average'] as const;
export type SlotPart = (typeof SLOT_PARTS)[number];

export function slotParts({ averagingDecay }: TrainingStepSettings): readonly SlotPart[] {
  return averagingDecay === 0 ? SLOT_PARTS.slice(0, 3) : SLOT_PARTS;
}

/** The output that holds a state input's value after the step. */
export function next(state: string): string {
  return `next/${state}`;
}

/**
 * A whole optimiser step as one program: loss, gradient, guard, update and averaging.
 *
 * Inputs: `<pack>/<part>` for each pack and part, `carried` and `fixed` tensors by name, the batch, `stepSize` and
 * `secondCorrection`. Outputs: `next/<pack>/<part>`, `next/<carried>`, `loss`, `sampleLoss`, `gradientSize` (Σg²) and
 * `accepted` (1 or 0).
 * Every output of state depends on `accepted` and so on every gradient: a device may overwrite the state in place.
 */
export function traceTrainingStep(
  packs: readonly Pack[],
  fixed: readonly InputSpec[],
  objective: Objective,
  settings: TrainingStepSettings,
  carried: readonly InputSpec[] = [],
): TracedProgram {
  const parts = slotParts(settings);
  const stateInputs = packs.flatMap(({ name, size }) =>
    parts.map((part): InputSpec => ({ name: `${name}/${part}`, shape: [size], type: 'float32' })),
  );
  const scalars = ['stepSize', 'secondCorrection'].map((name): InputSpec => ({
    name,
    shape: [],
    type: 'float32',
  }));

  return trace(
    (inputs) => {
      const get = (name: string): Tensor => {
        const tensor = inputs[name];
        if (tensor === undefined) throw new RangeError(`no input ${name}`);
        return tensor;
      };
      const fixedTensors = Object.fromEntries(fixed.map(({ name }) => [name, get(name)]));
      const averages =
        settings.averagingDecay === 0
          ? {}
          : renamed(
              unpackTensors(
                packs,
                packs.map(({ name }) => get(`${name}/average`)),
              ),
              averageOf,
            );
      const batch = Object.fromEntries(
        [...objective.inputs, ...carried].map(({ name }) => [name, get(name)]),
      );
      const { value, extra, gradients } = a.valueAndGradient(
        (vectors) => {
          const parameters = { ...fixedTensors, ...averages, ...unpackTensors(packs, vectors) };
          const evaluation = objective.evaluate(parameters, batch);
          const handedOn = carried.map(({ name }) => {
            const tensor = evaluation.carried?.[name];
            if (tensor === undefined) throw new RangeError(`the objective hands on no ${name}`);
            return tensor;
          });
          return [evaluation.loss, [evaluation.sampleLoss, ...handedOn]];
        },
        packs.map(({ name }) => get(`${name}/parameter`)),
      );
      const gradientSize = gradients.map((gradient) => a.sum(a.square(gradient))).reduce(a.add);
      const accepted = a.less(gradientSize, LARGEST_GRADIENT);

      const outputs: Record<string, Tensor> = {};
      packs.forEach(({ name }, position) => {
        const gradient = gradients[position];
        if (gradient === undefined) throw new RangeError(`no gradient of ${name}`);
        const slot = {
          parameter: get(`${name}/parameter`),
          first: get(`${name}/first`),
          second: get(`${name}/second`),
        };
        const updated = update(
          settings.optimiser,
          slot,
          gradient,
          { stepSize: get('stepSize'), secondCorrection: get('secondCorrection') },
          accepted,
        );
        for (const part of ['parameter', 'first', 'second'] as const)
          outputs[next(`${name}/${part}`)] = updated[part];
        if (settings.averagingDecay > 0) {
          const difference = a.subtract(updated.parameter, get(`${name}/average`));
          const pull = a.where(accepted, 1 - settings.averagingDecay, 0);
          outputs[next(`${name}/average`)] = a.add(get(`${name}/average`), a.multiply(difference, pull));
        }
      });
      carried.forEach(({ name }, position) => {
        const tensor = extra[position + 1] ?? get(name);
        outputs[next(name)] = a.where(accepted, tensor, get(name));
      });
      return {
        ...outputs,
        loss: value,
        gradientSize,
        accepted: a.where(accepted, 1, 0),
        sampleLoss: extra[0] ?? value,
      };
    },
    [...stateInputs, ...carried, ...fixed, ...objective.inputs, ...scalars],
  );
}

function renamed(tensors: NamedTensors, rename: (name: string) => string): NamedTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [rename(name), tensor]));
}
