/** The path of Electron's binary; null where there is none. Nothing is ever downloaded. */
export function findElectron(): Promise<string | null>;
