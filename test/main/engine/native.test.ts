import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { openBindingProgram } from '../../../main/engine/binding-session.ts';
import { copiesOf } from '../../../main/engine/host-tensors.ts';
import { openNativeProgram } from '../../../main/engine/native/program.ts';
import { openNativeResident } from '../../../main/engine/native/resident.ts';
import { besideArchive } from '../../../main/engine/onnxruntime-files.ts';
import * as a from '../../../models/array.ts';
import { compile } from '../../../models/compile/compile.ts';
import { trace } from '../../../models/compile/trace.ts';
import { glowModel } from '../../../models/detectors/glow/model.ts';
import type { HostTensors } from '../../../models/device.ts';
import { scoringGraph } from '../../../models/detectors/shared/likelihood-scorer.ts';
import { engineErrorOf } from './engine-error-of.ts';
import { smallTraining } from './glow-sample.ts';
import { reluOfAnyLength } from './onnx-with-unknown-side.ts';
import { temporaryFolder } from './temporary-folder.ts';

const place = { kind: 'cpu', label: 'CPU', threads: 2 } as const;

/** Takes a tenth of a second: many turns of the event loop. */
const SIDE = 1024;
const products = compile(
  trace(
    ({ x }) => {
      if (x === undefined) throw new RangeError('no input x');
      return { y: a.matmul(a.matmul(a.matmul(x, x), x), x) };
    },
    [{ name: 'x', shape: [SIDE, SIDE], type: 'float32' }],
  ),
  'portable',
);
/** A matrix that doubles is multiplied by 8 by its third power. */
const doubling = () => {
  const data = new Float32Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++) data[row * SIDE + row] = 2;
  return { data, shape: [SIDE, SIDE] };
};

function bytesOf(tensors: HostTensors): string {
  const names = Object.keys(tensors).sort();
  return names.map((name) => `${name} ${hex(tensors[name]?.data ?? new Uint8Array())}`).join('\n');
}

function hex({ buffer, byteOffset, byteLength }: HostTensors[string]['data']): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('hex');
}

/** Large enough that both threads have work in most operators. */
const [batch, side] = [16, 32];
const model = glowModel({ channels: 3, scales: 3, stepsPerScale: 4, hiddenChannels: 64 });
const shape = { channels: 3, height: side, width: side } as const;
/** A fresh Glow's couplings are zero. */
const shaken = Object.fromEntries(
  Object.entries(model.initialParameters(3)).map(([name, values]) => [
    name,
    values.map((value, index) => value + 0.05 * Math.sin(index * 7)),
  ]),
);
const scoring = scoringGraph(model, shaken, batch, shape);
const images = {
  data: Float32Array.from(
    { length: batch * 3 * side * side },
    (_, index) => ((index * 37) % 256) / 256 - 0.5,
  ),
  shape: [batch, 3, side, side],
};

describe("a program through ONNX Runtime's C functions", () => {
  it('scores as the Node binding does, byte by byte, each time', async () => {
    const native = await openNativeProgram(scoring, place);
    const binding = await openBindingProgram(scoring, place);
    const expected = bytesOf(await binding.run({ images }));
    for (let repeat = 0; repeat < 20; repeat++) {
      expect(bytesOf(await native.run({ images })) === expected).toBe(true);
    }
    await native.dispose();
    await binding.dispose();
  });

  it('leaves the event loop free while it computes', async () => {
    const program = await openNativeProgram(products, place);
    let turns = 0;
    let running = true;
    const turn = () => {
      turns++;
      if (running) setImmediate(turn);
    };
    setImmediate(turn);
    const { y } = await program.run({ x: doubling() });
    running = false;
    expect(turns).toBeGreaterThan(10);
    expect(y?.data[0]).toBe(16);
    await program.dispose();
  });

  it('keeps what only the running computation refers to', async () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    if (typeof collect !== 'function') throw new TypeError('this Node cannot be made to collect');
    const program = await openNativeProgram(products, place);
    const result = program.run({ x: doubling() });
    for (let round = 0; round < 20; round++) {
      Reflect.apply(collect, undefined, []);
      // Memory that was given back by mistake would be taken, and filled, here.
      new Float32Array(SIDE * SIDE).fill(NaN);
      await new Promise(setImmediate);
    }
    const { y } = await result;
    expect(y?.data.every((value, index) => value === (index % (SIDE + 1) === 0 ? 16 : 0))).toBe(true);
    await program.dispose();
  });

  it('reads results whose shape is known only afterwards', async () => {
    const program = await openNativeProgram(reluOfAnyLength(), place);
    for (const length of [5, 1, 0]) {
      const data = Float32Array.from({ length }, (_, index) => index - 2);
      const { y } = await program.run({ x: { data, shape: [length] } });
      expect(y).toEqual({ data: data.map((value) => Math.max(value, 0)), shape: [length] });
    }
    await program.dispose();
  });

  it('refuses data that is smaller than its shape', async () => {
    const program = await openNativeProgram(reluOfAnyLength(), place);
    const error = await engineErrorOf(program.run({ x: { data: new Float32Array(3), shape: [4] } }));
    expect(error.kind).toBe('run-failed');
    await program.dispose();
  });
});

describe('a model whose weights stay in its file', () => {
  const header = 13;
  const file = (name: string, bytes: Uint8Array) => {
    const path = join(temporaryFolder(), name);
    writeFileSync(path, Buffer.concat([Buffer.alloc(header, 255), bytes]));
    return { path, offset: header };
  };
  const weights = Float32Array.from({ length: 1 << 16 }, (_, index) => Math.sin(index));
  const sum = compile(
    trace(
      ({ x }) => ({ y: a.add(x ?? 0, a.constant(weights, [weights.length])) }),
      [{ name: 'x', shape: [weights.length], type: 'float32' }],
    ),
    'portable',
  );

  it('gives the same bytes as one from memory', async () => {
    const x = { data: weights.map((value) => value * 3), shape: [weights.length] };
    for (const [bytes, inputs] of [
      [sum, { x }],
      [scoring, { images }],
    ] as const) {
      const fromFile = await openNativeProgram(file('model.graph', bytes), place);
      const fromMemory = await openNativeProgram(bytes, place);
      expect(bytesOf(await fromFile.run(inputs)) === bytesOf(await fromMemory.run(inputs))).toBe(true);
      await fromFile.dispose();
      await fromMemory.dispose();
    }
  });

  it.each([
    ['is cut short in its weights', sum.slice(0, sum.length / 2)],
    ['is empty', new Uint8Array()],
    ['is something else', new Uint8Array(Buffer.from('a text that goes on for a while'))],
  ])('is an EngineError where it %s', async (_, bytes) => {
    const error = await engineErrorOf(openNativeProgram(file('broken.graph', bytes), place));
    expect(error.kind).toBe('load-failed');
  });

  it('is an EngineError where there is no file', async () => {
    const missing = { path: join(temporaryFolder(), 'none.graph'), offset: 0 };
    expect((await engineErrorOf(openNativeProgram(missing, place))).kind).toBe('load-failed');
  });
});

describe("a resident program through ONNX Runtime's C functions", () => {
  it('keeps its state in the memory that it was given', async () => {
    const { model: graph, state, batches } = smallTraining('cpu-training');
    const before = bytesOf(state.initial);
    const program = await openNativeResident(graph, state, place);
    for (const inputs of batches) await program.run(inputs);
    expect(bytesOf(state.initial) === before).toBe(false);
    expect(bytesOf(await program.state()) === bytesOf(state.initial)).toBe(true);
    await program.dispose();
  });

  it('does what is asked at once in the order it was asked, and closes after it', async () => {
    const { model: graph, state, batches } = smallTraining('cpu-training');
    const again = { ...state, initial: copiesOf(state.initial) };
    const patient = await openNativeResident(graph, state, place);
    const expected: string[] = [];
    for (const inputs of batches) {
      expected.push(bytesOf(await patient.run(inputs)), bytesOf(await patient.state()));
    }
    await patient.dispose();

    const hasty = await openNativeResident(graph, again, place);
    const asked = batches.flatMap((inputs) => [hasty.run(inputs), hasty.state()]);
    const closed = hasty.dispose();
    const late = engineErrorOf(hasty.run(batches[0] ?? {}));
    const got = (await Promise.all(asked)).map(bytesOf);
    expect(got.map((bytes, index) => bytes === expected[index])).toEqual(expected.map(() => true));
    await closed;
    expect((await late).kind).toBe('disposed');
  });

  it('goes on after a run that failed', async () => {
    const { model: graph, state, batches } = smallTraining('cpu-training');
    const program = await openNativeResident(graph, state, place);
    const before = bytesOf(await program.state());
    expect((await engineErrorOf(program.run({}))).kind).toBe('run-failed');
    expect(bytesOf(await program.state()) === before).toBe(true);
    expect((await program.run(batches[0] ?? {}))['loss']?.data[0]).toBeTypeOf('number');
    await program.dispose();
  });
});

describe("ONNX Runtime's library", () => {
  it("is looked for beside Electron's archive", () => {
    const path = (archive: string) => join('/opt', 'resources', archive, 'node_modules', 'onnxruntime-node');
    expect(besideArchive(path('app.asar'))).toBe(path('app.asar.unpacked'));
    expect(besideArchive(path('app'))).toBe(path('app'));
  });
});
