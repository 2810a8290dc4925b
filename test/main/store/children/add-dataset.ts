// Opens the store, which may not exist yet, adds a dataset of the name given and prints how many there are.
import { openStore } from '../../../../main/store/open.ts';

const [folder = '', name = ''] = process.argv.slice(2);
const store = openStore(folder);
store.datasets.create({ name, rootPath: '/data', labelsFromSubfolders: false });
process.stdout.write(`${store.datasets.list().length}\n`);
store.close();
