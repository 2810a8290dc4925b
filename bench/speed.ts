/** How fast one training step or one scored batch of a Glow is: the graph alone, without loading images. */
import { randomFillSync } from 'node:crypto';
import { cachedGraph, graphKey } from '../main/engine/graph-cache.ts';
import { openDevice } from '../main/engine/devices.ts';
import { elementCount } from '../models/compile/graph.ts';
import { glowModel } from '../models/detectors/glow.ts';
import type { ParameterData, ParameterSpec } from '../models/detectors/detector.ts';
import type { Device, DeviceKind, Environment, HostTensors } from '../models/device.ts';
import { elementsOf, type ImageShape } from '../models/images.ts';
import { scoringGraph } from '../models/scoring/likelihood-scorer.ts';
import { packParameters } from '../models/training/packing.ts';
import { next } from '../models/training/training-step.ts';
import { trainingGraph } from '../models/training/training-graph.ts';

export interface SpeedRequest {
  readonly mode: 'train' | 'score';
  readonly steps: number;
  readonly hidden: number;
  readonly batch: number;
  readonly size: number;
  readonly device: DeviceKind;
  readonly repeat: number;
}

/** One line of the comparison; the keys are those of the PyTorch peer's line. */
export interface SpeedResult extends SpeedRequest {
  readonly peer: 'flowscreen';
  readonly version: string;
  readonly ms_per_step: number;
  readonly images_per_s: number;
  readonly params: number;
  readonly peak_mb: number;
}

export interface CompileResult {
  /** Tracing, differentiating, lowering and encoding; null where the graph came from the cache. */
  readonly compile_ms: number | null;
  readonly graph_mb: number;
}

const CHANNELS = 3;
const SCALES = 3;
const TRAINING = { optimiser: { kind: 'adamax', weightDecay: 0 }, averagingDecay: 0 } as const;
/** The peer's: small and random. */
const PARAMETER_RANGE = 0.05;

/** Compiles the graph into the cache, so that measuring needs no memory for compiling. */
export async function compileForSpeed(
  request: SpeedRequest,
  folder: string,
  device: Device,
): Promise<CompileResult> {
  let compileMs: number | null = null;
  const environment = cachingEnvironment(folder, device, (milliseconds) => (compileMs = milliseconds));
  const bytes = await graphOf(request, environment);
  return { compile_ms: compileMs, graph_mb: round(bytes.length / 1e6) };
}

/** Median over `repeat` runs after one that is not counted. */
export async function measureSpeed(
  request: SpeedRequest,
  folder: string,
  version: string,
): Promise<SpeedResult> {
  const device = await openDevice(request.device, () => {});
  const bytes = await graphOf(
    request,
    cachingEnvironment(folder, device, () => {}),
  );
  const run =
    request.mode === 'train' ? await trainer(request, device, bytes) : await scorer(request, device, bytes);
  await run();
  const times: number[] = [];
  for (let repeat = 0; repeat < request.repeat; repeat++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)] ?? Number.NaN;
  const trained = modelOf(request).parameters.filter((spec) => spec.trained);
  return {
    peer: 'flowscreen',
    version,
    ...request,
    ms_per_step: round(median),
    images_per_s: round((request.batch / median) * 1000),
    params: trained.reduce((sum, { shape }) => sum + elementCount(shape), 0),
    peak_mb: Math.round(process.resourceUsage().maxRSS / 1000),
  };
}

async function graphOf(request: SpeedRequest, environment: Environment): Promise<Uint8Array<ArrayBuffer>> {
  const model = modelOf(request);
  const shape = shapeOf(request);
  if (request.mode === 'train') return trainingGraph(environment, model, request.batch, shape, TRAINING);
  const description = `bench score ${model.description} ${request.batch} ${JSON.stringify(shape)}`;
  return environment.graph(description, () =>
    scoringGraph(model, randomParameters(model.parameters), request.batch, shape),
  );
}

async function trainer(
  request: SpeedRequest,
  device: Device,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<() => Promise<unknown>> {
  const { parameters } = modelOf(request);
  const packs = packParameters(parameters.filter(({ trained }) => trained));
  const initial: Record<string, HostTensors[string]> = {};
  for (const { name, size } of packs) {
    for (const part of ['parameter', 'first', 'second'] as const) {
      const data = part === 'parameter' ? randomValues(size) : new Float32Array(size);
      initial[`${name}/${part}`] = { data, shape: [size] };
    }
  }
  const fixed = randomParameters(parameters.filter(({ trained }) => !trained));
  const program = await device.loadResident(bytes, {
    initial,
    successors: Object.fromEntries(Object.keys(initial).map((name) => [name, next(name)])),
    constants: Object.fromEntries(
      parameters.flatMap(({ name, shape }) => {
        const data = fixed[name];
        return data === undefined ? [] : [[name, { data, shape }]];
      }),
    ),
  });
  const inputs: HostTensors = {
    images: imagesOf(request),
    stepSize: { data: Float32Array.of(5e-4), shape: [] },
    secondCorrection: { data: Float32Array.of(1), shape: [] },
  };
  return () => program.run(inputs);
}

async function scorer(
  request: SpeedRequest,
  device: Device,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<() => Promise<unknown>> {
  const program = await device.load(bytes);
  const inputs = { images: imagesOf(request) };
  return () => program.run(inputs);
}

function modelOf({ steps, hidden }: SpeedRequest): ReturnType<typeof glowModel> {
  return glowModel({ channels: CHANNELS, scales: SCALES, stepsPerScale: steps, hiddenChannels: hidden });
}

function shapeOf({ size }: SpeedRequest): ImageShape {
  return { channels: CHANNELS, height: size, width: size };
}

function imagesOf(request: SpeedRequest): HostTensors[string] {
  const shape = shapeOf(request);
  return {
    data: randomValues(request.batch * elementsOf(shape), 1),
    shape: [request.batch, shape.channels, shape.height, shape.width],
  };
}

/** Small and random, but permutations are identities and signs are positive: the 1×1 convolutions stay invertible. */
function randomParameters(specs: readonly ParameterSpec[]): ParameterData {
  return Object.fromEntries(
    specs.map(({ name, shape }) => {
      const size = elementCount(shape);
      if (name.endsWith('lu.sign')) return [name, new Float32Array(size).fill(1)];
      if (!name.endsWith('lu.permutation')) return [name, randomValues(size)];
      const side = shape.at(-1) ?? 1;
      const isDiagonal = (index: number) => Math.floor((index % side ** 2) / side) === index % side;
      return [name, Float32Array.from({ length: size }, (_, index) => (isDiagonal(index) ? 1 : 0))];
    }),
  );
}

function randomValues(size: number, range = PARAMETER_RANGE): Float32Array<ArrayBuffer> {
  const bits = randomFillSync(new Int16Array(size));
  return Float32Array.from(bits, (value) => (value / 65536) * range);
}

function cachingEnvironment(
  folder: string,
  device: Device,
  compiled: (milliseconds: number) => void,
): Environment {
  return {
    device,
    graph: (description, compile) =>
      cachedGraph(
        folder,
        graphKey(description),
        () => {
          const start = performance.now();
          const bytes = compile();
          compiled(Math.round(performance.now() - start));
          return bytes;
        },
        { report: () => {} },
      ),
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
