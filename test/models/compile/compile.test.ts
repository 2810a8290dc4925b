import { describe, expect, it } from 'vitest';
import * as a from '../../../models/array.ts';
import { compileGraph } from '../../../models/compile/compile.ts';
import { nodesInOrder } from '../../../models/compile/graph.ts';
import { trace } from '../../../models/compile/trace.ts';
import { glowModel } from '../../../models/detectors/glow/model.ts';
import { packParameters } from '../../../models/training/packing.ts';
import { traceTrainingStep } from '../../../models/training/training-step.ts';
import { TARGETS, type Program } from '../evaluate.ts';
import { floats, specsOf } from '../samples.ts';
import { opsOf } from './graphs.ts';

const layer: Program = ({ x, weight, bias }) => {
  if (x === undefined || weight === undefined || bias === undefined) throw new RangeError('three inputs');
  return { y: a.relu(a.add(a.matmul(x, weight), bias)) };
};
const inputs = { x: floats([70, 3], 1), weight: floats([3, 5], 2), bias: floats([5], 3) };

const model = glowModel({ channels: 1, scales: 2, stepsPerScale: 3, hiddenChannels: 4 });
const shape = { channels: 1, height: 8, width: 8 } as const;
const fixed = model.parameters
  .filter(({ trained }) => !trained)
  .map(({ name, shape: sides }) => ({ name, shape: sides, type: 'float32' as const }));
const step = traceTrainingStep(
  packParameters(model.parameters.filter(({ trained }) => trained)),
  fixed,
  model.objective(2, shape, 'channels-last'),
  { optimiser: { kind: 'adamax', weightDecay: 5e-5 }, averagingDecay: 0.999 },
);

describe('a compiled graph', () => {
  it('makes one operator of a dense layer, as far as the target has one', () => {
    const traced = trace(layer, specsOf(inputs));
    expect(opsOf(compileGraph(traced, 'portable'))).toEqual(['Gemm', 'Relu']);
    expect(opsOf(compileGraph(traced, 'cpu-training'))).toEqual(['FusedGemm']);
  });

  it('is plain ONNX when portable', () => {
    for (const program of [step, model.traceScoring(2, shape), model.traceInitialisation(2, shape)]) {
      const domains = new Set(nodesInOrder(compileGraph(program, 'portable')).map(({ domain }) => domain));
      expect([...domains]).toEqual(['']);
    }
  });

  it('of a training step has no convolutions and no moves that undo each other on CPU', () => {
    const nodes = nodesInOrder(compileGraph(step, 'cpu-training'));
    expect(nodes.map(({ op }) => op)).not.toContain('Conv');
    for (const { op, inputs: read } of nodes) {
      const before = read[0]?.producer?.op;
      if (op === 'Reshape' || op === 'Transpose') expect(before).not.toBe(op);
    }
  });

  it.each(TARGETS)('is the same for the same program (%s)', (target) => {
    expect(opsOf(compileGraph(step, target))).toEqual(opsOf(compileGraph(step, target)));
  });
});
