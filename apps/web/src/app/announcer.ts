/**
 * The one polite live region: views say milestones here (start, quarters, end), never every tick. `useAnnouncement` is
 * rendered once by the app.
 */
import { createStore, useStore } from '../state/store.ts';

const announcementStore = createStore((_: string, next: string): string => next, '');

export function announce(sentence: string): void {
  announcementStore.dispatch(sentence);
}

export function useAnnouncement(): string {
  return useStore(announcementStore);
}

/** The quarter (1…3) newly reached between two shares of work, or undefined. */
export function quarterReached(before: number, after: number): 1 | 2 | 3 | undefined {
  for (const quarter of [3, 2, 1] as const) {
    if (before < quarter / 4 && after >= quarter / 4) return quarter;
  }
  return undefined;
}
