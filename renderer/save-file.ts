/** Gives a file to the user as a download, which every face asks a place for or puts into the downloads folder. */
export function saveFile(file: File): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = file.name;
  link.click();
  // A download has its own hold on the content once it has begun, which is not told. A minute is ample, even for a model
  // of hundreds of megabytes.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
