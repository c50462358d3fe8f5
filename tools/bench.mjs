// `npm run bench`: the student, the teacher and the rivals on the same files in one run; writes docs/BENCHMARKS.md.
// The parts are TypeScript, so tsx is registered first.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./bench/main.ts');
process.exitCode = await main(process.argv.slice(2));
