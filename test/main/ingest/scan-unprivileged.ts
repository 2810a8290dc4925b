// Run by scan.test.ts in a process of its own: scans the folder named by the first argument, one line per entry.
import { IngestError } from '../../../main/ingest/errors.ts';
import { scanFolder } from '../../../main/ingest/scan.ts';

try {
  for await (const entry of scanFolder(process.argv[2] ?? '', { plane: 'axial' })) {
    const reason = entry.status === 'readable' ? '' : ` ${entry.reason}`;
    process.stdout.write(`${entry.status} ${entry.relativePath}${reason}\n`);
  }
} catch (thrown) {
  if (!(thrown instanceof IngestError)) throw thrown;
  process.stdout.write(`error ${thrown.kind} ${thrown.message}\n`);
  process.exitCode = 1;
}
