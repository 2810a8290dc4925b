import { join } from 'node:path';
import { ServedProgram } from '../../bench/window/served-program.ts';

const CLI = join(import.meta.dirname, '../../out/main/cli.js');

/** The built program's browser face, on a data folder. @param port any that is free where it is not said */
export const startProgram = (home: string, port?: number): Promise<ServedProgram> =>
  ServedProgram.start(CLI, home, port);
