import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

/** The folder of ONNX Runtime's native libraries for this platform, inside its npm package. */
export function onnxruntimeFolder(): string {
  const packageFile = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  return besideArchive(join(dirname(packageFile), 'bin', 'napi-v6', process.platform, process.arch));
}

/** Electron reads scripts inside its archive, but the system loads libraries only from the folder beside it. */
export function besideArchive(path: string): string {
  return path.replace(`app.asar${sep}`, `app.asar.unpacked${sep}`);
}
