/** The settings: the level and what it costs, then in one quiet row the engine and the model with its size before it is downloaded. */
import { useEffect, useId, useState, type ReactNode } from 'react';
import { engineChoices, levelChoices, settingsStore } from '../app/settings.ts';
import { formatBytes } from '../format/units.ts';
import { defaultModel, downloadBytes, fetchModelIndex, type ModelIndexEntry } from '../models/modelIndex.ts';
import { useStore } from '../state/store.ts';
import type { EngineChoice, PageLevel } from '../workers/codec/api.ts';
import styles from './SettingsRow.module.css';
import { levelTexts } from './texts.ts';

const engineLabels: Record<EngineChoice, string> = {
  auto: 'Best for this device',
  simd: 'CPU',
  webgpu: 'GPU (WebGPU)',
  'ort-webgpu': 'ONNX Runtime, WebGPU',
  'ort-wasm': 'ONNX Runtime, WASM',
};

export function SettingsRow(): ReactNode {
  const { engine, level } = useStore(settingsStore);
  const model = useDefaultModel();
  const engineId = useId();
  return (
    <>
      <LevelSwitch level={level} />
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
        {model && (
          <span className={styles.setting}>
            Model <strong>{model.name}</strong> {formatBytes(downloadBytes(model))}, loaded once on first use
          </span>
        )}
      </div>
    </>
  );
}

function LevelSwitch({ level }: { level: PageLevel }): ReactNode {
  const textId = useId();
  const group = useId();
  return (
    <fieldset className={styles.levels} aria-describedby={textId}>
      <legend>Level</legend>
      <div className={styles.switch}>
        {levelChoices.map((choice) => (
          <label key={choice}>
            <input
              type="radio"
              name={group}
              value={choice}
              checked={choice === level}
              onChange={() => settingsStore.dispatch({ level: choice })}
            />
            <span>{choice}</span>
          </label>
        ))}
      </div>
      <p id={textId} className={styles.cost} aria-live="polite">
        {levelTexts[level]}
      </p>
    </fieldset>
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
