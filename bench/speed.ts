/** How fast one training step or one scored batch of a Glow is: the graph alone, without loading images. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { EngineError } from '../main/engine/engine-error.ts';
import { cachedGraph, graphKey, keptGraph } from '../main/engine/graph-cache.ts';
import { elementCount } from '../models/compile/graph.ts';
import { glowModel } from '../models/detectors/glow/model.ts';
import type { ParameterData } from '../models/detectors/detector.ts';
import type { Device, DeviceKind } from '../models/device.ts';
import type { ImageShape } from '../models/images.ts';
import { scoringGraph } from '../models/detectors/shared/likelihood-scorer.ts';
import { packParameters } from '../models/training/packing.ts';
import { next, slotParts } from '../models/training/training-step.ts';
import { likelihoodOf } from '../models/detectors/shared/likelihood-fit.ts';
import { trainingGraph } from '../models/training/training-graph.ts';
import { valuesOf } from './filled-tensors.ts';
import { type FilledTensor, type SpeedReply, type SpeedTask, speedReply } from './speed-messages.ts';

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

export interface CompiledForSpeed {
  /** Tracing, differentiating, lowering and encoding; null where the graph came from the cache. */
  readonly compile_ms: number | null;
  readonly graph_mb: number;
  readonly graph: SpeedTask['graph'];
}

const CHANNELS = 3;
const SCALES = 3;
const TRAINING = { optimiser: { kind: 'adamax', weightDecay: 0 }, averagingDecay: 0 } as const;

/** Compiles the graph into the cache, so that measuring needs no memory for compiling. */
export async function compileForSpeed(
  request: SpeedRequest,
  folder: string,
  device: Device,
): Promise<CompiledForSpeed> {
  let compileMs: number | null = null;
  let key = '';
  const graph = async (description: string, compile: () => Uint8Array<ArrayBuffer>) => {
    key = graphKey(description);
    const timed = () => {
      const start = performance.now();
      const bytes = compile();
      compileMs = Math.round(performance.now() - start);
      return bytes;
    };
    return cachedGraph(folder, key, timed, {
      report: (problem) => {
        throw new EngineError('load-failed', problem);
      },
    });
  };
  const model = modelOf(request);
  const shape = shapeOf(request);
  const bytes =
    request.mode === 'train'
      ? await trainingGraph({ device, graph }, likelihoodOf(model, request.batch, shape), TRAINING)
      : await graph(`bench score ${model.description} ${request.batch} ${JSON.stringify(shape)}`, () =>
          scoringGraph(model, parametersOf(model), request.batch, shape),
        );
  return { compile_ms: compileMs, graph_mb: round(bytes.length / 1e6), graph: keptGraph(folder, key) };
}

/**
 * Median over `repeat` runs after one that is not counted, in a process of its own.
 * @throws EngineError 'run-failed'
 */
export async function measureSpeed(
  request: SpeedRequest,
  graph: SpeedTask['graph'],
  version: string,
  signal?: AbortSignal,
): Promise<SpeedResult> {
  const reply = await ask(taskOf(request, graph), signal);
  if (reply.status === 'failed') {
    throw new EngineError(
      'run-failed',
      `The benchmark could not run on ${request.device} (${reply.message}); try a smaller batch.`,
    );
  }
  const times = reply.times.toSorted((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)] ?? Number.NaN;
  const trained = modelOf(request).parameters.filter((spec) => spec.trained);
  return {
    peer: 'flowscreen',
    version,
    ...request,
    ms_per_step: round(median),
    images_per_s: round((request.batch / median) * 1000),
    params: trained.reduce((sum, { shape }) => sum + elementCount(shape), 0),
    peak_mb: Math.round(reply.peak),
  };
}

function taskOf(request: SpeedRequest, graph: SpeedTask['graph']): SpeedTask {
  const { channels, height, width } = shapeOf(request);
  const images: FilledTensor = {
    name: 'images',
    shape: [request.batch, channels, height, width],
    fill: 'pixels',
  };
  const task = { device: request.device, graph, repeat: request.repeat };
  if (request.mode === 'score') return { ...task, batch: [images], resident: null };
  const { parameters } = modelOf(request);
  const state = packParameters(parameters.filter(({ trained }) => trained)).flatMap(({ name, size }) =>
    slotParts(TRAINING).map((part) => {
      const fill = part === 'parameter' ? ('weights' as const) : 0;
      return { name: `${name}/${part}`, shape: [size], fill, successor: next(`${name}/${part}`) };
    }),
  );
  const constants = parameters
    .filter(({ trained }) => !trained)
    .map(({ name, shape }) => ({ name, shape: [...shape], fill: fillOf(name) }));
  const scalars = [
    { name: 'stepSize', shape: [], fill: 5e-4 },
    { name: 'secondCorrection', shape: [], fill: 1 },
  ];
  return { ...task, batch: [images, ...scalars], resident: { state, constants } };
}

function ask(task: SpeedTask, signal: AbortSignal | undefined): Promise<SpeedReply> {
  // Beside this file, in the sources and in the build alike.
  const entry = join(
    import.meta.dirname,
    import.meta.filename.endsWith('.ts') ? 'speed-process.ts' : 'speed-process.js',
  );
  const child = fork(entry, {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    ...(signal === undefined ? {} : { signal }),
  });
  return new Promise((resolve, reject) => {
    let reply: SpeedReply = { status: 'failed', message: 'its process ended early' };
    child.on('message', (message) => {
      const parsed = speedReply.safeParse(message);
      reply = parsed.success ? parsed.data : { status: 'failed', message: 'it gave no readable answer' };
    });
    child.once('error', reject);
    child.once('close', () => resolve(reply));
    child.send(task);
  });
}

function modelOf({ steps, hidden }: SpeedRequest): ReturnType<typeof glowModel> {
  return glowModel({ channels: CHANNELS, scales: SCALES, stepsPerScale: steps, hiddenChannels: hidden });
}

function shapeOf({ size }: SpeedRequest): ImageShape {
  return { channels: CHANNELS, height: size, width: size };
}

function parametersOf({ parameters }: ReturnType<typeof modelOf>): ParameterData {
  return Object.fromEntries(
    parameters.map(({ name, shape }) => [name, valuesOf({ shape: [...shape], fill: fillOf(name) })]),
  );
}

/** Permutations are identities and signs are positive, so that the 1×1 convolutions stay invertible. */
function fillOf(parameter: string): FilledTensor['fill'] {
  if (parameter.endsWith('lu.sign')) return 1;
  return parameter.endsWith('lu.permutation') ? 'identity' : 'weights';
}

/** Small and random, but permutations are identities and signs are positive: the 1×1 convolutions stay invertible. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
