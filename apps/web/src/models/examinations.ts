/** What was tried of the students on this machine, as a pure reducer: by student and engine. */
import { engineNames, type EngineName } from '@understudy/codec';
import type { Examination } from '../workers/codec/api.ts';
import type { WireError } from '../workers/outcome.ts';

export type EngineState =
  | { is: 'waiting' }
  | { is: 'running'; loaded?: number; total?: number }
  | { is: 'done'; examination: Examination }
  | { is: 'failed'; error: WireError };

export type ModelState = Readonly<Record<EngineName, EngineState>>;
export type Examinations = Readonly<Record<string, ModelState>>;

export type ExaminationAction =
  | { type: 'start'; id: string }
  | { type: 'engine'; id: string; engine: EngineName; state: EngineState }
  /** Stopped: what was not reached is as if never asked for. */
  | { type: 'drop'; id: string };

export function examinationsReducer(before: Examinations, action: ExaminationAction): Examinations {
  const { id } = action;
  switch (action.type) {
    case 'start':
      return { ...before, [id]: allIn({ is: 'waiting' }) };
    case 'engine': {
      const model = before[id];
      return model ? { ...before, [id]: { ...model, [action.engine]: action.state } } : before;
    }
    case 'drop':
      return Object.fromEntries(Object.entries(before).filter(([model]) => model !== id));
  }
}

export function isExamining(model: ModelState | undefined): boolean {
  return engineNames.some((engine) => {
    const is = model?.[engine].is;
    return is === 'waiting' || is === 'running';
  });
}

function allIn(state: EngineState): ModelState {
  return { simd: state, webgpu: state, 'ort-wasm': state, 'ort-webgpu': state };
}
