/** Hands a file to the user, in the way that the browser or the desktop saves files. */
export function saveFile(file: File): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = file.name;
  link.click();
  // The browser reads it in its own time; a minute is enough to begin, and a model may be hundreds of megabytes.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
