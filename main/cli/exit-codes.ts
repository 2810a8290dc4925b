/** What the process ends with; part of the interface that scripts rely on. */
export const EXIT = {
  ok: 0,
  /** The command was understood and could not be carried out. */
  failed: 1,
  /** The command was not understood. */
  usage: 2,
  /** Stopped by Ctrl-C or a request to end; 128 + SIGINT, as shells do. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
