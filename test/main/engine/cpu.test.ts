import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openDevice } from '../../../main/engine/devices.ts';
import { OpenSession, sessionOptions } from '../../../main/engine/binding-session.ts';
import { deviceTensors, hostTensors } from '../../../main/engine/binding-tensors.ts';
import { copiesOf } from '../../../main/engine/host-tensors.ts';
import * as a from '../../../models/array.ts';
import { compile } from '../../../models/compile/compile.ts';
import { trace } from '../../../models/compile/trace.ts';
import type { Device, HostTensors } from '../../../models/device.ts';
import { type Program, evaluate, expectClose } from '../../models/evaluate.ts';
import { floats, specsOf } from '../../models/samples.ts';
import { engineErrorOf } from './engine-error-of.ts';
import { smallTraining } from './glow-sample.ts';

const cpu = await openDevice('cpu', () => undefined, { threads: 2 });

const input = (inputs: Readonly<Record<string, a.Tensor>>, name: string): a.Tensor => {
  const tensor = inputs[name];
  if (tensor === undefined) throw new RangeError(`no input ${name}`);
  return tensor;
};

/** A network's layer: convolution, bias, choice, reductions. */
const layer: Program = (inputs) => {
  const convolved = a.convolve(input(inputs, 'x'), input(inputs, 'kernel'));
  const active = a.relu(a.add(convolved, input(inputs, 'bias')));
  return { active, total: a.sum(active, [1, 2, 3]), largest: a.largest(a.exp(active)) };
};
const layerInputs = {
  x: floats([2, 3, 8, 8], 1),
  kernel: floats([5, 3, 3, 3], 2),
  bias: floats([5, 1, 1], 3),
};
const layerModel = compile(trace(layer, specsOf(layerInputs)), 'portable');
const hostInputs: HostTensors = Object.fromEntries(
  Object.entries(layerInputs).map(([name, { data, shape }]) => [
    name,
    { data: Float32Array.from(data), shape },
  ]),
);

function bytesOf(tensors: HostTensors): string {
  return Object.entries(tensors)
    .map(
      ([name, { data }]) =>
        `${name} ${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex')}`,
    )
    .join('\n');
}

async function trainedState(device: Device): Promise<string[]> {
  const { model, state, batches } = smallTraining(device.trainingTarget);
  const program = await device.loadResident(model, state);
  const history: string[] = [];
  for (const batch of batches)
    history.push(bytesOf(await program.run(batch)), bytesOf(await program.state()));
  await program.dispose();
  return history;
}

describe('a program on the CPU', () => {
  it("gives jax-js's own numbers", async () => {
    const program = await cpu.load(layerModel);
    const outputs = await program.run(hostInputs);
    const expected = evaluate(layer, layerInputs);
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, { shape, data }] of Object.entries(expected)) {
      expect(outputs[name]?.shape, name).toEqual([...shape]);
      expectClose(outputs[name]?.data ?? [], data, 1e-5, name);
    }
    await program.dispose();
  });

  it('gives the same bytes for the same inputs, in the same session and in a new one', async () => {
    const first = await cpu.load(layerModel);
    const second = await cpu.load(layerModel);
    const bytes = bytesOf(await first.run(hostInputs));
    expect(bytesOf(await first.run(hostInputs))).toBe(bytes);
    expect(bytesOf(await second.run(hostInputs))).toBe(bytes);
    await first.dispose();
    await second.dispose();
  });

  it('takes and gives integers and booleans', async () => {
    const choose: Program = (inputs) => {
      const x = input(inputs, 'x');
      return { chosen: a.where(input(inputs, 'mask'), x, a.negative(x)), large: a.less(1, x) };
    };
    const specs = [
      { name: 'x', shape: [4], type: 'int32' },
      { name: 'mask', shape: [4], type: 'bool' },
    ] as const;
    const program = await cpu.load(compile(trace(choose, specs), 'portable'));
    const outputs = await program.run({
      x: { data: Int32Array.of(1, 2, 3, 4), shape: [4] },
      mask: { data: Uint8Array.of(1, 0, 1, 0), shape: [4] },
    });
    expect(outputs['chosen']?.data).toEqual(Int32Array.of(1, -2, 3, -4));
    expect(outputs['large']?.data).toEqual(Uint8Array.of(0, 1, 1, 1));
    await program.dispose();
  });

  it('says which input is missing or of another type, and which shape does not fit', async () => {
    const program = await cpu.load(layerModel);
    const { bias = { data: new Float32Array(5), shape: [5, 1, 1] }, ...others } = hostInputs;
    const missing = await engineErrorOf(program.run(others));
    expect(missing.kind).toBe('run-failed');
    expect(missing.message).toContain('"bias"');
    const integers = await engineErrorOf(
      program.run({ ...others, bias: { data: new Int32Array(5), shape: bias.shape } }),
    );
    expect(integers.message).toContain('Int32Array');
    const reshaped = await engineErrorOf(
      program.run({ ...others, bias: { data: new Float32Array(6), shape: [6, 1, 1] } }),
    );
    expect(reshaped.kind).toBe('run-failed');
    await program.dispose();
  });

  it('cannot be run once it was closed, and may be closed twice', async () => {
    const program = await cpu.load(layerModel);
    await program.dispose();
    await program.dispose();
    expect((await engineErrorOf(program.run(hostInputs))).kind).toBe('disposed');
  });

  it('gives its memory back when closed', async () => {
    const weights = new Float32Array(4 << 20).map((_, index) => index % 97);
    const model = compile(
      trace(
        ({ x }) => ({ y: a.add(x ?? 0, a.constant(weights, [weights.length])) }),
        [{ name: 'x', shape: [weights.length], type: 'float32' }],
      ),
      'portable',
    );
    const x = { data: new Float32Array(weights.length), shape: [weights.length] };
    const cycle = async () => {
      const program = await cpu.load(model);
      await program.run({ x });
      await program.dispose();
    };
    for (let warmUp = 0; warmUp < 3; warmUp++) await cycle();
    const before = residentBytes();
    for (let round = 0; round < 12; round++) await cycle();
    // Kept sessions would hold 12 × 16 MB of weights and as much again of results.
    expect(residentBytes() - before).toBeLessThan(150e6);
  });
});

function residentBytes(): number {
  return process.memoryUsage.rss();
}

describe('bytes that are no model', () => {
  const broken: readonly (readonly [string, Uint8Array<ArrayBuffer>])[] = [
    ['nothing', new Uint8Array()],
    ['another file', new Uint8Array(readFileSync(import.meta.filename))],
    ['a model cut short', layerModel.slice(0, layerModel.length / 2)],
    ['a model with a flipped bit in an operator', flipped(layerModel, 'ReduceSum')],
  ];
  it.each(broken)('%s is an EngineError', async (_, bytes) => {
    const error = await engineErrorOf(cpu.load(bytes));
    expect(error.kind).toBe('load-failed');
  });

  it('a model without the state that it should keep is an EngineError that names it', async () => {
    const error = await engineErrorOf(
      cpu.loadResident(layerModel, {
        initial: { weights: { data: new Float32Array(3), shape: [3] } },
        successors: { weights: 'next/weights' },
        constants: {},
      }),
    );
    expect(error.kind).toBe('load-failed');
    expect(error.message).toContain('"weights"');
  });
});

/** Every occurrence of the text with its first letter's last bit flipped. */
function flipped(model: Uint8Array<ArrayBuffer>, text: string): Uint8Array<ArrayBuffer> {
  const copy = Buffer.from(model);
  let found = copy.indexOf(text);
  if (found < 0) throw new RangeError(`the model does not hold ${text}`);
  for (; found >= 0; found = copy.indexOf(text)) copy[found] = (copy[found] ?? 0) ^ 1;
  return new Uint8Array(copy);
}

describe('resident state on the CPU', () => {
  it('equals, step by step and byte by byte, runs whose results go to memory of their own', async () => {
    const { model, state, batches } = smallTraining(cpu.trainingTarget);
    // What the device is given it overwrites.
    let current = copiesOf(state.initial);
    const resident = await cpu.loadResident(model, state);
    const place = { kind: 'cpu', label: cpu.label, threads: 2 } as const;
    const session = await OpenSession.open(model, place, sessionOptions(place, 'resident'));
    const fetches = Object.fromEntries(session.outputs.map(({ name }) => [name, null]));
    for (const batch of batches) {
      const results = await resident.run(batch);
      const feeds = deviceTensors(session.inputs, { ...current, ...state.constants, ...batch });
      const outputs = hostTensors(await session.run(feeds, fetches));
      current = picked(outputs, state.successors);
      const kept = await resident.state();
      expect(bytesOf(kept)).toBe(bytesOf(picked(current, namesOf(kept))));
      expect(bytesOf(results)).toBe(bytesOf(picked(outputs, namesOf(results))));
    }
    await resident.dispose();
    await session.release();
  });

  it('comes out bit for bit the same when the run is repeated', async () => {
    const first = await trainedState(cpu);
    expect(await trainedState(cpu)).toEqual(first);
    expect(new Set(first).size).toBe(first.length);
  });

  it('starts from what it was given, and hands out copies', async () => {
    const { model, state, batches } = smallTraining(cpu.trainingTarget);
    const given = copiesOf(state.initial);
    const program = await cpu.loadResident(model, state);
    const before = await program.state();
    const bytes = bytesOf(before);
    expect(bytes).toBe(bytesOf(picked(given, namesOf(before))));
    for (const batch of batches) await program.run(batch);
    expect(bytesOf(before)).toBe(bytes);
    expect(bytesOf(await program.state())).not.toBe(bytes);
    await program.dispose();
    expect((await engineErrorOf(program.state())).kind).toBe('disposed');
  });
});

/** Those tensors under the names on the left that have the names on the right. */
function picked(tensors: HostTensors, names: Readonly<Record<string, string>>): HostTensors {
  return Object.fromEntries(
    Object.entries(names).map(([name, source]) => {
      const tensor = tensors[source];
      if (tensor === undefined) throw new RangeError(`no tensor ${source}`);
      return [name, tensor];
    }),
  );
}

function namesOf(tensors: HostTensors): Record<string, string> {
  return Object.fromEntries(Object.keys(tensors).map((name) => [name, name]));
}
