// `npm run lessons -- check …`: bundles the check of lessons and runs it. Only what runs in labs needs the whole set-up.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'esbuild'
import { setUp } from './setup.mjs'
import { root, SetupError, say } from './terminal.mjs'

const argv = process.argv.slice(2)
// a mistyped flag is refused by the program, before minutes are spent
const startsLabs = argv[0] === 'check' && argv.every((word) => !word.startsWith('-') || word === '--write')
try {
  if (startsLabs) await setUp({ yes: Boolean(process.env.CI) })
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  say(error.message)
  process.exit(1)
}
const outfile = join(root, 'dist/lessons.mjs')
await build({
  absWorkingDir: root,
  entryPoints: ['scripts/lessons/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
})
process.exit(spawnSync(process.execPath, [outfile, ...argv], { cwd: root, stdio: 'inherit' }).status ?? 1)
