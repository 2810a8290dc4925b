/** What the science needs of a machine. main/engine implements it; nothing here knows how. */

/**
 * What the graph is for.
 * `cpu-training`: changing weights on ONNX Runtime's CPU provider; uses its com.microsoft operators.
 * `portable`: plain ONNX, for GPUs, for scoring with constant weights, and for other runtimes.
 */
export type CompileTarget = 'cpu-training' | 'portable';

export type DeviceKind = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';

export interface HostTensor {
  readonly data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
  readonly shape: readonly number[];
}

export type HostTensors = Readonly<Record<string, HostTensor>>;

/**
 * State that a program reads and replaces at each run: it stays on the device in between. A successor may overwrite its
 * input in place, so every reader of a state input must come before every successor in the program's data flow; a
 * training step's guard sees to that.
 */
export interface ResidentState {
  /**
   * Contents before the first run, by input name. These arrays are handed over, each with memory of its own: the device may
   * keep them and overwrite them, so that the state of a large model is not there twice.
   */
  readonly initial: HostTensors;
  /** For each state input, the output that holds its next value. */
  readonly successors: Readonly<Record<string, string>>;
  /** Inputs that never change: uploaded or copied once. */
  readonly constants: HostTensors;
}

export interface Device {
  readonly kind: DeviceKind;
  /** What a person reads: "CPU (2 threads)", "WebGPU (SwiftShader)". */
  readonly label: string;
  /** How programs for this device are compiled. */
  readonly trainingTarget: CompileTarget;
  readonly scoringTarget: CompileTarget;
  /** A program without memory of its own. @param model the bytes of an ONNX file */
  load(model: Uint8Array<ArrayBuffer>): Promise<Program>;
  loadResident(model: Uint8Array<ArrayBuffer>, state: ResidentState): Promise<ResidentProgram>;
}

/** Where computation happens, and how graphs get there. */
export interface Environment {
  readonly device: Device;
  /**
   * The bytes of a compiled graph: from a cache when a graph of this description was compiled before.
   * @param description everything that the graph depends on
   */
  graph(description: string, compile: () => Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

export interface Program {
  /**
   * All outputs by name, on the host. Runs follow one another in the order they are asked for; until one has ended its
   * inputs must not be changed.
   */
  run(inputs: HostTensors): Promise<HostTensors>;
  /** Once the runs that were asked for have ended. */
  dispose(): Promise<void>;
}

export interface ResidentProgram {
  /** Runs once, replaces the state, and returns the outputs that are not state. Otherwise as {@link Program.run}. */
  run(inputs: HostTensors): Promise<HostTensors>;
  /** The state after the runs that were asked for, copied to the host, by input name. */
  state(): Promise<HostTensors>;
  /** Once those runs have ended. */
  dispose(): Promise<void>;
}
