/**
 * A process for jobs as its parent holds it. Messages arrive whole, in order, with their typed arrays. What there is in
 * Node and in Electron for that is behind this, so that nothing else knows which.
 */
export interface JobProcess {
  post(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
  /**
   * Once, after the last message; also where the process could not be started.
   * @param listener gets how it ended, for those who mend the program
   */
  onExit(listener: (how: string) => void): void;
  /** At once, without a word to it. */
  kill(): void;
}

/** What a process is for: one that reads files takes as little memory as it can, several may run at once. */
export type Workload = 'compute' | 'read';

export type StartJobProcess = (workload: Workload) => JobProcess;

/** Node's arguments for a workload: a small young generation, and code that is small rather than fast where most work is a decoder's. */
export function argumentsFor(workload: Workload): string[] {
  switch (workload) {
    case 'compute':
      return [];
    case 'read':
      return ['--optimize-for-size', '--max-semi-space-size=2'];
  }
}

/** The parent, as a process for jobs holds it. */
export interface JobParent {
  post(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
}
