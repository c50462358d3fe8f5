// `npm run bench:teacher`: what each family of the teacher's components is worth, what tracing costs, and how far WebAssembly is
// behind; writes the tables of docs/TEACHER.md. The parts are TypeScript, so tsx is registered first.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./bench-teacher/main.ts');
process.exitCode = await main(process.argv.slice(2));
