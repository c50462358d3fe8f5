/**
 * What the visitor chose and the browser remembers: theme, engine, level and model. `?engine=` and `?level=` in the address win over
 * what is remembered for this visit, so that a link or a test can pin them.
 */
import { createStore } from '../state/store.ts';
import { levelNames, type Level } from '@understudy/codec';
import type { EngineChoice } from '../workers/codec/api.ts';

export type Theme = 'system' | 'light' | 'dark';

export interface Settings {
  theme: Theme;
  engine: EngineChoice;
  level: Level;
  /** Name of a student; empty for the one that suits the level. */
  model: string;
}

export const engineChoices: readonly EngineChoice[] = ['auto', 'simd', 'webgpu', 'ort-webgpu', 'ort-wasm'];
const themes: readonly Theme[] = ['system', 'light', 'dark'];
const storageKey = 'understudy-settings';

/** Reads settings from what was stored and from the address; anything unknown falls back to its default. */
export function readSettings(stored: string | null, search: string): Settings {
  let saved: Partial<Record<keyof Settings, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(stored ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) saved = parsed;
  } catch {
    // A damaged entry is as good as none.
  }
  const known = <T extends string>(choices: readonly T[], value: unknown): T | undefined =>
    choices.find((choice) => choice === value);
  const address = new URLSearchParams(search);
  return {
    theme: known(themes, saved.theme) ?? 'system',
    engine: known(engineChoices, address.get('engine')) ?? known(engineChoices, saved.engine) ?? 'auto',
    level: known(levelNames, address.get('level')) ?? known(levelNames, saved.level) ?? 'balanced',
    model: typeof saved.model === 'string' ? saved.model : '',
  };
}

function stored(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

const initial: Settings =
  typeof location === 'undefined' ? readSettings(null, '') : readSettings(stored(), location.search);

export const settingsStore = createStore(
  (settings: Settings, change: Partial<Settings>): Settings => ({ ...settings, ...change }),
  initial,
);

/** Applies the theme to the page and remembers changes; called once by main. */
export function connectSettings(): void {
  const apply = (): void => {
    const settings = settingsStore.get();
    if (settings.theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = settings.theme;
    try {
      localStorage.setItem(storageKey, JSON.stringify(settings));
    } catch {
      // Storage may be blocked; the settings then last for this visit.
    }
  };
  apply();
  settingsStore.subscribe(apply);
}
