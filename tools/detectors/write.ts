/** Writes docs/detectors.md anew: `npm run detectors`. */
import { writePage } from './page.ts';

await writePage();
