// `npm run parity`: builds and stages the control plane as it is, bundles the comparison and runs it.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'esbuild'
import { buildPrograms } from './build.mjs'
import { ensureKubectl } from './kubectl.mjs'
import { cacheFolder } from './setup.mjs'
import { stageAssets } from './stage.mjs'
import { root } from './terminal.mjs'

await buildPrograms(['control'])
const kubectl = await ensureKubectl({ cacheFolder: cacheFolder() })
await stageAssets({ kubectl, control: join(root, 'dist/control.mjs'), cache: cacheFolder(), dist: join(root, 'dist') })
const outfile = join(root, 'dist/parity.mjs')
await build({
  absWorkingDir: root,
  entryPoints: ['scripts/parity/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
})
process.exit(spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' }).status ?? 1)
