/** Compare: one file really run through the student and the usual compressors, here and now. */
import { useCallback, useId, useRef, useState, type ReactNode } from 'react';
import { loadSample, sampleBytes } from '../app/sample.ts';
import { Button } from '../components/Button.tsx';
import { DropOverlay } from '../components/DropOverlay.tsx';
import { FileChooser } from '../components/FileChooser.tsx';
import { Notice } from '../components/Notice.tsx';
import { useFileDrop } from '../components/useFileDrop.ts';
import { ViewIntro } from '../components/ViewIntro.tsx';
import { formatBytes } from '../format/units.ts';
import { messageOf } from '../workers/outcome.ts';
import { useStore } from '../state/store.ts';
import { claims, claimsNote } from './claims.ts';
import { isRunning, points, type Comparison } from './compare.ts';
import { compareStore, startComparison, stopComparison } from './compareStore.ts';
import styles from './CompareView.module.css';
import { ExportRow } from './ExportRow.tsx';
import { ResultsTable } from './ResultsTable.tsx';
import { SizeBars } from './SizeBars.tsx';
import { SpeedDots } from './SpeedDots.tsx';
import { SpeedScatter, type Direction } from './SpeedScatter.tsx';
import { finding } from './texts.ts';

export function CompareView(): ReactNode {
  const comparison = useStore(compareStore);
  const [problem, setProblem] = useState<string>();
  const [withOrt, setWithOrt] = useState(false);
  const start = useCallback((file: File) => startComparison(file, withOrt), [withOrt]);
  const onFiles = useCallback(
    ([file]: File[]) => {
      if (file) void start(file);
    },
    [start],
  );
  const dragged = useFileDrop({ onFiles, pastedName: 'pasted.txt' });
  const running = isRunning(comparison);
  const trySample = (): void => {
    setProblem(undefined);
    loadSample().then(start, (thrown: unknown) => setProblem(messageOf(thrown)));
  };
  return (
    <>
      <DropOverlay files={dragged} action="Drop to compare" />
      <ViewIntro title="One file, every method">
        Each method compresses your file in a worker, one after the other, and decompresses it again, a few
        times where that is quick. Times are of this device; downloads and start-up are left out.
      </ViewIntro>
      <div className={styles.actions}>
        <FileChooser label="Choose a file" onFiles={onFiles} />
        <Button onClick={trySample}>Use the sample ({formatBytes(sampleBytes)})</Button>
        {running && <Button onClick={stopComparison}>Stop</Button>}
        <label className={styles.option}>
          <input type="checkbox" checked={withOrt} onChange={(event) => setWithOrt(event.target.checked)} />
          ONNX Runtime’s engines too (27 MB, once)
        </label>
      </div>
      {problem !== undefined && <Notice tone="bad" title={problem} />}
      {comparison.file ? <Results comparison={comparison} /> : <Empty />}
    </>
  );
}

function Empty(): ReactNode {
  return (
    <div className={styles.empty}>
      <p>
        Choose a file, or drop one anywhere. gzip, zstd, brotli, bzip2, LZMA2, every level of Understudy, its
        engines and, for small files, the teacher itself will run on it. Text of a few kilobytes to a megabyte
        shows most; of larger files the beginning is compared.
      </p>
    </div>
  );
}

function Results({ comparison }: { comparison: Comparison }): ReactNode {
  const [direction, setDirection] = useState<Direction>('compress');
  const [withClaims, setWithClaims] = useState(true);
  const charts = useRef<HTMLDivElement>(null);
  const claimsId = useId();
  const shownClaims = withClaims ? claims : [];
  const finished = points(comparison);
  const { file } = comparison;
  if (!file) return null;
  return (
    <div className={styles.results}>
      <p className={styles.file}>
        <strong dir="auto">{file.name}</strong> {formatBytes(file.bytes)}
        {file.bytes < file.fileBytes && <>, the beginning of {formatBytes(file.fileBytes)}</>}
      </p>
      {file.bytes === 0 && <Notice tone="warn" title="This file is empty: there is nothing to compare" />}
      {finished.length > 1 && <p className={styles.finding}>{finding(finished)}</p>}
      <section className={styles.panel} aria-label="Table">
        <ResultsTable comparison={comparison} />
      </section>
      {finished.length > 0 && <ExportRow file={file} points={finished} charts={charts} />}
      {finished.length > 0 && (
        <div className={styles.charts} ref={charts}>
          <section className={styles.panel}>
            <h2>Size</h2>
            <p className={styles.note}>
              Percent of the original; shorter is better. Blue: levels of Understudy.
            </p>
            <SizeBars points={finished} claims={shownClaims} />
          </section>
          <section className={styles.panel}>
            <h2>Speed</h2>
            <p className={styles.note}>● compresses, ○ decompresses; log axis, further right is better.</p>
            <SpeedDots points={finished} />
          </section>
          <section className={`${styles.panel} ${styles.wide}`}>
            <div className={styles.panelHead}>
              <h2>Size against speed</h2>
              <div role="group" aria-label="Direction" className={styles.switch}>
                {(['compress', 'decompress'] as const).map((choice) => (
                  <button
                    key={choice}
                    type="button"
                    aria-pressed={direction === choice}
                    data-text={choice}
                    onClick={() => setDirection(choice)}
                  >
                    {choice}
                  </button>
                ))}
              </div>
            </div>
            <SpeedScatter points={finished} claims={shownClaims} direction={direction} />
            <p className={styles.note}>
              Whiskers span the middle half of a method’s runs. {withClaims && claimsNote}
            </p>
            <label className={styles.option} htmlFor={claimsId}>
              <input
                id={claimsId}
                type="checkbox"
                checked={withClaims}
                onChange={(event) => setWithClaims(event.target.checked)}
              />
              Show what was claimed elsewhere
            </label>
          </section>
        </div>
      )}
    </div>
  );
}
