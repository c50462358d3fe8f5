/** Progress of blocks side by side as one number. */
import { describe, expect, it } from 'vitest';
import type { Progress } from '../progress.ts';
import { WorkMeter } from './work-meter.ts';

describe('the work meter', () => {
  it('sums up blocks in any order, never goes back, and is rare', async () => {
    const events: Progress[] = [];
    const meter = new WorkMeter((event) => events.push(event), 300);
    for (let i = 0; i < 100; i++) meter.work(0, i);
    expect(events).toEqual([{ type: 'work', bytesDone: 0, bytesTotal: 300 }]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    meter.work(1, 50);
    expect(events.at(-1)).toMatchObject({ bytesDone: 149 });
    await new Promise((resolve) => setTimeout(resolve, 60));
    meter.work(0, 10); // begun again elsewhere
    expect(events.at(-1)).toMatchObject({ bytesDone: 149 });
    meter.finish(0, 100);
    await new Promise((resolve) => setTimeout(resolve, 60));
    meter.finish(1, 100);
    expect(events.at(-1)).toMatchObject({ bytesDone: 200 });
  });
});
