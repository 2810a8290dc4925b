import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Attribute, Graph, NamedValue, Node, Value } from './graph.ts';
import { nodesInOrder } from './graph.ts';
import { elementTypeCode } from './ops.ts';

/** The standard operator set that exported graphs use; every ONNX runtime since early 2024 reads it. */
export const OPSET = 20;
const IR_VERSION = 9;

// Field numbers below are those of onnx.proto3 (https://github.com/onnx/onnx, Apache-2.0).
const VARINT = WireType.Varint;
const BYTES = WireType.LengthDelimited;
const FLOAT = WireType.Bit32;

/**
 * Writes a graph as the bytes of an ONNX ModelProto.
 * `metadata` goes into the file's metadata_props, where any ONNX tool shows it.
 */
export function encodeModel(
  graph: Graph,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const names = new Map<Value, string>();
  for (const { name, value } of graph.inputs) names.set(value, name);
  // A computed output takes its own name. An output that is an input, a constant or another output needs a node.
  const renamed = graph.outputs.filter(({ name, value }) => {
    if (value.producer === null || names.has(value)) return true;
    names.set(value, name);
    return false;
  });
  const nodes = nodesInOrder(graph);
  const constants = new Set<Value>();
  const given = new Set([...graph.inputs, ...graph.outputs].map(({ name }) => name));
  const innerName = (name: string): string => (given.has(name) ? innerName(`${name}_`) : name);
  const nameOf = (value: Value): string => {
    const name = names.get(value) ?? innerName(`v${value.id}`);
    names.set(value, name);
    if (value.data !== null) constants.add(value);
    return name;
  };

  const writer = new BinaryWriter();
  writer.tag(1, VARINT).int64(IR_VERSION);
  writer.tag(2, BYTES).string('flowscreen');
  message(writer, 7, (body) => {
    for (const node of nodes) message(body, 1, (field) => writeNode(field, node, nameOf));
    for (const { name, value } of renamed) {
      message(body, 1, (field) => writeIdentity(field, nameOf(value), name));
    }
    body.tag(2, BYTES).string('flowscreen');
    for (const constant of constants)
      message(body, 5, (field) => writeTensor(field, constant, nameOf(constant)));
    for (const input of graph.inputs) message(body, 11, (field) => writeValueInfo(field, input));
    for (const output of graph.outputs) message(body, 12, (field) => writeValueInfo(field, output));
  });
  const domains = new Map<string, number>([['', OPSET]]);
  for (const { domain } of nodes) if (domain !== '') domains.set(domain, 1);
  for (const [domain, version] of domains) {
    message(writer, 8, (field) => {
      field.tag(1, BYTES).string(domain);
      field.tag(2, VARINT).int64(version);
    });
  }
  for (const [key, value] of Object.entries(metadata)) {
    message(writer, 14, (field) => {
      field.tag(1, BYTES).string(key);
      field.tag(2, BYTES).string(value);
    });
  }
  return writer.finish();
}

function message(writer: BinaryWriter, field: number, write: (body: BinaryWriter) => void): void {
  writer.tag(field, BYTES).fork();
  write(writer);
  writer.join();
}

function writeNode(writer: BinaryWriter, node: Node, nameOf: (value: Value) => string): void {
  for (const input of node.inputs) writer.tag(1, BYTES).string(nameOf(input));
  for (const output of node.outputs) writer.tag(2, BYTES).string(nameOf(output));
  const [first] = node.outputs;
  // Named after what it computes, so that a profile or a viewer tells nodes apart.
  if (first !== undefined) writer.tag(3, BYTES).string(`${node.op}:${nameOf(first)}`);
  writer.tag(4, BYTES).string(node.op);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    message(writer, 5, (field) => writeAttribute(field, name, attribute));
  }
  if (node.domain !== '') writer.tag(7, BYTES).string(node.domain);
}

function writeIdentity(writer: BinaryWriter, input: string, output: string): void {
  writer.tag(1, BYTES).string(input);
  writer.tag(2, BYTES).string(output);
  writer.tag(4, BYTES).string('Identity');
}

/** AttributeProto.AttributeType: FLOAT 1, INT 2, STRING 3, INTS 7. */
function writeAttribute(writer: BinaryWriter, name: string, attribute: Attribute): void {
  writer.tag(1, BYTES).string(name);
  if (typeof attribute === 'number') {
    writer.tag(3, VARINT).int64(attribute);
    writer.tag(20, VARINT).int32(2);
  } else if (typeof attribute === 'string') {
    writer.tag(4, BYTES).string(attribute);
    writer.tag(20, VARINT).int32(3);
  } else if ('float' in attribute) {
    writer.tag(2, FLOAT).float(attribute.float);
    writer.tag(20, VARINT).int32(1);
  } else {
    for (const integer of attribute) writer.tag(8, VARINT).int64(integer);
    writer.tag(20, VARINT).int32(7);
  }
}

function writeTensor(writer: BinaryWriter, constant: Value, name: string): void {
  const { data } = constant;
  if (data === null) throw new Error(`${name} is not a constant`);
  for (const side of constant.shape) writer.tag(1, VARINT).int64(side);
  writer.tag(2, VARINT).int32(elementTypeCode(constant.type));
  writer.tag(8, BYTES).string(name);
  writer.tag(9, BYTES).bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeValueInfo(writer: BinaryWriter, { name, value }: NamedValue): void {
  writer.tag(1, BYTES).string(name);
  message(writer, 2, (type) => {
    message(type, 1, (tensor) => {
      tensor.tag(1, VARINT).int32(elementTypeCode(value.type));
      message(tensor, 2, (shape) => {
        for (const side of value.shape) message(shape, 1, (axis) => axis.tag(1, VARINT).int64(side));
      });
    });
  });
}
