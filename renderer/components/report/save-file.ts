/** Gives a file to the user as a download, which every face asks a place for or puts into the downloads folder. */
export function saveFile(file: File): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = file.name;
  link.click();
  // The download has its own hold on the content once it has begun, which is not told: a minute is ample.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
