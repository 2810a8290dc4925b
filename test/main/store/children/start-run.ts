// Starts a run on the dataset given, prints the run's id and waits to be killed.
import { openStore } from '../../../../main/store/open.ts';

const [folder = '', datasetId = '0'] = process.argv.slice(2);
const run = openStore(folder).runs.start({
  kind: 'fit',
  modelId: null,
  datasetId: Number(datasetId),
  settings: {},
  seed: 1,
  device: 'cpu',
});
process.stdout.write(`${run.id}\n`);
setInterval(() => undefined, 1000);
