/**
 * What an ONNX file says of itself, without its weights: enough to know how it is fed and whether it may be loaded. The file is
 * anybody's, so nothing in it is believed: lengths are checked, and nesting is bounded.
 */
import { BinaryReader, BinaryWriter, WireType, getTextEncoding } from '@bufbuild/protobuf/wire';

/** A side is a number, or a name where it is known only when the model runs, or null where nothing is said. */
export type DeclaredSide = number | string | null;

export interface DeclaredTensor {
  readonly name: string;
  /** TensorProto.DataType; null where it is no tensor or nothing is said. */
  readonly type: number | null;
  /** Null where nothing is said of its shape. */
  readonly shape: readonly DeclaredSide[] | null;
}

export interface OnnxSummary {
  /** What is fed: initialisers, which older files list among the inputs, are not. */
  readonly inputs: readonly DeclaredTensor[];
  readonly outputs: readonly DeclaredTensor[];
  /** Every tensor that a node of the main graph computes, in the order of the file. */
  readonly computed: readonly string[];
  /** Of tensors inside the graph, where the file says so. */
  readonly described: ReadonlyMap<string, DeclaredTensor>;
  /** Domains of the operators in use that the file does not define itself; the standard one is "". */
  readonly domains: ReadonlySet<string>;
  /** Whether weights lie in other files. */
  readonly external: boolean;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The bytes are no ONNX model. */
export class OnnxFormatError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OnnxFormatError';
  }
}

/** Subgraphs inside subgraphs: real models have two or three. */
const DEEPEST = 16;

// Field numbers of onnx.proto3 (https://github.com/onnx/onnx, Apache-2.0).
const MODEL = { graph: 7, opsetImport: 8, metadata: 14, functions: 25 } as const;
const GRAPH = {
  node: 1,
  initializer: 5,
  input: 11,
  output: 12,
  valueInfo: 13,
  sparseInitializer: 15,
} as const;
const NODE = { output: 2, attribute: 5, domain: 7 } as const;
const ATTRIBUTE = { tensor: 5, graph: 6, tensors: 10, graphs: 11, sparse: 22, sparses: 23 } as const;
const TENSOR = { name: 8, externalData: 13, dataLocation: 14 } as const;
const FUNCTION = { node: 7, domain: 10 } as const;
const SPARSE = { values: 1, indices: 2 } as const;
const PAIR = { key: 1, value: 2 } as const;
const VALUE = { name: 1, type: 2 } as const;
const TYPE = { tensor: 1 } as const;
const TENSOR_TYPE = { element: 1, shape: 2 } as const;
const SHAPE = { side: 1 } as const;
const SIDE = { value: 1, name: 2 } as const;

interface Found {
  readonly domains: Set<string>;
  readonly defined: Set<string>;
  external: boolean;
}

interface GraphParts {
  readonly inputs: DeclaredTensor[];
  readonly outputs: DeclaredTensor[];
  readonly values: DeclaredTensor[];
  readonly initialisers: Set<string>;
  readonly computed: string[];
}

/** @throws {OnnxFormatError} */
export function readOnnx(bytes: Uint8Array): OnnxSummary {
  try {
    return summaryOf(bytes);
  } catch (error) {
    if (error instanceof OnnxFormatError) throw error;
    throw new OnnxFormatError('the file is cut short or is no ONNX model', { cause: error });
  }
}

/**
 * The same model with one more output: a tensor that it computes on the way. Protobuf joins what a file says of a message twice, so
 * that nothing of the file has to be read or copied but once.
 */
export function withOutput(bytes: Uint8Array, tensor: string): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writer.tag(MODEL.graph, WireType.LengthDelimited).fork();
  writer.tag(GRAPH.output, WireType.LengthDelimited).fork();
  writer.tag(VALUE.name, WireType.LengthDelimited).string(tensor);
  const addition = writer.join().join().finish();
  const joined = new Uint8Array(bytes.length + addition.length);
  joined.set(bytes);
  joined.set(addition, bytes.length);
  return joined;
}

function summaryOf(bytes: Uint8Array): OnnxSummary {
  const found: Found = { domains: new Set(), defined: new Set(), external: false };
  const graph = emptyGraph();
  const metadata: [string, string][] = [];
  let graphs = 0;
  let imports = 0;
  eachField(bytes, (field, content) => {
    if (field === MODEL.graph) {
      graphs += 1;
      readGraph(content, graph, found, 0);
    } else if (field === MODEL.opsetImport) {
      imports += 1;
    } else if (field === MODEL.functions) readFunction(content, found);
    else if (field === MODEL.metadata) {
      metadata.push([textIn(content, PAIR.key), textIn(content, PAIR.value)]);
    }
  });
  if (graphs === 0 || imports === 0) throw new OnnxFormatError('the file holds no ONNX graph');
  return {
    inputs: graph.inputs.filter(({ name }) => !graph.initialisers.has(name)),
    outputs: graph.outputs,
    computed: graph.computed,
    described: new Map(graph.values.map((value) => [value.name, value])),
    domains: new Set([...found.domains].filter((domain) => !found.defined.has(domain))),
    external: found.external,
    metadata: Object.fromEntries(metadata),
  };
}

function emptyGraph(): GraphParts {
  return { inputs: [], outputs: [], values: [], initialisers: new Set(), computed: [] };
}

function readGraph(bytes: Uint8Array, parts: GraphParts, found: Found, depth: number): void {
  if (depth > DEEPEST) throw new OnnxFormatError('its graphs are nested too deeply');
  eachField(bytes, (field, content) => {
    if (field === GRAPH.node) parts.computed.push(...readNode(content, found, depth));
    else if (field === GRAPH.initializer) parts.initialisers.add(readTensor(content, found));
    else if (field === GRAPH.sparseInitializer) parts.initialisers.add(readSparse(content, found));
    else if (field === GRAPH.input) parts.inputs.push(declared(content));
    else if (field === GRAPH.output) parts.outputs.push(declared(content));
    else if (field === GRAPH.valueInfo) parts.values.push(declared(content));
  });
}

/** @returns the names of its outputs */
function readNode(bytes: Uint8Array, found: Found, depth: number): string[] {
  const outputs: string[] = [];
  eachField(bytes, (field, content) => {
    if (field === NODE.output) {
      // An output that is left out has no name.
      if (content.length > 0) outputs.push(textOf(content));
    } else if (field === NODE.domain) found.domains.add(textOf(content));
    else if (field === NODE.attribute) readAttribute(content, found, depth);
  });
  return outputs;
}

function readAttribute(bytes: Uint8Array, found: Found, depth: number): void {
  eachField(bytes, (field, content) => {
    if (field === ATTRIBUTE.tensor || field === ATTRIBUTE.tensors) readTensor(content, found);
    else if (field === ATTRIBUTE.sparse || field === ATTRIBUTE.sparses) readSparse(content, found);
    else if (field === ATTRIBUTE.graph || field === ATTRIBUTE.graphs)
      readGraph(content, emptyGraph(), found, depth + 1);
  });
}

function readFunction(bytes: Uint8Array, found: Found): void {
  eachField(bytes, (field, content) => {
    if (field === FUNCTION.node) readNode(content, found, 1);
    else if (field === FUNCTION.domain) found.defined.add(textOf(content));
  });
}

/** @returns its name */
function readTensor(bytes: Uint8Array, found: Found): string {
  let name = '';
  eachField(
    bytes,
    (field, content) => {
      if (field === TENSOR.name) name = textOf(content);
      else if (field === TENSOR.externalData) found.external = true;
    },
    (field, value) => {
      if (field === TENSOR.dataLocation && value !== 0) found.external = true;
    },
  );
  return name;
}

function readSparse(bytes: Uint8Array, found: Found): string {
  let name = '';
  eachField(bytes, (field, content) => {
    if (field === SPARSE.values) name = readTensor(content, found);
    else if (field === SPARSE.indices) readTensor(content, found);
  });
  return name;
}

/** A ValueInfoProto. */
function declared(bytes: Uint8Array): DeclaredTensor {
  let name = '';
  let type: number | null = null;
  let shape: DeclaredSide[] | null = null;
  const readTensorType = (content: Uint8Array) =>
    eachField(
      content,
      (field, inner) => {
        if (field === TENSOR_TYPE.shape) shape = sidesOf(inner);
      },
      (field, value) => {
        if (field === TENSOR_TYPE.element) type = value;
      },
    );
  eachField(bytes, (field, content) => {
    if (field === VALUE.name) name = textOf(content);
    else if (field === VALUE.type) {
      eachField(content, (kind, inner) => {
        if (kind === TYPE.tensor) readTensorType(inner);
      });
    }
  });
  return { name, type, shape };
}

function sidesOf(bytes: Uint8Array): DeclaredSide[] {
  const sides: DeclaredSide[] = [];
  eachField(bytes, (field, content) => {
    if (field !== SHAPE.side) return;
    let side: DeclaredSide = null;
    eachField(
      content,
      (kind, inner) => {
        if (kind === SIDE.name) side = textOf(inner);
      },
      (kind, value) => {
        if (kind === SIDE.value) side = value;
      },
    );
    sides.push(side);
  });
  return sides;
}

/** The text of a field that stands once; empty where it is absent. */
function textIn(bytes: Uint8Array, number: number): string {
  let text = '';
  eachField(bytes, (field, content) => {
    if (field === number) text = textOf(content);
  });
  return text;
}

function textOf(bytes: Uint8Array): string {
  return getTextEncoding().decodeUtf8(bytes);
}

/** Each field of a message: those with a length as views of their content, whole numbers by value; others say nothing here. */
function eachField(
  bytes: Uint8Array,
  onContent: (field: number, content: Uint8Array) => void,
  onNumber: (field: number, value: number) => void = () => undefined,
): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.LengthDelimited) onContent(field, reader.bytes());
    else if (type === WireType.Varint) onNumber(field, Number(reader.int64()));
    else reader.skip(type, field);
  }
}
