#!/usr/bin/env node
// Entry of `understudy`: the sources are TypeScript, so tsx is registered first.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('../src/main.ts');
process.exitCode = await main(process.argv.slice(2));
