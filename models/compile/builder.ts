import {
  type Attribute,
  type ElementType,
  type Graph,
  type Node,
  type Shape,
  type TensorData,
  type Value,
  elementCount,
  nodesInOrder,
} from './graph.ts';

/** A node about to be made: what a {@link Rule} looks at. */
export interface NodeRequest {
  readonly op: string;
  readonly domain: Node['domain'];
  readonly inputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outputs: readonly { readonly shape: Shape; readonly type: ElementType }[];
}

/**
 * A rewrite: given a node about to be made, returns values that equal its outputs and are cheaper, or null.
 * It may look at how the inputs were produced, never at who will read the outputs.
 */
export type Rule = (request: NodeRequest, builder: GraphBuilder) => readonly Value[] | null;

/** Constants up to this many elements are shared when equal. */
const SHARED_CONSTANT_ELEMENTS = 1 << 12;

/**
 * Makes graph values. Equal requests give the same value (common subexpressions vanish), and each request is
 * offered to the rules first, so that a graph built through it is in the rules' normal form.
 */
export class GraphBuilder {
  readonly #rules: readonly Rule[];
  readonly #known = new Map<string, readonly Value[]>();
  readonly #constants = new Map<string, Value>();
  #nextId = 0;

  constructor(rules: readonly Rule[] = []) {
    this.#rules = rules;
  }

  input(shape: Shape, type: ElementType): Value {
    return { id: this.#nextId++, shape, type, producer: null, data: null };
  }

  constant(data: TensorData, shape: Shape, type: ElementType): Value {
    if (data.length !== elementCount(shape)) {
      throw new RangeError(`a constant of shape [${shape.join(', ')}] cannot hold ${data.length} elements`);
    }
    const make = () => ({ id: this.#nextId++, shape, type, producer: null, data });
    if (data.length > SHARED_CONSTANT_ELEMENTS) return make();
    const key = `${type}[${shape.join()}]${contentKey(data)}`;
    const known = this.#constants.get(key) ?? make();
    this.#constants.set(key, known);
    return known;
  }

  /** A constant too large to compare by contents, shared by the name of what it holds. */
  sharedConstant(key: string, make: () => { data: TensorData; shape: Shape; type: ElementType }): Value {
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const { data, shape, type } = make();
    const value = { id: this.#nextId++, shape, type, producer: null, data };
    this.#constants.set(key, value);
    return value;
  }

  scalar(value: number, type: ElementType = 'float32'): Value {
    return this.filled(value, [], type);
  }

  filled(value: number, shape: Shape, type: ElementType = 'float32'): Value {
    return this.constant(typedArray(type, new Array<number>(elementCount(shape)).fill(value)), shape, type);
  }

  /** A one-dimensional int64 constant: axes, shapes, pads, starts. */
  integers(values: readonly number[]): Value {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length], 'int64');
  }

  /** The outputs of a node with several of them. */
  nodes(request: NodeRequest): readonly Value[] {
    const key = requestKey(request);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const values = this.#rewritten(request) ?? this.#make(request);
    this.#known.set(key, values);
    return values;
  }

  /** The output of a node with one. */
  node(
    op: string,
    inputs: readonly Value[],
    shape: Shape,
    type: ElementType,
    attributes: Readonly<Record<string, Attribute>> = {},
    domain: Node['domain'] = '',
  ): Value {
    return single(this.nodes({ op, domain, inputs, attributes, outputs: [{ shape, type }] }));
  }

  #rewritten(request: NodeRequest): readonly Value[] | null {
    for (const rule of this.#rules) {
      const values = rule(request, this);
      if (values !== null) return values;
    }
    return null;
  }

  #make(request: NodeRequest): readonly Value[] {
    const outputs: Value[] = [];
    const node: Node = { ...request, outputs };
    for (const { shape, type } of request.outputs) {
      outputs.push({ id: this.#nextId++, shape, type, producer: node, data: null });
    }
    return outputs;
  }
}

/** Makes the outputs of one node of the old graph in the new one; null leaves the node as it is. */
export type Remake = (
  node: Node,
  get: (value: Value) => Value,
  builder: GraphBuilder,
) => ReadonlyMap<Value, Value> | null;

/**
 * Rebuilds a graph under rules; nodes that no output needs are dropped. Input and output names stay.
 * A `remake` may treat nodes in the light of the whole old graph, which a rule cannot see.
 */
export function rewrite(graph: Graph, rules: readonly Rule[], remake: Remake = () => null): Graph {
  const builder = new GraphBuilder(rules);
  const mapped = new Map<Value, Value>();
  const get = (value: Value): Value => {
    const known = mapped.get(value);
    if (known !== undefined) return known;
    if (value.data === null) throw new Error(`value ${value.id} is read before it is computed`);
    const constant = builder.constant(value.data, value.shape, value.type);
    mapped.set(value, constant);
    return constant;
  };
  const inputs = graph.inputs.map(({ name, value }) => {
    const input = builder.input(value.shape, value.type);
    mapped.set(value, input);
    return { name, value: input };
  });
  for (const node of nodesInOrder(graph)) {
    const remade = remake(node, get, builder);
    if (remade !== null) {
      for (const [old, value] of remade) mapped.set(old, value);
      continue;
    }
    const outputs = builder.nodes({ ...node, inputs: node.inputs.map(get) });
    node.outputs.forEach((old, position) => {
      const value = outputs[position];
      if (value !== undefined) mapped.set(old, value);
    });
  }
  return { inputs, outputs: graph.outputs.map(({ name, value }) => ({ name, value: get(value) })) };
}

export function single(values: readonly Value[]): Value {
  const [value] = values;
  if (value === undefined || values.length !== 1) {
    throw new RangeError(`expected one value, got ${values.length}`);
  }
  return value;
}

export function typedArray(type: ElementType, values: readonly number[]): TensorData {
  switch (type) {
    case 'float32':
      return Float32Array.from(values);
    case 'float64':
      return Float64Array.from(values);
    case 'int32':
      return Int32Array.from(values);
    case 'uint32':
      return Uint32Array.from(values);
    case 'int64':
      return BigInt64Array.from(values, BigInt);
    case 'bool':
      return Uint8Array.from(values);
    case 'float16':
      throw new TypeError('float16 constants are not supported: compute in float32');
  }
}

/** A string that is equal exactly for equal bytes (so −0 and 0 stay apart). */
function contentKey(data: TensorData): string {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).join();
}

function requestKey({ op, domain, inputs, attributes, outputs }: NodeRequest): string {
  const ids = inputs.map(({ id }) => id).join();
  const shapes = outputs.map(({ shape, type }) => `${type}[${shape.join()}]`).join();
  return `${domain}:${op}(${ids})${JSON.stringify(attributes)}${shapes}`;
}
