/** ONNX files of any kind, broken ones too, written field by field: nothing of the product has a hand in them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { temporaryFolder } from '../temporary-folder.ts';

export type Side = number | string;

export interface Port {
  readonly name: string;
  readonly sides: readonly Side[];
  /** TensorProto.DataType; float32 where it is absent. */
  readonly type?: number;
}

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly domain?: string;
  readonly integers?: Readonly<Record<string, readonly number[]>>;
  /** An attribute that is a graph of these nodes. */
  readonly body?: readonly OnnxNode[];
}

export interface OnnxModel {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly nodes: readonly OnnxNode[];
  readonly weights?: readonly {
    readonly name: string;
    readonly sides: readonly number[];
    readonly values: readonly number[];
    readonly external?: string;
  }[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly domains?: readonly string[];
}

const BYTES = WireType.LengthDelimited;

export function onnxBytes(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(9);
  message(writer, 7, () => {
    for (const node of model.nodes) message(writer, 1, () => writeNode(writer, node));
    text(writer, 2, 'graph');
    for (const { name, sides, values, external } of model.weights ?? []) {
      message(writer, 5, () => {
        for (const side of sides) writer.tag(1, WireType.Varint).int64(side);
        writer.tag(2, WireType.Varint).int32(1);
        text(writer, 8, name);
        if (external === undefined) {
          writer.tag(9, BYTES).bytes(new Uint8Array(Float32Array.from(values).buffer));
        } else {
          message(writer, 13, () => {
            text(writer, 1, 'location');
            text(writer, 2, external);
          });
          writer.tag(14, WireType.Varint).int32(1);
        }
      });
    }
    for (const port of model.inputs) message(writer, 11, () => writePort(writer, port));
    for (const port of model.outputs) message(writer, 12, () => writePort(writer, port));
  });
  for (const domain of ['', ...(model.domains ?? [])]) {
    message(writer, 8, () => {
      text(writer, 1, domain);
      writer.tag(2, WireType.Varint).int64(domain === '' ? 17 : 1);
    });
  }
  for (const [key, value] of Object.entries(model.metadata ?? {})) {
    message(writer, 14, () => {
      text(writer, 1, key);
      text(writer, 2, value);
    });
  }
  return writer.finish();
}

/** Written to a folder that goes when the test ends. */
export function onnxFile(model: OnnxModel | Uint8Array): string {
  const path = join(temporaryFolder(), 'encoder.onnx');
  writeFileSync(path, model instanceof Uint8Array ? model : onnxBytes(model));
  return path;
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, BYTES).fork();
  write();
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, BYTES).string(value);
}

function writeNode(writer: BinaryWriter, { op, inputs, outputs, domain, integers, body }: OnnxNode): void {
  for (const input of inputs) text(writer, 1, input);
  for (const output of outputs) text(writer, 2, output);
  text(writer, 4, op);
  for (const [name, values] of Object.entries(integers ?? {})) {
    message(writer, 5, () => {
      text(writer, 1, name);
      for (const value of values) writer.tag(8, WireType.Varint).int64(value);
      writer.tag(20, WireType.Varint).int32(7);
    });
  }
  if (body !== undefined) {
    message(writer, 5, () => {
      text(writer, 1, 'body');
      message(writer, 6, () => {
        for (const node of body) message(writer, 1, () => writeNode(writer, node));
      });
      writer.tag(20, WireType.Varint).int32(5);
    });
  }
  if (domain !== undefined) text(writer, 7, domain);
}

function writePort(writer: BinaryWriter, { name, sides, type }: Port): void {
  text(writer, 1, name);
  message(writer, 2, () =>
    message(writer, 1, () => {
      writer.tag(1, WireType.Varint).int32(type ?? 1);
      message(writer, 2, () => {
        for (const side of sides) {
          message(writer, 1, () => {
            if (typeof side === 'number') writer.tag(1, WireType.Varint).int64(side);
            else text(writer, 2, side);
          });
        }
      });
    }),
  );
}
