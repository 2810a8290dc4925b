import type { Command } from 'commander';
import type { Runner } from './session.ts';

/** Adds one command to the program. */
export type Register = (program: Command, run: Runner) => void;
