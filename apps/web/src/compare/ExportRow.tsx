/** Takes the results along: as files, or into the clipboard. */
import { useState, type ReactNode, type RefObject } from 'react';
import { announce } from '../app/announcer.ts';
import { Button } from '../components/Button.tsx';
import { Notice } from '../components/Notice.tsx';
import { chooseFile, saveBlob } from '../files/save.ts';
import { messageOf } from '../workers/outcome.ts';
import styles from './CompareView.module.css';
import type { ComparedFile, Point } from './compare.ts';
import { toCsv, toJson, toMarkdown, type Report } from './exports.ts';
import { pictureOf } from './picture.ts';

export interface ExportRowProps {
  file: ComparedFile;
  points: readonly Point[];
  /** Holds the charts. */
  charts: RefObject<HTMLElement | null>;
}

export function ExportRow({ file, points, charts }: ExportRowProps): ReactNode {
  const [said, setSaid] = useState<{ tone: 'good' | 'bad'; text: string }>();
  const report = (): Report => ({
    file,
    points,
    date: new Date().toISOString(),
    browser: navigator.userAgent,
    cores: navigator.hardwareConcurrency,
  });
  const attempt = (work: () => Promise<string | undefined>): void => {
    setSaid(undefined);
    work().then(
      (text) => {
        if (text === undefined) return;
        setSaid({ tone: 'good', text });
        announce(text);
      },
      (thrown: unknown) => setSaid({ tone: 'bad', text: messageOf(thrown) }),
    );
  };
  const saveAs = (ending: string, make: () => Blob | Promise<Blob>): void =>
    attempt(async () => {
      const name = `${file.name}.comparison.${ending}`;
      const target = await chooseFile(name);
      if (!target) return undefined;
      await saveBlob(target, name, await make());
      return undefined;
    });
  const picture = (): Promise<Blob> =>
    pictureOf(
      [...(charts.current?.querySelectorAll<SVGSVGElement>('svg[data-chart]') ?? [])],
      getComputedStyle(document.documentElement).getPropertyValue('background-color'),
    );
  return (
    <div className={styles.exports}>
      <div className={styles.exportButtons} role="group" aria-label="Take the results along">
        <Button onClick={() => saveAs('csv', () => new Blob([toCsv(report())], { type: 'text/csv' }))}>
          CSV
        </Button>
        <Button
          onClick={() => saveAs('json', () => new Blob([toJson(report())], { type: 'application/json' }))}
        >
          JSON
        </Button>
        <Button onClick={() => saveAs('png', picture)}>PNG</Button>
        <Button
          onClick={() =>
            attempt(async () => {
              await navigator.clipboard.writeText(toMarkdown(report()));
              return 'The table is in the clipboard, as Markdown';
            })
          }
        >
          Copy Markdown
        </Button>
      </div>
      {said && <Notice tone={said.tone} title={said.text} />}
    </div>
  );
}
