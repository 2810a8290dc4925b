// Appends entries to the audit trail and prints how many.
import { openStore } from '../../../../main/store/open.ts';

const [folder = '', who = '', count = '0'] = process.argv.slice(2);
const store = openStore(folder);
for (let entry = 0; entry < Number(count); entry++) {
  store.audit.append({
    who,
    action: 'decision set',
    subject: `case ${entry}`,
    oldValue: null,
    newValue: 'flag',
    reason: null,
  });
}
store.close();
process.stdout.write(count);
