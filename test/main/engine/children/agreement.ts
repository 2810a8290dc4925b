/** Scores and trains a small Glow on CPU and WebGPU, and sends what came out. */
import { openDevice } from '../../../../main/engine/devices.ts';
import { glowModel } from '../../../../models/detectors/glow/model.ts';
import type { Device, HostTensors } from '../../../../models/device.ts';
import { scoringGraph } from '../../../../models/detectors/shared/likelihood-scorer.ts';
import { floats } from '../../../models/samples.ts';
import type { DeviceNumbers } from '../agreement.ts';
import { sent } from '../child.ts';
import { SMALL_GLOW, smallTraining } from '../glow-sample.ts';

async function numbersOf(device: Device): Promise<DeviceNumbers> {
  const { glow, side, batch } = SMALL_GLOW;
  const model = glowModel(glow);
  const parameters = Object.fromEntries(
    Object.entries(model.initialParameters(3)).map(([name, values], index) => {
      const noise = floats([values.length], index + 1, -0.05, 0.05).data;
      const trained = model.parameters.find((spec) => spec.name === name)?.trained ?? false;
      return [name, trained ? values.map((value, at) => value + (noise[at] ?? 0)) : values];
    }),
  );
  const images = floats([batch, glow.channels, side, side], 5, -0.5, 0.5);
  const shape = { channels: glow.channels, height: side, width: side };
  const scorer = await device.load(scoringGraph(model, parameters, batch, shape));
  const maps = await scorer.run({ images: { data: Float32Array.from(images.data), shape: images.shape } });
  await scorer.dispose();

  const { model: graph, state, batches } = smallTraining(device.trainingTarget);
  const program = await device.loadResident(graph, state);
  const before = await program.state();
  const losses: number[] = [];
  for (const inputs of batches) losses.push((await program.run(inputs))['loss']?.data[0] ?? NaN);
  const after = await program.state();
  await program.dispose();
  return { label: device.label, maps: dataOf(maps), losses, before: dataOf(before), after: dataOf(after) };
}

function dataOf(tensors: HostTensors): Record<string, Float32Array<ArrayBuffer>> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { data }]) => [name, Float32Array.from(data)]),
  );
}

for (const kind of ['cpu', 'webgpu'] as const) {
  const device = await openDevice(kind, () => undefined);
  await sent(await numbersOf(device));
}
process.disconnect();
