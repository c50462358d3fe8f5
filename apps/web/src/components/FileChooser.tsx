/** A native file input dressed as a button: label, keyboard and screen reader come with it. */
import { useEffect, useRef, type ReactNode } from 'react';
import { Button, type ButtonProps } from './Button.tsx';

export interface FileChooserProps {
  label: string;
  multiple?: boolean;
  /** Takes a folder: all files in it, with their `webkitRelativePath`. */
  folder?: boolean;
  kind?: ButtonProps['kind'];
  onFiles: (files: File[]) => void;
}

export function FileChooser({
  label,
  multiple = false,
  folder = false,
  kind = 'primary',
  onFiles,
}: FileChooserProps): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // No attribute that React's types know.
    if (input.current) input.current.webkitdirectory = folder;
  }, [folder]);
  return (
    <>
      <Button kind={kind} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        multiple={multiple}
        hidden
        aria-label={label}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          // The same file may be chosen again.
          event.target.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
    </>
  );
}
