import { type Rule, rewrite } from './builder.ts';
import { type Graph, type TensorData, type Value, elementCount } from './graph.ts';

/**
 * The graph with some inputs fixed: their values become constants of the file, which runtimes then fold and repack.
 * @throws {RangeError} when a value has another size than its input.
 */
export function bindInputs(
  graph: Graph,
  values: Readonly<Record<string, TensorData>>,
  rules: readonly Rule[] = [],
): Graph {
  const fixed = new Map<Value, Value>();
  const inputs = graph.inputs.filter(({ name, value }) => {
    const data = values[name];
    if (data === undefined) return true;
    if (data.length !== elementCount(value.shape))
      throw new RangeError(`input "${name}" holds ${elementCount(value.shape)} elements, not ${data.length}`);
    fixed.set(value, { ...value, data });
    return false;
  });
  const replaced = rewrite(graph, rules, (node, get, builder) => {
    if (!node.inputs.some((input) => fixed.has(input))) return null;
    const outputs = builder.nodes({
      ...node,
      inputs: node.inputs.map((input) => constantFor(input) ?? get(input)),
    });
    return new Map(node.outputs.flatMap((old, position) => pair(old, outputs[position])));

    function constantFor(input: Value): Value | null {
      const constant = fixed.get(input);
      if (constant?.data === undefined || constant.data === null) return null;
      const { data, shape, type } = constant;
      return builder.sharedConstant(`input ${input.id}`, () => ({ data, shape, type }));
    }
  });
  const kept = new Set(inputs.map(({ name }) => name));
  return { inputs: replaced.inputs.filter(({ name }) => kept.has(name)), outputs: replaced.outputs };
}

function pair(old: Value, value: Value | undefined): [Value, Value][] {
  return value === undefined ? [] : [[old, value]];
}
