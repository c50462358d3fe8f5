/**
 * What the visitor chose and the browser remembers: theme, engine and level. `?engine=` and `?level=` in the address win over
 * what is remembered for this visit, so that a link or a test can pin them.
 */
import { createStore } from '../state/store.ts';
import type { EngineChoice, PageLevel } from '../workers/codec/api.ts';

export type Theme = 'system' | 'light' | 'dark';

export interface Settings {
  theme: Theme;
  engine: EngineChoice;
  level: PageLevel;
}

export const engineChoices: readonly EngineChoice[] = ['auto', 'simd', 'webgpu', 'ort-webgpu', 'ort-wasm'];
export const levelChoices: readonly PageLevel[] = ['fast', 'balanced', 'best', 'teacher'];
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
    level: known(levelChoices, address.get('level')) ?? known(levelChoices, saved.level) ?? 'balanced',
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
