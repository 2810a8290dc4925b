// Saves weights of the number of bytes given and prints their hash, or the kind of the error.
import { StoreError } from '../../../../main/store/store-error.ts';
import { WeightStore } from '../../../../main/store/weights.ts';

const [folder = '', length = '0'] = process.argv.slice(2);
try {
  process.stdout.write(new WeightStore(folder).save(new Uint8Array(Number(length)).fill(7)));
} catch (error) {
  if (!(error instanceof StoreError)) throw error;
  process.stdout.write(error.kind);
}
