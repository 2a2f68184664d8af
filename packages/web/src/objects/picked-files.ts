/** A file with its place below what was chosen: `photos/2026/a.jpg`. */
export interface PickedFile {
  path: string;
  file: File;
}

/** What a person chose with a file input; of a folder with the paths below it. */
export function filesOfInput(list: FileList | null): PickedFile[] {
  return [...(list ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** What a person dropped, folders with all that is in them. Call it within the event: the browser empties it afterwards. */
export async function filesOfDrop(items: DataTransferItemList): Promise<PickedFile[]> {
  const dropped = [...items]
    .filter((item) => item.kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry?.() ?? null, file: item.getAsFile() }));
  const picked = await Promise.all(
    dropped.map(({ entry, file }) => (entry ? filesOfEntry(entry) : file ? [{ path: file.name, file }] : [])),
  );
  return picked.flat();
}

async function filesOfEntry(entry: FileSystemEntry): Promise<PickedFile[]> {
  const path = entry.fullPath.replace(/^\//, '');
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const picked: PickedFile[] = [];
  for (;;) {
    // Browsers hand over a hundred at a time, and none at the end.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return picked;
    for (const each of entries) picked.push(...(await filesOfEntry(each)));
  }
}
