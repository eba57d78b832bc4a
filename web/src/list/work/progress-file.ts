/**
 * The file of the work on the person's own disk: written in place where the browser lets a page do that, so that one choice
 * of a name is enough; else downloaded.
 */
import { save } from "../../parts/download";
import type { Work } from "./work";

/** The part of the File System Access API that is used; few browsers have it. */
interface Picker {
  showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileHandle>;
}
interface FileHandle {
  createWritable(): Promise<{ write(content: Blob): Promise<void>; close(): Promise<void> }>;
}

const handles = new WeakMap<Work, FileHandle>();

/** Saves the work; false when the person does not want to. */
export async function saveProgress(work: Work): Promise<boolean> {
  const content = work.saved();
  const name = `avancement-${work.list.file.name.replace(/\.[^.]*$/, "")}.json`;
  const { showSaveFilePicker } = globalThis as Picker;
  try {
    if (!showSaveFilePicker) save({ name, content });
    else {
      const handle = handles.get(work) ?? (await showSaveFilePicker({ suggestedName: name }));
      handles.set(work, handle);
      const file = await handle.createWritable();
      await file.write(content);
      await file.close();
    }
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === "AbortError") return false;
    // A file that can no longer be written is no reason to lose the work.
    handles.delete(work);
    save({ name, content });
  }
  work.isSaved.value = true;
  return true;
}
