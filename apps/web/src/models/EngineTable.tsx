/** A student on every engine: whether it gives the right integers here, and how fast it is. */
import type { ReactNode } from 'react';
import { engineNames } from '@understudy/codec';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { engineName } from '../compress/texts.ts';
import { formatSpeed } from '../format/units.ts';
import type { EngineState, ModelState } from './examinations.ts';
import styles from './EngineTable.module.css';

export function EngineTable({ name, examined }: { name: string; examined: ModelState }): ReactNode {
  return (
    <div className={styles.scroll} role="region" aria-label={`${name} on this machine`} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Engine</th>
            <th scope="col">Parity</th>
            <th scope="col">Speed</th>
          </tr>
        </thead>
        <tbody>
          {engineNames.map((engine) => (
            <tr key={engine} data-engine={engine}>
              <th scope="row">{engineName(engine)}</th>
              <Cells engine={engine} state={examined[engine]} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cells({ engine, state }: { engine: string; state: EngineState }): ReactNode {
  switch (state.is) {
    case 'waiting':
      return (
        <td colSpan={2} className={styles.note}>
          waiting
        </td>
      );
    case 'running':
      return (
        <td colSpan={2}>
          <ProgressBar
            label={`Testing ${engineName(engine)}`}
            fraction={state.total ? (state.loaded ?? 0) / state.total : undefined}
          />
        </td>
      );
    case 'failed':
      return (
        <td colSpan={2} className={styles.failed}>
          {state.error.message} <code>{state.error.code}</code>
        </td>
      );
    case 'done':
      return (
        <>
          <td className={state.examination.parity === 'passed' ? styles.passed : styles.note}>
            {state.examination.parity === 'passed' ? 'exact' : 'no vectors'}
          </td>
          <td>
            {formatSpeed(state.examination.bytesPerSecond)}{' '}
            {engine === 'simd' && <span className={styles.note}>a thread</span>}
          </td>
        </>
      );
  }
}
