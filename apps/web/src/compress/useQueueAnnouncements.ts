/** Speaks the milestones of each file into the live region (start, quarters, end) and puts progress into the title. */
import { useEffect, useRef } from 'react';
import { announce, quarterReached } from '../app/announcer.ts';
import { itemFraction, isActive, outputBytes, type Queue, type QueueItem } from './queue.ts';
import { savingText, workVerbs } from './texts.ts';

const title = 'Understudy';

export function useQueueAnnouncements(queue: Queue): void {
  const before = useRef<Queue>(queue);

  useEffect(() => {
    const previous = new Map(before.current.items.map((item) => [item.id, item]));
    before.current = queue;
    for (const item of queue.items) {
      const sentence = milestone(previous.get(item.id), item);
      if (sentence) announce(sentence);
    }
    const active = queue.items.find((item) => isActive(item.state));
    const fraction = active && itemFraction(active);
    document.title = active
      ? `${fraction === undefined ? '…' : `${Math.floor(100 * fraction)} %`} · ${title}`
      : title;
  }, [queue]);

  useEffect(() => () => void (document.title = title), []);
}

/** The sentence for a change of one row; undefined where nothing worth saying happened. */
export function milestone(before: QueueItem | undefined, now: QueueItem): string | undefined {
  const name = now.file.name;
  if (before?.state.is !== now.state.is) {
    switch (now.state.is) {
      case 'starting':
        return `${workVerbs[now.task]} ${name}`;
      case 'loading-model':
        return `Loading the model for ${name}`;
      case 'done':
        return now.task === 'compress'
          ? `${name} compressed, ${savingText(now.file.size, outputBytes(now.state.result))}`
          : `${name} ${now.task === 'recover' ? 'recovered as far as possible' : 'decompressed'}`;
      case 'cancelled':
        return `${name} cancelled`;
      default:
        // Failures are announced by their alert.
        return undefined;
    }
  }
  if (now.state.is !== 'working') return undefined;
  const quarter = quarterReached(before ? (itemFraction(before) ?? 0) : 0, itemFraction(now) ?? 0);
  return quarter && `${name}: ${quarter * 25} percent`;
}
