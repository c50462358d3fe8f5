/** The one quiet row of settings: level, engine, and the model with its size before it is downloaded. */
import { useEffect, useId, useState, type ReactNode } from 'react';
import { engineChoices, settingsStore } from '../app/settings.ts';
import { formatBytes } from '../format/units.ts';
import { defaultModel, downloadBytes, fetchModelIndex, type ModelIndexEntry } from '../models/modelIndex.ts';
import { useStore } from '../state/store.ts';
import type { EngineChoice } from '../workers/codec/api.ts';
import styles from './SettingsRow.module.css';

const engineLabels: Record<EngineChoice, string> = {
  auto: 'Best for this device',
  'ort-webgpu': 'WebGPU',
  'ort-wasm': 'WASM',
};

export function SettingsRow(): ReactNode {
  const { engine } = useStore(settingsStore);
  const model = useDefaultModel();
  const engineId = useId();
  return (
    <div className={styles.row}>
      <span className={styles.setting}>
        <label htmlFor={engineId}>Engine</label>
        <select
          id={engineId}
          value={engine}
          onChange={(event) => {
            const chosen = engineChoices.find((choice) => choice === event.target.value);
            if (chosen) settingsStore.dispatch({ engine: chosen });
          }}
        >
          {engineChoices.map((choice) => (
            <option key={choice} value={choice}>
              {engineLabels[choice]}
            </option>
          ))}
        </select>
      </span>
      <span className={styles.setting}>
        Level <strong>fast</strong>
      </span>
      {model && (
        <span className={styles.setting}>
          Model <strong>{model.name}</strong> {formatBytes(downloadBytes(model))}, loaded once on first use
        </span>
      )}
    </div>
  );
}

/** The model's name and size for display; what fails here fails again, with a message, where it is needed. */
function useDefaultModel(): ModelIndexEntry | undefined {
  const [model, setModel] = useState<ModelIndexEntry>();
  useEffect(() => {
    const controller = new AbortController();
    fetchModelIndex(controller.signal).then(
      (index) => setModel(defaultModel(index)),
      () => undefined,
    );
    return () => controller.abort();
  }, []);
  return model;
}
