// `npm run bench`: bundles the benchmarks and runs them.
import { runBundled } from './run-bundled.mjs'

await runBundled('bench')
