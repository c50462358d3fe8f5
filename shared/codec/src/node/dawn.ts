/**
 * WebGPU in Node, through Dawn (npm `webgpu`): the same API as in a browser, on whatever Vulkan, Metal or Direct3D driver there is.
 */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** SwiftShader, a Vulkan driver that computes on the CPU, from Debian's chromium: slow, and exact. */
const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * `navigator.gpu` for Node; null where Dawn has no library for this platform or finds no driver. As long as the result is referenced the
 * process does not end by itself.
 * @param software true takes SwiftShader and no other, for tests
 */
export async function openDawn(software = false): Promise<GPU | null> {
  if (software && !existsSync(softwareDriver)) return null;
  if (software) process.env.VK_ICD_FILENAMES = softwareDriver;
  process.env.XDG_RUNTIME_DIR ??= tmpdir(); // Vulkan's loader warns without it
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    const gpu = create([]);
    return (await gpu.requestAdapter()) === null ? null : gpu;
  } catch {
    return null;
  }
}
