// `npm run parity`: builds and stages the control plane as it is, bundles the comparison and runs it.
import { join } from 'node:path'
import { buildPrograms } from './build.mjs'
import { ensureKubectl } from './kubectl.mjs'
import { runBundled } from './run-bundled.mjs'
import { cacheFolder } from './setup.mjs'
import { stageAssets } from './stage.mjs'
import { root } from './terminal.mjs'

await buildPrograms(['control'])
const kubectl = await ensureKubectl({ cacheFolder: cacheFolder() })
await stageAssets({ kubectl, control: join(root, 'dist/control.mjs'), cache: cacheFolder(), dist: join(root, 'dist') })
await runBundled('parity')
