/** Teacher lab: the context mixer at work, byte by byte, and its trace to save as training data. */
import { useCallback, useId, useState, type ReactNode } from 'react';
import type { TraceProfile } from '@understudy/trace';
import { loadSample, sampleBytes } from '../app/sample.ts';
import { settingsStore } from '../app/settings.ts';
import { Button } from '../components/Button.tsx';
import { DropOverlay } from '../components/DropOverlay.tsx';
import { FileChooser } from '../components/FileChooser.tsx';
import { Notice } from '../components/Notice.tsx';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { useFileDrop } from '../components/useFileDrop.ts';
import { ViewIntro } from '../components/ViewIntro.tsx';
import { formatBytes, formatRows } from '../format/units.ts';
import { messageOf } from '../workers/outcome.ts';
import { useStore } from '../state/store.ts';
import { defaultTraceBytes, isTracing, rowBytesOf, type Trace } from './lab.ts';
import { labStore, saveShard, setPaused, startTrace, stop } from './labStore.ts';
import styles from './LabView.module.css';
import { HeatText } from './HeatText.tsx';
import { LabFigures } from './LabFigures.tsx';
import { NextByte } from './NextByte.tsx';
import { ShardPreviewTable } from './ShardPreview.tsx';
import { TraceRows } from './TraceRows.tsx';
import { Weights } from './Weights.tsx';

export function LabView(): ReactNode {
  const { trace } = useStore(labStore);
  const { model } = useStore(settingsStore);
  const [profile, setProfile] = useState<TraceProfile>('compact');
  const [limit, setLimit] = useState(defaultTraceBytes);
  const [problem, setProblem] = useState<string>();
  const start = useCallback(
    (file: File) => void startTrace(file, { profile, bytes: Math.min(file.size, limit), model }),
    [profile, limit, model],
  );
  const onFiles = useCallback(([file]: File[]) => file && start(file), [start]);
  const dragged = useFileDrop({ onFiles, pastedName: 'pasted.txt' });
  const trySample = (): void => {
    setProblem(undefined);
    loadSample().then(start, (thrown: unknown) => setProblem(messageOf(thrown)));
  };
  return (
    <>
      <DropOverlay files={dragged} action="Drop to trace" />
      <ViewIntro title="Watch the teacher think">
        The teacher mixes many small predictors for every bit. It starts every file knowing nothing and learns
        as it reads, so a short text costs it more than the student, which was taught beforehand; on a
        megabyte it is far ahead. What it believed before each byte is what the student learns from; here you
        can see it, and save it as a shard.
      </ViewIntro>
      <div className={styles.actions}>
        <Button kind="primary" onClick={trySample}>
          Trace the sample ({formatBytes(sampleBytes)})
        </Button>
        <FileChooser kind="plain" label="Choose a file" onFiles={onFiles} />
      </div>
      <TraceSettings profile={profile} limit={limit} onProfile={setProfile} onLimit={setLimit} />
      {problem !== undefined && <Notice tone="bad" title={problem} />}
      {trace ? (
        <TraceView trace={trace} />
      ) : (
        <div className={styles.empty}>
          <p>Nothing is traced yet. The sample takes a few seconds and shows every panel.</p>
        </div>
      )}
    </>
  );
}

interface TraceSettingsProps {
  profile: TraceProfile;
  limit: number;
  onProfile: (profile: TraceProfile) => void;
  onLimit: (bytes: number) => void;
}

const profileTexts: [TraceProfile, string][] = [
  ['compact', 'compact: orders 0–2, weights, result'],
  ['full', 'full: every component'],
  ['target', 'target: the result alone'],
];
const limits = [4096, 16_384, defaultTraceBytes, 262_144];

/** What a trace will hold, and how large it gets before it is started. */
function TraceSettings({ profile, limit, onProfile, onLimit }: TraceSettingsProps): ReactNode {
  const profileId = useId();
  const limitId = useId();
  return (
    <div className={styles.settings}>
      <span className={styles.setting}>
        <label htmlFor={limitId}>Trace at most</label>
        <select id={limitId} value={limit} onChange={(event) => onLimit(Number(event.target.value))}>
          {limits.map((bytes) => (
            <option key={bytes} value={bytes}>
              first {bytes / 1024} KiB
            </option>
          ))}
        </select>
      </span>
      <span className={styles.setting}>
        <label htmlFor={profileId}>Rows</label>
        <select
          id={profileId}
          value={profile}
          onChange={(event) => {
            const chosen = profileTexts.find(([name]) => name === event.target.value);
            if (chosen) onProfile(chosen[0]);
          }}
        >
          {profileTexts.map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      </span>
      <span>
        up to {formatRows(limit)}, about {formatBytes(limit * rowBytesOf[profile])} before Parquet packs them
      </span>
    </div>
  );
}

function TraceView({ trace }: { trace: Trace }): ReactNode {
  const { snapshot, status, file, options } = trace;
  return (
    <div className={styles.trace}>
      <div className={styles.bar}>
        <div className={styles.barText}>
          <strong dir="auto">{file.name}</strong>
          <span className={styles.muted}>
            {' '}
            {options.bytes < file.size
              ? `first ${formatBytes(options.bytes)} of ${formatBytes(file.size)}`
              : formatBytes(file.size)}
            {status === 'paused' && ', paused'}
            {status === 'done' && (trace.summary?.whole ? ', finished' : ', stopped')}
          </span>
        </div>
        <TraceActions trace={trace} />
        {isTracing(trace) && (
          <div className={styles.progress}>
            <ProgressBar
              label={`Tracing ${file.name}`}
              fraction={snapshot && options.bytes > 0 ? snapshot.position / options.bytes : undefined}
            />
          </div>
        )}
      </div>
      {trace.error && <Notice tone="bad" title={trace.error.message} code={trace.error.code} />}
      <ShardNotice trace={trace} />
      {options.bytes === 0 && <Notice tone="warn" title="This file is empty: there is nothing to trace" />}
      {snapshot && (
        <>
          <LabFigures snapshot={snapshot} summary={trace.summary} totalBytes={options.bytes} />
          <div className={styles.panels}>
            <div className={styles.column}>
              <NextByte
                coded={snapshot.current}
                student={snapshot.student}
                problem={snapshot.studentProblem}
              />
              <HeatText window={trace.window} still={!isTracing(trace) || status === 'paused'} />
              <Weights
                title="Which mixers it trusts"
                note="Each of the 8 mixers hears all components and picks its weights by another context; the final mixer weighs the mixers."
                weights={[...snapshot.current.mixerWeights].map((weight, index) => ({
                  name: `mixer ${index + 1}`,
                  weight,
                }))}
              />
            </div>
            <Weights
              title="Which components it trusts"
              note="Weight of each component’s prediction through both mixing layers, at the first bit of this byte. All start alike, and part as it learns from the file."
              weights={snapshot.current.components}
            />
            <TraceRows rows={snapshot.rows} />
          </div>
        </>
      )}
    </div>
  );
}

function TraceActions({ trace }: { trace: Trace }): ReactNode {
  if (isTracing(trace)) {
    const paused = trace.status === 'paused';
    return (
      <div className={styles.barActions}>
        <Button onClick={() => setPaused(!paused)} disabled={trace.status === 'starting'}>
          {paused ? 'Resume' : 'Pause'}
        </Button>
        <Button onClick={stop}>Stop</Button>
      </div>
    );
  }
  const rows = trace.summary?.rows ?? 0;
  if (rows === 0) return null;
  return (
    <div className={styles.barActions}>
      <Button kind="primary" disabled={trace.shard.is === 'writing'} onClick={() => void saveShard()}>
        Save Parquet shard
      </Button>
    </div>
  );
}

function ShardNotice({ trace: { shard } }: { trace: Trace }): ReactNode {
  switch (shard.is) {
    case 'none':
      return null;
    case 'writing':
      return <ProgressBar label="Writing the shard" fraction={shard.rows / shard.totalRows} />;
    case 'saved':
      return (
        <Notice tone="good" title={`Shard saved: ${formatRows(shard.rows)}, ${formatBytes(shard.bytes)}`}>
          Two files, <code>shard_0000.parquet</code> and <code>manifest.json</code>. In one folder they are
          what <code>npx trainer train</code> reads; the shard alone opens in pyarrow or DuckDB.
          <ShardPreviewTable preview={shard.preview} />
        </Notice>
      );
    case 'failed':
      return <Notice tone="bad" title={shard.error.message} code={shard.error.code} />;
  }
}
