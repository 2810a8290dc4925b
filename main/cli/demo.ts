import type { Register } from './program.ts';
export const registerDemo: Register = () => {};
