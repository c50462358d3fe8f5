// `npm run bench:gpu`: the engine `webgpu` beside one thread of `simd`, on the same blocks in one run, on any device that Dawn finds.
// The parts are TypeScript, so tsx is registered first.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./bench-gpu/main.ts');
// Dawn keeps a process alive, so it is ended here.
process.exit(await main(process.argv.slice(2)));
