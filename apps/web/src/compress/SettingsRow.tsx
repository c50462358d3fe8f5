/** The settings: the level and what it costs, then in one quiet row the engine and the model, with its size and the memory it needs before it is downloaded. */
import { useEffect, useId, type ReactNode } from 'react';
import type { Level } from '@understudy/codec';
import { engineChoices, settingsStore } from '../app/settings.ts';
import { formatBytes } from '../format/units.ts';
import { downloadBytes, levelsOf, memoryBytes, modelFor, type ModelIndex } from '../models/modelIndex.ts';
import { useModels } from '../models/modelsInUse.ts';
import { useStore } from '../state/store.ts';
import type { EngineChoice } from '../workers/codec/api.ts';
import styles from './SettingsRow.module.css';
import { levelTexts } from './texts.ts';

const engineLabels: Record<EngineChoice, string> = {
  auto: 'Best for this device',
  simd: 'CPU',
  webgpu: 'GPU (WebGPU)',
  'ort-webgpu': 'ONNX Runtime, WebGPU',
  'ort-wasm': 'ONNX Runtime, WASM',
};

/** Until the list of models is there. */
const usualLevels: readonly Level[] = ['fast', 'balanced', 'best', 'teacher'];

export function SettingsRow(): ReactNode {
  const { engine, level, model } = useStore(settingsStore);
  const known = useModels();
  const index = known.is === 'known' ? known.index : undefined;
  const engineId = useId();
  useEffect(() => {
    if (!index) return;
    // What was chosen in another visit may be gone.
    if (model !== '' && !index.models.some(({ name }) => name === model))
      settingsStore.dispatch({ model: '' });
    if (index.models.length > 0 && !levelsOf(index).includes(level))
      settingsStore.dispatch({ level: 'balanced' });
  }, [index, level, model]);
  return (
    <>
      <LevelSwitch levels={index ? levelsOf(index) : usualLevels} level={level} />
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
        {index && <ModelSetting index={index} level={level} chosen={model} />}
        {known.is === 'failed' && <span className={styles.failed}>{known.error.message}</span>}
      </div>
    </>
  );
}

interface ModelSettingProps {
  index: ModelIndex;
  level: Level;
  chosen: string;
}

/** A choice only where there is something to choose from. */
function ModelSetting({ index, level, chosen }: ModelSettingProps): ReactNode {
  const id = useId();
  const used = modelFor(index, level, chosen);
  if (!used) return null;
  const memory = `up to ${formatBytes(memoryBytes(level))} of memory a thread`;
  const size = used.own
    ? `${formatBytes(used.studentBytes)}, your own; ${memory}`
    : `${formatBytes(downloadBytes(used))}, loaded once on first use; ${memory}`;
  if (index.models.length < 2)
    return (
      <span className={styles.setting}>
        Model <strong>{used.name}</strong> {size}
      </span>
    );
  return (
    <span className={styles.setting}>
      <label htmlFor={id}>Model</label>
      <select
        id={id}
        value={chosen}
        onChange={(event) => settingsStore.dispatch({ model: event.target.value })}
      >
        <option value="">As suits the level</option>
        {index.models.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <span>
        {chosen === used.name ? size : `${used.name}, ${size}`}
        {chosen !== '' && chosen !== used.name && `; level ${level} cannot use ${chosen}`}
      </span>
    </span>
  );
}

interface LevelSwitchProps {
  levels: readonly Level[];
  level: Level;
}

function LevelSwitch({ levels, level }: LevelSwitchProps): ReactNode {
  const textId = useId();
  const group = useId();
  return (
    <fieldset className={styles.levels} aria-describedby={textId}>
      <legend>Level</legend>
      <div className={styles.switch}>
        {levels.map((choice) => (
          <label key={choice}>
            <input
              type="radio"
              name={group}
              value={choice}
              checked={choice === level}
              onChange={() => settingsStore.dispatch({ level: choice })}
            />
            <span data-text={choice}>{choice}</span>
          </label>
        ))}
      </div>
      <p id={textId} className={styles.cost} aria-live="polite">
        {levelTexts[level]}
      </p>
    </fieldset>
  );
}
