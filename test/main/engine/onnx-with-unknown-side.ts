import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** An ONNX file of `y = relu(x)`, x and y of shape `[N]`: how long is known only when it runs. */
export function reluOfAnyLength(): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(9);
  const message = (field: number, write: () => void) => {
    writer.tag(field, WireType.LengthDelimited).fork();
    write();
    writer.join();
  };
  const text = (field: number, value: string) => writer.tag(field, WireType.LengthDelimited).string(value);
  const port = (field: number, name: string) =>
    message(field, () => {
      text(1, name);
      message(2, () =>
        message(1, () => {
          writer.tag(1, WireType.Varint).int32(1);
          message(2, () => message(1, () => text(2, 'N')));
        }),
      );
    });
  message(7, () => {
    message(1, () => {
      text(1, 'x');
      text(2, 'y');
      text(4, 'Relu');
    });
    text(2, 'relu');
    port(11, 'x');
    port(12, 'y');
  });
  message(8, () => {
    text(1, '');
    writer.tag(2, WireType.Varint).int64(20);
  });
  return writer.finish();
}
