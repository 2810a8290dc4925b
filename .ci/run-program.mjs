// Runs a program in this terminal, and waits for it.
import { spawn } from 'node:child_process';

/** @returns {Promise<number>} the exit code; 1 where there is none */
export function runProgram(program, ...args) {
  const child = spawn(program, args, { stdio: 'inherit' });
  // A terminal sends Ctrl-C to the whole group: the program ends as it must, this process waits. Others send to this one only.
  const handlers = {
    SIGINT: () => {},
    SIGTERM: () => child.kill('SIGTERM'),
    SIGHUP: () => child.kill('SIGHUP'),
  };
  for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
  return new Promise((resolve) => {
    const end = (code) => {
      for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler);
      resolve(code);
    };
    child.once('error', ({ message }) => {
      console.error(`${program} could not be started: ${message}`);
      end(1);
    });
    child.once('exit', (code) => end(code ?? 1));
  });
}
