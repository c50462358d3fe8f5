/**
 * WebGPU for tests: Dawn on SwiftShader, the Vulkan driver inside Debian's chromium. Tests that need it say so by `gpuTest`: where the driver
 * is missing they are skipped and one test names the reason; with CI=true that one fails.
 */
import { expect, it } from 'vitest';
import { openDevice, type GpuDevice } from '../engines/gpu-device.ts';
import { openDawn } from '../node/dawn.ts';

export const softwareGpu = await openDawn(true);

/** `it` where there is an adapter. */
export const gpuTest = it.skipIf(softwareGpu === null) as typeof it;

/** To be called once a file. */
export function expectSoftwareGpu(): void {
  it.skipIf(softwareGpu === null && process.env.CI !== 'true')('finds an adapter for WebGPU in Node', () => {
    expect(softwareGpu, 'no software adapter: apt-get install chromium libvulkan1').not.toBeNull();
  });
}

/** A device of its own; destroy it at the end. */
export async function openTestDevice(): Promise<GpuDevice> {
  return await openDevice(softwareGpu as GPU, 'webgpu');
}
