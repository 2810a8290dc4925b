import { type Rule, rewrite } from '../builder.ts';
import { type Graph, type Node, type Value, nodesInOrder, useCounts } from '../graph.ts';
import { sideOf, slice, split } from '../ops.ts';

/**
 * jax-js splits into at most eight pieces at a time, so that a hundred pieces are a tree of splits which copies
 * everything again at each level. A split of a piece that nothing else reads joins the split that made the piece.
 */
export function mergeSplits(graph: Graph): Graph {
  const uses = useCounts(graph);
  const children = new Map<Value, Node>();
  for (const node of nodesInOrder(graph)) {
    const [input] = node.inputs;
    const parent = input?.producer;
    if (node.op !== 'Split' || input === undefined || parent?.op !== 'Split') continue;
    if (parent.attributes['axis'] === node.attributes['axis'] && uses.get(input) === 1)
      children.set(input, node);
  }
  const merged = new Set(children.values());
  const pieces = (node: Node): Value[] =>
    node.outputs.flatMap((output) => {
      const child = children.get(output);
      return child === undefined ? [output] : pieces(child);
    });
  return rewrite(graph, [], (node, get, builder) => {
    if (merged.has(node)) return new Map();
    const leaves = node.op === 'Split' ? pieces(node) : [];
    const [input] = node.inputs;
    const axis = node.attributes['axis'];
    if (leaves.length <= node.outputs.length || input === undefined || typeof axis !== 'number') return null;
    const sizes = leaves.map(({ shape }) => sideOf(shape, axis));
    const values = split(builder, get(input), axis, sizes);
    return new Map(
      leaves.flatMap((leaf, position) => {
        const value = values[position];
        return value === undefined ? [] : [[leaf, value] as const];
      }),
    );
  });
}

/** A WebGPU shader binds at least 8 buffers, and drivers offer little more: the input, the sizes and these. */
const MOST_PIECES_ON_GPU = 4;

/** Many pieces are cut out one by one: one shader that writes all of them would need too many buffers. */
export const splitAsSlices: Rule = ({ op, inputs, attributes, outputs }, builder) => {
  const [input] = inputs;
  const axis = attributes['axis'];
  if (
    op !== 'Split' ||
    outputs.length <= MOST_PIECES_ON_GPU ||
    input === undefined ||
    typeof axis !== 'number'
  ) {
    return null;
  }
  let start = 0;
  return outputs.map(({ shape }) => {
    const end = start + sideOf(shape, axis);
    const piece = slice(builder, input, [{ axis, start, end }]);
    start = end;
    return piece;
  });
};
