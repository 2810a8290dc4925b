// Saves one batch of scores after another, for ever or `batches` times, and prints the number of each one committed.
import { openStore } from '../../../../main/store/open.ts';

const [folder = '', runId = '0', first = '0', perBatch = '1', batches = 'Infinity'] = process.argv.slice(2);
const store = openStore(folder);
for (let batch = 0; batch < Number(batches); batch++) {
  const results = Array.from({ length: Number(perBatch) }, (_, index) => ({
    fileId: Number(first) + batch * Number(perBatch) + index,
    scores: { ratio: index, likelihood: batch },
  }));
  store.scores.saveBatch(Number(runId), results);
  process.stdout.write(`${batch}\n`);
}
store.close();
