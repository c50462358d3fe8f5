/** Every method with its state and figures: the same data as the charts, and the place where progress and errors show. */
import type { ReactNode } from 'react';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { formatBytes, formatSpeed } from '../format/units.ts';
import { points, stateOf, type Comparison, type MethodState, type Speed } from './compare.ts';
import styles from './ResultsTable.module.css';
import { spreadText } from './texts.ts';

export function ResultsTable({ comparison }: { comparison: Comparison }): ReactNode {
  const finished = points(comparison);
  const others = comparison.methods.filter((method) => !finished.some((point) => point.method === method));
  return (
    <div className={styles.scroll} role="region" aria-label="Results" tabIndex={0}>
      <table className={styles.table}>
        <caption className="visually-hidden">Size and speed of each method, smallest first</caption>
        <thead>
          <tr>
            <th scope="col">Method</th>
            <th scope="col">Size</th>
            <th scope="col">Of original</th>
            <th scope="col">Compress</th>
            <th scope="col">Decompress</th>
          </tr>
        </thead>
        <tbody>
          {finished.map((point) => (
            <tr key={point.method.id} data-method={point.method.id} data-own={point.own}>
              <th scope="row">
                {point.method.label} <span className={styles.detail}>{point.detail}</span>
              </th>
              <td>{formatBytes(point.compressedBytes)}</td>
              <td>{point.percent.toFixed(1)} %</td>
              <SpeedCell speed={point.compress} runs={point.runs} />
              <SpeedCell speed={point.decompress} runs={point.runs} />
            </tr>
          ))}
          {others.map((method) => (
            <tr key={method.id} data-method={method.id}>
              <th scope="row">
                {method.label} <span className={styles.detail}>{method.detail}</span>
              </th>
              <td colSpan={4} className={styles.state}>
                <StateText label={method.label} state={stateOf(comparison, method)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The median, and how far the runs lie apart. */
function SpeedCell({ speed, runs }: { speed: Speed; runs: number }): ReactNode {
  return (
    <td title={`median of ${runs} ${runs === 1 ? 'run' : 'runs'}`}>
      {formatSpeed(speed.median)} <span className={styles.spread}>{spreadText(speed, runs)}</span>
    </td>
  );
}

function StateText({ label, state }: { label: string; state: MethodState }): ReactNode {
  switch (state.is) {
    case 'waiting':
      return 'waiting';
    case 'running':
      return <ProgressBar label={`${label} is running`} fraction={state.fraction} />;
    case 'failed':
      return (
        <span role="alert" className={styles.failed}>
          {state.error.message} <code>{state.error.code}</code>
        </span>
      );
    case 'stopped':
      return 'stopped';
    case 'done':
      // Only an empty file is done without figures.
      return 'nothing to measure';
  }
}
