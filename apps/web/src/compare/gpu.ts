/** Whether there is a GPU here: a real one, one that is computed on the CPU, or none. */
import { capabilitiesOf, findAdapter } from '@understudy/codec';

export async function webgpuHere(): Promise<'hardware' | 'fallback' | 'none'> {
  return capabilitiesOf(await findAdapter('gpu' in navigator ? navigator.gpu : null)).webgpu;
}
