import { describe, expect, it } from 'vitest';
import { glowModel } from '../../../models/detectors/glow/model.ts';
import type { Environment } from '../../../models/device.ts';
import { likelihoodOf } from '../../../models/detectors/shared/likelihood-fit.ts';
import { trainingGraph } from '../../../models/training/training-graph.ts';
import { cpuEnvironment } from '../cpu-environment.ts';

const likelihood = (hiddenChannels: number, batch: number, side: number) =>
  likelihoodOf(glowModel({ channels: 1, scales: 1, stepsPerScale: 1, hiddenChannels }), batch, {
    channels: 1,
    height: side,
    width: side,
  });
const settings = (averagingDecay: number, kind: 'adam' | 'adamax' = 'adam', weightDecay = 0) => ({
  optimiser: { kind, weightDecay },
  averagingDecay,
});

describe('the graph of a training step', () => {
  it('is asked of the cache by everything that it depends on', async () => {
    const { device } = await cpuEnvironment();
    const asked: string[] = [];
    const compiled: string[] = [];
    const environment: Environment = {
      device,
      graph(description, compile) {
        asked.push(description);
        const bytes = compile();
        compiled.push(Buffer.from(bytes).toString('latin1'));
        return Promise.resolve(bytes);
      },
    };
    const portable: Environment = { ...environment, device: { ...device, trainingTarget: 'portable' } };
    const graphs = [
      () => trainingGraph(environment, likelihood(4, 2, 8), settings(0.9)),
      () => trainingGraph(environment, likelihood(5, 2, 8), settings(0.9)),
      () => trainingGraph(environment, likelihood(4, 3, 8), settings(0.9)),
      () => trainingGraph(environment, likelihood(4, 2, 16), settings(0.9)),
      () => trainingGraph(environment, likelihood(4, 2, 8), settings(0.8)),
      () => trainingGraph(environment, likelihood(4, 2, 8), settings(0)),
      () => trainingGraph(environment, likelihood(4, 2, 8), settings(0.9, 'adamax')),
      () => trainingGraph(environment, likelihood(4, 2, 8), settings(0.9, 'adam', 1e-4)),
      () => trainingGraph(portable, likelihood(4, 2, 8), settings(0.9)),
    ];
    for (const graph of graphs) await graph();
    expect(new Set(compiled).size).toBe(graphs.length);
    expect(new Set(asked).size).toBe(graphs.length);
    await graphs[0]?.();
    expect([asked.at(-1), compiled.at(-1)]).toEqual([asked[0], compiled[0]]);
  });
});
