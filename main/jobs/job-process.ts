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

export type StartJobProcess = () => JobProcess;

/** The parent, as a process for jobs holds it. */
export interface JobParent {
  post(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
}
