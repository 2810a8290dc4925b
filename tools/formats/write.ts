/** Writes the tables of docs/formats.md anew: `npm run formats`. */
import { writePage } from './page.ts';

await writePage();
