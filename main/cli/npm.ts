/** The scripts of package.json that start the command line. */
const SCRIPTS = ['flowscreen', 'demo', 'start'];

const startedByNpm = SCRIPTS.includes(process.env['npm_lifecycle_event'] ?? '');

/** What a person types before the name of a command. */
export const programName = startedByNpm ? 'npm run flowscreen --' : 'flowscreen';

/** npm runs scripts in the package's folder; paths on a command line are meant from where the person is. */
export function returnToUsersFolder(): void {
  const folder = process.env['INIT_CWD'];
  if (startedByNpm && folder !== undefined) process.chdir(folder);
}
