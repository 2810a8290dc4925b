/**
 * The compiler's intermediate form: an ONNX graph whose every value carries a known shape.
 *
 * Values are in static single assignment form. A node is created only through a {@link GraphBuilder}
 * (builder.ts), which shares equal nodes and applies rewrite rules as it goes.
 */

export type ElementType = 'float32' | 'float64' | 'float16' | 'int32' | 'int64' | 'uint32' | 'bool';

export type TensorData =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

export type Shape = readonly number[];

/** Float attributes are wrapped, because in JavaScript 1 and 1.0 are the same number and in ONNX they are not. */
export type Attribute = number | { readonly float: number } | string | readonly number[];

export interface Value {
  readonly id: number;
  readonly shape: Shape;
  readonly type: ElementType;
  /** What computes this value; null for graph inputs and constants. */
  readonly producer: Node | null;
  /** Contents, row-major, where the value is a constant. */
  readonly data: TensorData | null;
}

export interface Node {
  readonly op: string;
  readonly domain: '' | 'com.microsoft';
  readonly inputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outputs: readonly Value[];
}

export interface NamedValue {
  readonly name: string;
  readonly value: Value;
}

export interface Graph {
  readonly inputs: readonly NamedValue[];
  readonly outputs: readonly NamedValue[];
}

export function elementCount(shape: Shape): number {
  return shape.reduce((product, side) => product * side, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((side, axis) => side === b[axis]);
}

/** NumPy broadcasting of two shapes. */
export function broadcastShapes(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new RangeError(`shapes [${a.join(', ')}] and [${b.join(', ')}] do not broadcast`);
    }
    return left === 1 ? right : left;
  });
}

/** The nodes that the outputs need, producers first. Iterative: graphs are tens of thousands of nodes deep. */
export function nodesInOrder(graph: Graph): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack: { node: Node; next: number }[] = [];
  const visit = (value: Value) => {
    if (value.producer !== null && !seen.has(value.producer)) {
      seen.add(value.producer);
      stack.push({ node: value.producer, next: 0 });
    }
  };
  for (const { value } of graph.outputs) {
    visit(value);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const input = top.node.inputs[top.next++];
      if (input === undefined) {
        order.push(top.node);
        stack.pop();
      } else {
        visit(input);
      }
    }
  }
  return order;
}

/** How many times each value is read, by nodes that the outputs need and by the outputs themselves. */
export function useCounts(graph: Graph): Map<Value, number> {
  const counts = new Map<Value, number>();
  const count = (value: Value) => counts.set(value, (counts.get(value) ?? 0) + 1);
  for (const node of nodesInOrder(graph)) node.inputs.forEach(count);
  for (const { value } of graph.outputs) count(value);
  return counts;
}
