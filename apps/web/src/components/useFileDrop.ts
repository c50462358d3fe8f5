/**
 * Makes the whole page a drop target while a view is shown. Counts enter and leave (they fire for every child), ignores
 * drags that carry no files, and also takes files and text from the clipboard when no input has the focus.
 */
import { useEffect, useState } from 'react';
import { folderOf, isDirectory, readFolder } from '../files/folder.ts';
import type { Folder } from '../workers/codec/api.ts';

export interface FileDropOptions {
  onFiles: (files: File[]) => void;
  /** Takes dropped folders, where given; else they are left out. */
  onFolder?: (folder: Folder) => void;
  /** Hears what went wrong while a folder was read. */
  onProblem?: (thrown: unknown) => void;
  /** Where given, pasted text becomes a file of this name. */
  pastedName?: string;
}

/** Answers how many files are being dragged over the page (0: none). */
export function useFileDrop({ onFiles, onFolder, onProblem, pastedName }: FileDropOptions): number {
  const [dragged, setDragged] = useState(0);

  useEffect(() => {
    let depth = 0;
    const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    const onEnter = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      depth++;
      setDragged(event.dataTransfer?.items.length || 1);
    };
    const onOver = (event: DragEvent): void => {
      if (carriesFiles(event)) event.preventDefault();
    };
    const onLeave = (event: DragEvent): void => {
      if (carriesFiles(event) && --depth <= 0) setDragged(0);
    };
    const onDrop = (event: DragEvent): void => {
      depth = 0;
      setDragged(0);
      if (!carriesFiles(event)) return;
      event.preventDefault();
      const { files, folders } = droppedThings(event);
      if (files.length > 0) onFiles(files);
      for (const directory of folders) {
        readFolder(directory)
          .then(folderOf)
          .then((folder) => folder && onFolder?.(folder))
          .catch((thrown: unknown) => onProblem?.(thrown));
      }
    };
    const onPaste = (event: ClipboardEvent): void => {
      if (event.target instanceof HTMLElement && event.target.matches('input, textarea, select')) return;
      const files = [...(event.clipboardData?.files ?? [])];
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (files.length > 0) onFiles(files);
      else if (text !== '' && pastedName) onFiles([new File([text], pastedName, { type: 'text/plain' })]);
    };
    addEventListener('dragenter', onEnter);
    addEventListener('dragover', onOver);
    addEventListener('dragleave', onLeave);
    addEventListener('drop', onDrop);
    addEventListener('paste', onPaste);
    return () => {
      removeEventListener('dragenter', onEnter);
      removeEventListener('dragover', onOver);
      removeEventListener('dragleave', onLeave);
      removeEventListener('drop', onDrop);
      removeEventListener('paste', onPaste);
    };
  }, [onFiles, onFolder, onProblem, pastedName]);

  return dragged;
}

/** Folders come as files too, which nobody can read: they are told apart by their entries. */
function droppedThings({ dataTransfer }: DragEvent): { files: File[]; folders: FileSystemDirectoryEntry[] } {
  const files: File[] = [];
  const folders: FileSystemDirectoryEntry[] = [];
  for (const item of dataTransfer?.items ?? []) {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null;
    const file = item.getAsFile();
    if (entry && isDirectory(entry)) folders.push(entry);
    else if (file) files.push(file);
  }
  return { files, folders };
}
