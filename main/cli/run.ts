import { CommanderError } from 'commander';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { describeFailure, writeFailure } from './failure.ts';
import { returnToUsersFolder } from './npm.ts';
import { buildProgram } from './program.ts';

/** Carries out one command line. @param argv without the program's name @returns what the process should end with */
export async function runCommandLine(argv: readonly string[]): Promise<ExitCode> {
  // A reader that has seen enough (`| head`) is no error of anyone's.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(EXIT.ok);
  });
  returnToUsersFolder();
  // Needed before options are parsed: a mistake in them has to be told in the form that was asked for.
  const json = argv.includes('--json');
  const { program, session } = buildProgram();
  try {
    await program.parseAsync(argv, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    const failure = describeFailure(error, session);
    writeFailure(failure, json);
    return failure.exitCode;
  }
}
