import { expect, it } from 'vitest';
import { JobClock } from './clock.ts';

it('leaves pauses out, however often it is told, and can start again in one', () => {
  let now = 1000;
  const clock = new JobClock(() => now);
  now += 2000;
  clock.pause();
  clock.pause();
  now += 60_000;
  expect(clock.seconds).toBe(2);
  clock.resume();
  clock.resume();
  now += 500;
  expect(clock.seconds).toBe(2.5);
  clock.pause();
  clock.restart();
  now += 1000;
  expect(clock.seconds).toBe(0);
  clock.resume();
  now += 250;
  expect(clock.seconds).toBe(0.25);
});
